package dev.loadline.runner.measure;

import dev.loadline.runner.contract.RunResult.Metric;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;

/** What a stage has done so far; never changed once it is made, so any thread may read it. */
public final class LiveSnapshot {
  /** The metrics that have {@link #buckets}; in a closed loop there is no ttftScheduled. */
  public static final List<Metric> METRICS =
      List.of(
          Metric.ttft, Metric.ttftScheduled, Metric.itl, Metric.tpot, Metric.e2e, Metric.sendLag);

  private final long sent;
  private final long completed;
  private final long failed;
  private final long inFlight;
  private final long tokens;
  private final Map<Metric, Histogram> histograms;
  private final Map<Metric, BucketCounts> buckets;

  LiveSnapshot(
      long sent,
      long completed,
      long failed,
      long inFlight,
      long tokens,
      Map<Metric, Histogram> histograms,
      Map<Metric, BucketCounts> buckets) {
    this.sent = sent;
    this.completed = completed;
    this.failed = failed;
    this.inFlight = inFlight;
    this.tokens = tokens;
    this.histograms = histograms;
    this.buckets = buckets;
  }

  /** The loops of a stage taken together. */
  public static LiveSnapshot sum(List<LiveSnapshot> loops) {
    Map<Metric, Histogram> histograms = new EnumMap<>(Metric.class);
    Map<Metric, BucketCounts> buckets = new EnumMap<>(Metric.class);
    long sent = 0;
    long completed = 0;
    long failed = 0;
    long inFlight = 0;
    long tokens = 0;
    for (LiveSnapshot loop : loops) {
      sent += loop.sent;
      completed += loop.completed;
      failed += loop.failed;
      inFlight += loop.inFlight;
      tokens += loop.tokens;
      loop.histograms.forEach((metric, histogram) ->
          histograms.computeIfAbsent(metric, key -> LiveFigures.newHistogram()).add(histogram));
      loop.buckets.forEach((metric, counts) ->
          buckets.computeIfAbsent(metric, key -> new BucketCounts()).add(counts));
    }
    return new LiveSnapshot(sent, completed, failed, inFlight, tokens, histograms, buckets);
  }

  /** Requests begun since the stage began, warm-up included. */
  public long sent() {
    return sent;
  }

  /** Those that succeeded. */
  public long completed() {
    return completed;
  }

  /** Those that failed; requests cut at the end are not among them. */
  public long failed() {
    return failed;
  }

  /** Those that run. */
  public long inFlight() {
    return inFlight;
  }

  /** Output tokens received; an event whose tokens the server does not count is taken for one. */
  public long tokens() {
    return tokens;
  }

  /**
   * A percentile of ttft in microseconds (2 significant digits), of the window once a request of it
   * has ended, of the warm-up before; absent without a sample.
   */
  public OptionalLong ttftMicros(double percentile) {
    return micros(Metric.ttft, percentile);
  }

  /** The same of ttftScheduled; absent in a closed loop. */
  public OptionalLong ttftScheduledMicros(double percentile) {
    return micros(Metric.ttftScheduled, percentile);
  }

  private OptionalLong micros(Metric metric, double percentile) {
    Histogram histogram = histograms.get(metric);
    return histogram == null || histogram.getTotalCount() == 0
        ? OptionalLong.empty()
        : OptionalLong.of(
            Math.min(histogram.getMaxValue(), histogram.getValueAtPercentile(percentile)));
  }

  /** Successful requests of the window, counted in buckets; its keys are among {@link #METRICS}. */
  public Map<Metric, BucketCounts> buckets() {
    return Map.copyOf(buckets);
  }
}
