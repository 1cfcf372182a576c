package dev.loadline.operator.kube;

import dev.loadline.operator.api.LoadTestRunStatus.ErrorStatus;
import dev.loadline.operator.api.LoadTestRunStatus.LatencyStatus;
import dev.loadline.operator.api.LoadTestRunStatus.RequestCounts;
import dev.loadline.operator.api.LoadTestRunStatus.StageStatus;
import dev.loadline.operator.api.LoadTestRunStatus.Summary;
import dev.loadline.operator.api.LoadTestRunStatus.Throughput;
import dev.loadline.operator.api.LoadTestRunStatus.TokenCounts;
import dev.loadline.operator.api.StageLoad;
import dev.loadline.operator.plan.Load;
import dev.loadline.operator.plan.Objective.Statistic;
import dev.loadline.operator.verdict.Figures;
import dev.loadline.operator.verdict.StageMeasurement;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.StageResult;
import dev.loadline.runner.contract.StageResult.Requests;
import dev.loadline.runner.contract.StageResult.Tokens;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes what was measured the way the status shows it; what is not known is absent. */
final class StageResults {
  private StageResults() {}

  static StageStatus status(StageMeasurement stage) {
    StageResult result = stage.result();
    Requests requests = stage.requests();
    return new StageStatus(
        stage.name(),
        load(stage.planned()),
        result.window().micros() / 1000,
        new RequestCounts(requests.sent(), requests.completed(), requests.failed(), requests.cut()),
        result.errors().stream()
            .map(error ->
                new ErrorStatus(error.errorClass(), error.count(), error.example().orElse(null)))
            .toList(),
        requests.completed() == 0 ? null : tokens(result.tokens()),
        requests.completed() == 0 ? null : StageFacts.lengths(result.lengths()),
        result
            .arrivals()
            .map(arrivals -> StageFacts.arrivals(arrivals.sent(), result.window()))
            .orElse(null),
        new Throughput(
            decimal(stage.requestsPerSecond()),
            decimal(stage.outputTokensPerSecond()),
            decimal(stage.totalTokensPerSecond()),
            decimal(stage.goodputRequestsPerSecond())),
        decimal(stage.errorRate()),
        decimal(stage.goodFraction()),
        decimal(stage.concurrencyMean()),
        latencies(stage));
  }

  private static StageLoad load(Load.Stage planned) {
    return switch (planned.shape()) {
      case Load.Shape.Closed closed ->
          new StageLoad(closed.users(), null, null, null, from(closed), null);
      case Load.Shape.Open open ->
          new StageLoad(
              null,
              open.requestsPerSecond().toPlainString(),
              open.arrival().name(),
              open.arrival() == Load.Arrival.Gamma ? open.burstiness().toPlainString() : null,
              open.rampFrom().map(BigDecimal::toPlainString).orElse(null),
              null);
      case Load.Shape.Replay replay ->
          new StageLoad(null, null, null, null, null, replay.speed().toPlainString());
    };
  }

  private static @Nullable String from(Load.Shape.Closed closed) {
    return closed.rampFrom().isPresent() ? Integer.toString(closed.rampFrom().getAsInt()) : null;
  }

  private static TokenCounts tokens(Tokens tokens) {
    return new TokenCounts(
        boxed(tokens.input()),
        tokens.output(),
        tokens.source(),
        boxed(tokens.requestedInput()),
        tokens.requested(),
        boxed(tokens.cached()),
        boxed(tokens.reusable()),
        boxed(tokens.reasoning()),
        StageFacts.decimal(tokens.perSecondPerUser()));
  }

  private static Map<String, LatencyStatus> latencies(StageMeasurement stage) {
    Map<String, LatencyStatus> latencies = new TreeMap<>();
    for (Map.Entry<Metric, Latency> entry : stage.result().latencies().entrySet()) {
      if (entry.getValue().count() > 0) {
        Metric metric = entry.getKey();
        latencies.put(
            metric.name(),
            new LatencyStatus(
                entry.getValue().count(),
                boxed(stage.statistic(metric, Statistic.mean)),
                boxed(stage.statistic(metric, Statistic.p50)),
                boxed(stage.statistic(metric, Statistic.p90)),
                boxed(stage.statistic(metric, Statistic.p95)),
                boxed(stage.statistic(metric, Statistic.p99)),
                boxed(stage.statistic(metric, Statistic.max)),
                StageFacts.intervals(stage, metric, entry.getValue().intervals())));
      }
    }
    return latencies;
  }

  /**
   * The columns show the last stage; requests and errors are those of all. An open loop's latencies
   * count from when a request was due: without its waiting for a connection they would look better
   * than what a user saw.
   */
  static Optional<Summary> summary(List<StageMeasurement> stages) {
    if (stages.isEmpty()) {
      return Optional.empty();
    }
    StageMeasurement last = stages.getLast();
    boolean closed = last.planned().shape() instanceof Load.Shape.Closed;
    Metric ttft = closed ? Metric.ttft : Metric.ttftScheduled;
    long requests = stages.stream().mapToLong(stage -> stage.requests().sent()).sum();
    return Optional.of(
        new Summary(
            load(last.planned()).words(),
            Long.toString(requests),
            duration(last, ttft, Statistic.p50),
            duration(last, ttft, Statistic.p95),
            duration(last, Metric.tpot, Statistic.p50),
            duration(last, Metric.tpot, Statistic.p95),
            duration(last, closed ? Metric.e2e : Metric.e2eScheduled, Statistic.p95),
            last.outputTokensPerSecond().map(Figures::rate).orElse(null),
            last.requestsPerSecond().map(Figures::rate).orElse(null),
            errorRate(stages).map(Figures::share).orElse(null)));
  }

  /** failed ÷ (completed + failed), of all stages. */
  private static Optional<BigDecimal> errorRate(List<StageMeasurement> stages) {
    long failed = stages.stream().mapToLong(stage -> stage.requests().failed()).sum();
    long ended = stages.stream().mapToLong(stage -> stage.requests().ended()).sum();
    return ended == 0
        ? Optional.empty()
        : Optional.of(
            BigDecimal.valueOf(failed).divide(BigDecimal.valueOf(ended), MathContext.DECIMAL64));
  }

  private static @Nullable String duration(
      StageMeasurement stage, Metric metric, Statistic statistic) {
    OptionalLong micros = stage.statistic(metric, statistic);
    return micros.isPresent() ? Figures.duration(micros.getAsLong()) : null;
  }

  private static @Nullable String decimal(Optional<BigDecimal> value) {
    return value.map(Figures::decimal).orElse(null);
  }

  private static @Nullable Long boxed(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }
}
