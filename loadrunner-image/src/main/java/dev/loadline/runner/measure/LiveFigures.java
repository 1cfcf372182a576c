package dev.loadline.runner.measure;

import dev.loadline.runner.contract.RunResult.Metric;
import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What is shown of a stage while it runs, of one loop: everything since the stage began, warm-up
 * included, but latencies begin anew with the window. Coarser than the result, so that it can be
 * copied a few times a second. Only on one event loop; other threads see {@link #snapshot}s.
 */
final class LiveFigures {
  private static final int DIGITS = 2;

  private final Map<Metric, Histogram> histograms = new EnumMap<>(Metric.class);
  private final Map<Metric, BucketCounts> buckets = new EnumMap<>(Metric.class);
  private final BucketCounts itl = new BucketCounts();
  private long sent;
  private long completed;
  private long failed;
  private long cut;
  private long tokens;
  private boolean windowSeen;

  /** Latencies from the intended instant do not exist in a closed loop. */
  LiveFigures(boolean openLoop) {
    histograms.put(Metric.ttft, newHistogram());
    LiveSnapshot.METRICS.forEach(metric -> buckets.put(metric, new BucketCounts()));
    buckets.put(Metric.itl, itl);
    if (openLoop) {
      histograms.put(Metric.ttftScheduled, newHistogram());
    } else {
      buckets.remove(Metric.ttftScheduled);
    }
  }

  static Histogram newHistogram() {
    return new Histogram(LatencyHistogram.MIN_MICROS, LatencyHistogram.MAX_MICROS, DIGITS);
  }

  /** Gaps of the window's successes. */
  BucketCounts itl() {
    return itl;
  }

  void token(int count) {
    tokens += count;
  }

  long tokens() {
    return tokens;
  }

  void begun() {
    sent++;
  }

  void ended(RecordedRequest request, boolean inWindow) {
    switch (request.timeline().outcome()) {
      case Outcome.Success ignored -> {
        completed++;
        latencies(request.timeline(), inWindow);
      }
      case Outcome.Failure failure when failure.errorClass() == ErrorClass.CUT -> cut++;
      case Outcome.Failure ignored -> failed++;
      case Outcome.Pending ignored -> throw new IllegalStateException("a request has not ended");
    }
  }

  private void latencies(RequestTimeline timeline, boolean inWindow) {
    if (inWindow && !windowSeen) {
      windowSeen = true;
      histograms.values().forEach(Histogram::reset);
    }
    if (inWindow || !windowSeen) {
      histograms.forEach((metric, histogram) ->
          RequestBounds.nanos(timeline, metric)
              .ifPresent(nanos -> histogram.recordValue(micros(nanos))));
    }
    if (inWindow) {
      buckets.forEach((metric, counts) ->
          RequestBounds.nanos(timeline, metric).ifPresent(nanos -> counts.record(micros(nanos))));
    }
  }

  /** Requests that were due and will not be sent. */
  void neverSent(long count) {
    sent += count;
    cut += count;
  }

  private static long micros(long nanos) {
    return Math.clamp(nanos / 1_000, LatencyHistogram.MIN_MICROS, LatencyHistogram.MAX_MICROS);
  }

  LiveSnapshot snapshot() {
    Map<Metric, BucketCounts> copies = new EnumMap<>(Metric.class);
    buckets.forEach((metric, counts) -> copies.put(metric, counts.copy()));
    Map<Metric, Histogram> latencies = new EnumMap<>(Metric.class);
    histograms.forEach((metric, histogram) -> latencies.put(metric, histogram.copy()));
    long inFlight = sent - completed - failed - cut;
    return new LiveSnapshot(sent, completed, failed, inFlight, tokens, latencies, copies);
  }
}
