package dev.loadline.operator.metrics;

import dev.loadline.operator.api.LoadTestRunStatus.LatencyStatus;
import dev.loadline.operator.api.LoadTestRunStatus.StageStatus;
import dev.loadline.operator.api.LoadTestRunStatus.Throughput;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The series of one stage; seconds and ratios, as Prometheus has it.
 *
 * @param labels of the stage
 * @param quantiles the same with a quantile, by its name: labels cost more to make than to write
 */
record StageSeries(Families families, Labels labels, Map<String, Labels> quantiles) {
  private static final double MICROS = 1e6;

  StageSeries(Families families, Labels labels) {
    this(families, labels, new HashMap<>());
  }

  void add(StageStatus stage) {
    latencies(Optional.ofNullable(stage.latencyMicros()).orElse(Map.of()));
    throughput(Optional.ofNullable(stage.throughput()));
    number(
        "loadline_error_ratio",
        "Failed requests of all that were answered or failed, 0 to 1.",
        Optional.ofNullable(stage.errorRate()));
  }

  private void latencies(Map<String, LatencyStatus> latencies) {
    latency(
        "loadline_ttft_seconds",
        "From the first byte sent to the first token.",
        latencies.get("ttft"));
    latency(
        "loadline_ttft_scheduled_seconds",
        "Open loop: from the instant at which a request was due to the first token.",
        latencies.get("ttftScheduled"));
    latency(
        "loadline_time_per_output_token_seconds",
        "Time per output token after the first, of one request.",
        latencies.get("tpot"));
    latency(
        "loadline_inter_token_seconds", "Gap between token-bearing events.", latencies.get("itl"));
    latency(
        "loadline_request_latency_seconds",
        "From the first byte sent to the last token.",
        latencies.get("e2e"));
    latency(
        "loadline_request_latency_scheduled_seconds",
        "Open loop: from the instant at which a request was due to the last token.",
        latencies.get("e2eScheduled"));
  }

  private void throughput(Optional<Throughput> throughput) {
    number(
        "loadline_output_tokens_per_second",
        "Output tokens of what succeeded within the window, a second.",
        throughput.map(Throughput::outputTokensPerSecond));
    number(
        "loadline_requests_per_second",
        "Requests that succeeded within the window, a second.",
        throughput.map(Throughput::requestsPerSecond));
    number(
        "loadline_goodput_requests_per_second",
        "Those of them that kept every bound.",
        throughput.map(Throughput::goodputRequestsPerSecond));
  }

  /** Quantiles as gauges, the largest value as quantile 1; what is not known is absent. */
  private void latency(String name, String help, @Nullable LatencyStatus latency) {
    if (latency == null) {
      return;
    }
    quantile(name, help, "0.5", latency.p50());
    quantile(name, help, "0.9", latency.p90());
    quantile(name, help, "0.95", latency.p95());
    quantile(name, help, "0.99", latency.p99());
    quantile(name, help, "1", latency.max());
  }

  private void quantile(String name, String help, String quantile, @Nullable Long micros) {
    if (micros != null) {
      Labels ofQuantile =
          quantiles.computeIfAbsent(quantile, known -> labels.add("quantile", known));
      families.add(name, help, ofQuantile, micros / MICROS);
    }
  }

  private void number(String name, String help, Optional<String> decimal) {
    try {
      decimal.map(Double::parseDouble).ifPresent(value -> families.add(name, help, labels, value));
    } catch (NumberFormatException notOurs) {
      // Somebody else wrote the status: what cannot be read is not shown.
    }
  }
}
