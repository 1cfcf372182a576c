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

  /** A latency on the page. */
  private record Shown(Metric metric, String name, String help) {}

  private static final List<Shown> HISTOGRAMS =
      List.of(
          new Shown(Metric.ttft, "ttft", "first token after sending."),
          new Shown(
              Metric.ttftScheduled,
              "ttft_scheduled",
              "first token after the intended send instant, in open loops."),
          new Shown(Metric.itl, "inter_token", "gaps between token-bearing events."),
          new Shown(
              Metric.tpot, "time_per_output_token", "mean time per output token after the first."),
          new Shown(Metric.e2e, "request_latency", "last token after sending."),
          new Shown(Metric.sendLag, "send_lag", "how late the client sent."));

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
      HISTOGRAMS.forEach(shown -> all.add(histogram(shown, stages)));
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

  private HistogramSnapshot histogram(Shown shown, List<Progress> stages) {
    HistogramSnapshot.Builder histogram =
        HistogramSnapshot.builder()
            .name(PREFIX + shown.name() + "_seconds")
            .help("Of the successful requests of the window: " + shown.help());
    for (Progress stage : stages) {
      BucketCounts counts = stage.figures().buckets().get(shown.metric());
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
}
