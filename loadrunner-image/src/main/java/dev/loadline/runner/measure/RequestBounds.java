package dev.loadline.runner.measure;

import dev.loadline.runner.contract.RunPlan.RequestBound;
import dev.loadline.runner.contract.RunResult.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The bounds that one good request of a stage keeps. A pace of tokens ({@code tpot}, {@code
 * maxGap}) that a request with one token does not have keeps its bound, as in vLLM; a latency to a
 * token that was never seen does not. Latencies from the intended instant do not exist in a closed
 * loop and bind nothing there.
 */
public final class RequestBounds {
  private static final Set<Metric> POOLED = EnumSet.of(Metric.itl, Metric.itlPerToken);

  private record Bound(Metric metric, long maxNanos) {}

  private final List<Bound> bounds = new ArrayList<>();

  private RequestBounds() {}

  /**
   * Those of the plan's bounds that hold in a stage.
   *
   * @throws IllegalArgumentException if a bound names no metric of a single request
   */
  public static RequestBounds of(List<RequestBound> plan, String stage, boolean openLoop) {
    RequestBounds result = new RequestBounds();
    for (RequestBound bound : plan) {
      Metric metric = metric(bound.metric());
      boolean scheduled = metric == Metric.ttftScheduled || metric == Metric.e2eScheduled;
      if (bound.stage().map(stage::equals).orElse(true) && (openLoop || !scheduled)) {
        result.bounds.add(new Bound(metric, Math.multiplyExact(bound.maxMicros(), 1_000L)));
      }
    }
    return result;
  }

  private static Metric metric(String name) {
    return Arrays.stream(Metric.values())
        .filter(metric -> metric.name().equals(name) && !POOLED.contains(metric))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("goodput: \"" + name + "\" is no request's metric"));
  }

  /** Whether a successful request kept them all. */
  boolean keptBy(RequestTimeline timeline) {
    for (Bound bound : bounds) {
      OptionalLong nanos = nanos(timeline, bound.metric());
      boolean pace = bound.metric() == Metric.tpot || bound.metric() == Metric.maxGap;
      if (nanos.isEmpty() ? !pace : nanos.getAsLong() > bound.maxNanos()) {
        return false;
      }
    }
    return true;
  }

  /** A metric of one request; empty for the pooled ones. */
  static OptionalLong nanos(RequestTimeline timeline, Metric metric) {
    return switch (metric) {
      case ttft -> timeline.ttftNanos();
      case ttftScheduled -> timeline.ttftScheduledNanos();
      case ttfo -> timeline.ttfoNanos();
      case ttftFirstChunk -> timeline.ttftFirstChunkNanos();
      case e2e -> timeline.e2eNanos();
      case e2eScheduled -> timeline.e2eScheduledNanos();
      case tpot -> timeline.tpotNanos();
      case ntpot -> timeline.ntpotNanos();
      case maxGap -> timeline.maxGapNanos();
      case sendLag -> timeline.sendLagNanos();
      case connect -> timeline.connectNanos();
      case ttfb -> timeline.ttfbNanos();
      case itl, itlPerToken -> OptionalLong.empty();
    };
  }
}
