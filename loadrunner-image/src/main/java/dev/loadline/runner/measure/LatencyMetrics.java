package dev.loadline.runner.measure;

import dev.loadline.runner.contract.RunResult.Intervals;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;

/** One histogram per metric, made when its first sample comes. */
final class LatencyMetrics {
  private final Map<Metric, LatencyHistogram> histograms = new EnumMap<>(Metric.class);

  void record(Metric metric, OptionalLong nanos) {
    if (nanos.isPresent()) {
      of(metric).recordNanos(nanos.getAsLong());
    }
  }

  LatencyHistogram of(Metric metric) {
    return histograms.computeIfAbsent(metric, ignored -> new LatencyHistogram());
  }

  void add(LatencyMetrics other) {
    other.histograms.forEach((metric, histogram) -> of(metric).add(histogram));
  }

  /** Adds another's samples of the metrics that have some here. */
  void addWhereKnown(LatencyMetrics other) {
    histograms.forEach((metric, histogram) -> {
      LatencyHistogram added = other.histograms.get(metric);
      if (added != null) {
        histogram.add(added);
      }
    });
  }

  /** What lower bounds are among cannot bound a percentile from above: without intervals. */
  Map<Metric, Latency> censored() {
    Map<Metric, Latency> latencies = latencies();
    latencies.replaceAll((metric, latency) -> latency.with(Intervals.NONE));
    return latencies;
  }

  Map<Metric, Latency> latencies() {
    Map<Metric, Latency> latencies = new EnumMap<>(Metric.class);
    histograms.forEach((metric, histogram) ->
        histogram.latency().ifPresent(latency -> latencies.put(metric, latency)));
    return latencies;
  }
}
