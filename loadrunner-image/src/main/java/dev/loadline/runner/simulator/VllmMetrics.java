package dev.loadline.runner.simulator;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.MetricWithFixedMetadata;
import io.prometheus.metrics.core.metrics.StatefulMetric;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The part of vLLM's metrics that the simulator knows, under vLLM's names, labels and bounds. */
final class VllmMetrics {
  private static final double[] TTFT_BOUNDS = {
    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40,
    80, 160, 640, 2560
  };
  private static final double[] TOKEN_BOUNDS = {
    0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80
  };
  private static final double[] REQUEST_BOUNDS = {
    0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680
  };

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
  private final String model;
  final DistributionDataPoint ttft;
  final DistributionDataPoint itl;
  final DistributionDataPoint tpot;
  final DistributionDataPoint e2e;
  final DistributionDataPoint queueTime;
  final GaugeDataPoint running;
  final GaugeDataPoint waiting;
  final CounterDataPoint promptTokens;
  final CounterDataPoint outputTokens;
  final CounterDataPoint cacheQueries;
  final CounterDataPoint cacheHits;
  private final Counter success;

  VllmMetrics(String model) {
    this.model = model;
    ttft = histogram("time_to_first_token_seconds", "Time to first token in seconds.", TTFT_BOUNDS);
    itl = histogram("inter_token_latency_seconds", "Inter-token latency in seconds.", TOKEN_BOUNDS);
    tpot =
        histogram(
            "request_time_per_output_token_seconds",
            "Time per output token of each request in seconds.",
            TOKEN_BOUNDS);
    e2e =
        histogram("e2e_request_latency_seconds", "End-to-end latency in seconds.", REQUEST_BOUNDS);
    queueTime =
        histogram(
            "request_queue_time_seconds",
            "Time that requests waited for a place in seconds.",
            REQUEST_BOUNDS);
    running = gauge("num_requests_running", "Requests being answered.");
    waiting = gauge("num_requests_waiting", "Requests waiting for a place.");
    promptTokens = counter("prompt_tokens", "Prompt tokens processed.");
    outputTokens = counter("generation_tokens", "Tokens generated.");
    cacheQueries = counter("prefix_cache_queries", "Tokens looked up in the prefix cache.");
    cacheHits = counter("prefix_cache_hits", "Tokens found in the prefix cache.");
    success =
        Counter.builder()
            .name("vllm:request_success")
            .help("Requests that ended, by reason.")
            .labelNames("engine", "finished_reason", "model_name")
            .withoutExemplars()
            .register(registry);
    for (String reason : new String[] {"stop", "length", "abort", "error"}) {
      success.initLabelValues("0", reason, model);
    }
  }

  /** Counts the end of a request by vLLM's reason: stop, length, abort or error. */
  void finished(String reason) {
    success.labelValues("0", reason, model).inc();
  }

  /** The page in Prometheus' text format. */
  Page page() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      writer.write(out, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Page(200, writer.getContentType(), out.toString(StandardCharsets.UTF_8), Map.of());
  }

  private DistributionDataPoint histogram(String name, String help, double[] bounds) {
    return point(
        Histogram.builder().withoutExemplars().classicOnly().classicUpperBounds(bounds),
        name,
        help);
  }

  private GaugeDataPoint gauge(String name, String help) {
    return point(Gauge.builder().withoutExemplars(), name, help);
  }

  private CounterDataPoint counter(String name, String help) {
    return point(Counter.builder().withoutExemplars(), name, help);
  }

  private <
          B extends MetricWithFixedMetadata.Builder<B, M>,
          M extends StatefulMetric<D, ?>,
          D extends DataPoint>
      D point(B builder, String name, String help) {
    return builder
        .name("vllm:" + name)
        .help(help)
        .labelNames("engine", "model_name")
        .register(registry)
        .labelValues("0", model);
  }
}
