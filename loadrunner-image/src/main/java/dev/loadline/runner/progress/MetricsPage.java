package dev.loadline.runner.progress;

import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.drive.Progress;
import dev.loadline.runner.measure.BucketCounts;
import dev.loadline.runner.measure.LiveSnapshot;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * The page {@code /metrics} of a run, made anew at each scrape: progress, and for each stage that
 * has begun its requests, tokens and histograms in seconds.
 */
public final class MetricsPage {
  private static final String PREFIX = "loadline_runner_";

  private final RunView view;

  /** A page about a run. */
  public MetricsPage(RunView view) {
    this.view = view;
  }

  /** The page in Prometheus' text format. */
  public String text() {
    Optional<Progress> now = view.look();
    List<Progress> stages = view.stages();
    List<MetricSnapshot> all = new ArrayList<>();
    now.ifPresent(progress -> all.addAll(progress(progress)));
    if (!stages.isEmpty()) {
      all.add(requests(stages));
      all.add(counter("output_tokens", "Output tokens received.", stages, LiveSnapshot::tokens));
      LiveSnapshot.METRICS.forEach(metric -> all.add(histogram(metric, stages)));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(out, new MetricSnapshots(all));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private List<MetricSnapshot> progress(Progress now) {
    Labels stage =
        labels(now)
            .merge(
                Labels.of(
                    "number",
                    "" + (now.index() + 1),
                    "phase",
                    now.phase().name().toLowerCase(Locale.ROOT)));
    return List.of(
        gauge("stage_info", "The stage that runs, and what it does.", stage, 1),
        gauge(
            "progress_ratio",
            "How much of the run is done, from 0 to 1.",
            Labels.of("run", view.run()),
            view.ratio(now)),
        gauge(
            "requests_in_flight",
            "Requests sent and not yet ended.",
            labels(now),
            (double) now.figures().inFlight()));
  }

  private Labels labels(Progress stage) {
    return Labels.of("run", view.run(), "stage", stage.stage());
  }

  private CounterSnapshot requests(List<Progress> stages) {
    CounterSnapshot.Builder counter =
        CounterSnapshot.builder()
            .name(PREFIX + "requests")
            .help("Requests that have ended since the stage began, warm-up included.");
    for (Progress stage : stages) {
      Map.of("success", stage.figures().completed(), "failure", stage.figures().failed())
          .forEach((outcome, count) ->
              counter.dataPoint(
                  CounterDataPointSnapshot.builder()
                      .labels(labels(stage).merge(Labels.of("outcome", outcome)))
                      .value(count)
                      .build()));
    }
    return counter.build();
  }

  private CounterSnapshot counter(
      String name, String help, List<Progress> stages, ToDoubleFunction<LiveSnapshot> value) {
    CounterSnapshot.Builder counter = CounterSnapshot.builder().name(PREFIX + name).help(help);
    stages.forEach(stage ->
        counter.dataPoint(
            CounterDataPointSnapshot.builder()
                .labels(labels(stage))
                .value(value.applyAsDouble(stage.figures()))
                .build()));
    return counter.build();
  }

  private static GaugeSnapshot gauge(String name, String help, Labels labels, double value) {
    return GaugeSnapshot.builder()
        .name(PREFIX + name)
        .help(help)
        .dataPoint(GaugeDataPointSnapshot.builder().labels(labels).value(value).build())
        .build();
  }

  private HistogramSnapshot histogram(Metric metric, List<Progress> stages) {
    HistogramSnapshot.Builder histogram =
        HistogramSnapshot.builder().name(PREFIX + name(metric) + "_seconds").help(help(metric));
    for (Progress stage : stages) {
      BucketCounts counts = stage.figures().buckets().get(metric);
      if (counts != null) {
        histogram.dataPoint(
            HistogramDataPointSnapshot.builder()
                .labels(labels(stage))
                .classicHistogramBuckets(buckets(counts))
                .sum(counts.sumSeconds())
                .build());
      }
    }
    return histogram.build();
  }

  private static ClassicHistogramBuckets buckets(BucketCounts counts) {
    double[] bounds = BucketCounts.boundsSeconds();
    double[] withLast = Arrays.copyOf(bounds, bounds.length + 1);
    withLast[bounds.length] = Double.POSITIVE_INFINITY;
    return ClassicHistogramBuckets.of(withLast, counts.counts());
  }

  private static String name(Metric metric) {
    return switch (metric) {
      case ttft -> "ttft";
      case ttftScheduled -> "ttft_scheduled";
      case ttfo -> "ttfo";
      case ttftFirstChunk -> "ttft_first_chunk";
      case e2e -> "request_latency";
      case e2eScheduled -> "request_latency_scheduled";
      case tpot -> "time_per_output_token";
      case ntpot -> "normalized_time_per_output_token";
      case itl -> "inter_token";
      case itlPerToken -> "inter_token_per_token";
      case maxGap -> "max_gap";
      case sendLag -> "send_lag";
      case connect -> "connect";
      case ttfb -> "ttfb";
    };
  }

  private static String help(Metric metric) {
    return "Of the successful requests of the window: "
        + switch (metric) {
          case ttft -> "first token after sending.";
          case ttftScheduled -> "first token after the intended send instant.";
          case ttfo -> "first output that is not reasoning after sending.";
          case e2e -> "last token after sending.";
          case e2eScheduled -> "last token after the intended send instant.";
          case ttftFirstChunk -> "first event with choices after sending.";
          case ntpot -> "last token after sending, per output token.";
          case itlPerToken -> "gaps between token-bearing events, per token of the event.";
          case tpot -> "mean time per output token after the first.";
          case itl -> "gaps between token-bearing events.";
          case maxGap -> "longest gap between two tokens.";
          case sendLag -> "how late the client sent.";
          case connect -> "time to connect, of new connections.";
          case ttfb -> "response headers after sending.";
        };
  }
}
