package dev.loadline.operator.metrics;

import dev.loadline.operator.api.LoadTestRunStatus.LatencyStatus;
import dev.loadline.operator.api.LoadTestRunStatus.StageStatus;
import dev.loadline.operator.api.LoadTestRunStatus.Throughput;
import dev.loadline.operator.metrics.Family.Series;
import dev.loadline.operator.metrics.ShownTest.ShownRun;
import dev.loadline.operator.metrics.ShownTest.ShownStage;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Every gauge of the tests and of their last runs; seconds and ratios, as Prometheus has it. */
final class Families {
  private static final List<String> VERDICTS = List.of("Pass", "Fail", "Invalid", "None");
  private static final double MICROS = 1e6;

  static final List<Family> ALL =
      List.of(
          new Family(
              "loadline_active_runs",
              "Runs of the test that have not finished.",
              (test, series) -> series.add(test.labels(), test.active())),
          new Family(
              "loadline_next_run_timestamp_seconds",
              "When the next run is due, Unix time.",
              (test, series) ->
                  test.next()
                      .ifPresent(
                          next -> series.add(test.labels(), (double) next.getEpochSecond()))),
          ofRun(
              "loadline_last_run_verdict",
              "1 for the verdict of the run that finished last, 0 for the others.",
              Families::verdict),
          ofRun(
              "loadline_last_run_timestamp_seconds",
              "When the last run finished, Unix time.",
              (run, series) ->
                  run.finished()
                      .ifPresent(end -> series.add(run.labels(), (double) end.getEpochSecond()))),
          ofRun(
              "loadline_objective_met",
              "1 if the last run met the objective, 0 if it missed it; absent if it could not be"
                  + " judged or the measurement is not valid.",
              Families::objectives),
          latency("loadline_ttft_seconds", "From the first byte sent to the first token.", "ttft"),
          latency(
              "loadline_ttft_scheduled_seconds",
              "Open loop: from the instant at which a request was due to the first token.",
              "ttftScheduled"),
          latency(
              "loadline_time_per_output_token_seconds",
              "Time per output token after the first, of one request.",
              "tpot"),
          latency("loadline_inter_token_seconds", "Gap between token-bearing events.", "itl"),
          latency(
              "loadline_request_latency_seconds",
              "From the first byte sent to the last token.",
              "e2e"),
          latency(
              "loadline_request_latency_scheduled_seconds",
              "Open loop: from the instant at which a request was due to the last token.",
              "e2eScheduled"),
          throughput(
              "loadline_output_tokens_per_second",
              "Output tokens of what succeeded within the window, a second.",
              Throughput::outputTokensPerSecond),
          throughput(
              "loadline_requests_per_second",
              "Requests that succeeded within the window, a second.",
              Throughput::requestsPerSecond),
          throughput(
              "loadline_goodput_requests_per_second",
              "Those of them that kept every bound.",
              Throughput::goodputRequestsPerSecond),
          ofStage(
              "loadline_error_ratio",
              "Failed requests of all that were answered or failed, 0 to 1.",
              (stage, series) -> decimal(stage, series, stage.status().errorRate())));

  private Families() {}

  /** Finds the series in a part of what a test shows. */
  @FunctionalInterface
  private interface Part<T> {
    void read(T part, Series series);
  }

  private static Family ofRun(String name, String help, Part<ShownRun> run) {
    return new Family(
        name, help, (test, series) -> test.last().ifPresent(last -> run.read(last, series)));
  }

  private static Family ofStage(String name, String help, Part<ShownStage> part) {
    return ofRun(
        name, help, (run, series) -> run.stages().forEach(stage -> part.read(stage, series)));
  }

  private static void verdict(ShownRun run, Series series) {
    for (String verdict : VERDICTS) {
      series.add(
          run.labels().add("verdict", verdict),
          run.verdict().filter(verdict::equals).isPresent() ? 1 : 0);
    }
  }

  private static void objectives(ShownRun run, Series series) {
    run.objectives().stream()
        .filter(objective -> !"NotEnoughSamples".equals(objective.result()))
        .forEach(objective ->
            series.add(
                run.labels().add("objective", objective.name()),
                "Met".equals(objective.result()) ? 1 : 0));
  }

  private static Family throughput(
      String name, String help, Function<Throughput, @Nullable String> figure) {
    return ofStage(
        name,
        help,
        (stage, series) -> {
          Throughput throughput = stage.status().throughput();
          if (throughput != null) {
            decimal(stage, series, figure.apply(throughput));
          }
        });
  }

  private static void decimal(ShownStage stage, Series series, @Nullable String text) {
    try {
      Optional.ofNullable(text)
          .map(Double::parseDouble)
          .ifPresent(value -> series.add(stage.labels(), value));
    } catch (NumberFormatException notOurs) {
      // Somebody else wrote the status: what cannot be read is not shown.
    }
  }

  /** Quantiles as gauges, the largest value as quantile 1; what is not known is absent. */
  private static Family latency(String name, String help, String metric) {
    return ofStage(
        name,
        help,
        (stage, series) -> {
          LatencyStatus latency = latency(stage.status(), metric);
          if (latency != null) {
            quantile(stage, series, "0.5", latency.p50());
            quantile(stage, series, "0.9", latency.p90());
            quantile(stage, series, "0.95", latency.p95());
            quantile(stage, series, "0.99", latency.p99());
            quantile(stage, series, "1", latency.max());
          }
        });
  }

  private static @Nullable LatencyStatus latency(StageStatus stage, String metric) {
    return stage.latencyMicros() == null ? null : stage.latencyMicros().get(metric);
  }

  private static void quantile(
      ShownStage stage, Series series, String quantile, @Nullable Long micros) {
    if (micros != null) {
      series.add(stage.quantile(quantile), micros / MICROS);
    }
  }
}
