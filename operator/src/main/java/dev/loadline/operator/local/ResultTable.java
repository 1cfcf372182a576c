package dev.loadline.operator.local;

import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.api.LoadTestRunStatus.LatencyStatus;
import dev.loadline.operator.api.LoadTestRunStatus.StageStatus;
import dev.loadline.operator.api.SpentStatus;
import dev.loadline.operator.verdict.Figures;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A finished run for people: per stage what was measured, objectives, checks, verdict. */
final class ResultTable {
  private static final String UNKNOWN = "-";
  private static final Map<String, String> METRICS =
      Map.of(
          "ttftScheduled",
          "TTFT scheduled",
          "ttft",
          "TTFT",
          "tpot",
          "TPOT",
          "e2eScheduled",
          "latency scheduled",
          "e2e",
          "latency");

  private final LoadTestRun run;
  private final LoadTestRunStatus status;
  private final List<String> lines = new ArrayList<>();

  private ResultTable(LoadTestRun run) {
    this.run = run;
    this.status = run.getStatus();
  }

  static List<String> lines(LoadTestRun run) {
    return new ResultTable(run).all();
  }

  private List<String> all() {
    lines.add(
        "Run " + run.getMetadata().getNamespace() + "/" + run.getMetadata().getName() + target());
    List<StageStatus> stages = list(status.stages());
    if (!stages.isEmpty()) {
      lines.add("");
      lines.addAll(loads(stages).lines());
      lines.add("");
      lines.addAll(latencies(stages).lines());
      stages.forEach(this::cutOff);
      stages.forEach(this::noneEnded);
    }
    errors(stages);
    objectives();
    validity();
    lines.add("");
    spent();
    lines.add("Verdict: " + verdict());
    return lines;
  }

  private static <T> List<T> list(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private static String shown(@Nullable Object value) {
    return value == null ? UNKNOWN : value.toString();
  }

  private String target() {
    LoadTestRunStatus.TargetStatus target = status.target();
    if (target == null) {
      return "";
    }
    StringBuilder text = new StringBuilder(" against ").append(target.url());
    Optional.ofNullable(target.model()).ifPresent(model -> text.append(", model ").append(model));
    Optional.ofNullable(target.engine()).ifPresent(engine -> text.append(", ").append(engine));
    Optional.ofNullable(target.version()).ifPresent(version -> text.append(' ').append(version));
    return text.toString();
  }

  private static TextTable loads(List<StageStatus> stages) {
    TextTable table =
        new TextTable(
            "STAGE",
            "LOAD",
            "WINDOW",
            "SENT",
            "COMPLETED",
            "FAILED",
            "CUT",
            "ERRORS",
            "REQUESTS/S",
            "TOKENS/S");
    for (StageStatus stage : stages) {
      LoadTestRunStatus.RequestCounts requests = stage.requests();
      LoadTestRunStatus.Throughput throughput = stage.throughput();
      table.row(
          List.of(
              stage.name(),
              stage.load().words(),
              Figures.duration(stage.windowMillis() * 1000),
              shown(requests.sent()),
              shown(requests.completed()),
              shown(requests.failed()),
              shown(requests.cut()),
              stage.errorRate() == null
                  ? UNKNOWN
                  : Figures.share(new BigDecimal(stage.errorRate())),
              shown(throughput.requestsPerSecond()),
              shown(throughput.outputTokensPerSecond())));
    }
    return table;
  }

  private static TextTable latencies(List<StageStatus> stages) {
    TextTable table =
        new TextTable("STAGE", "METRIC", "SAMPLES", "MEAN", "P50", "P90", "P95", "P99", "MAX");
    for (StageStatus stage : stages) {
      for (String metric : metrics(stage)) {
        LatencyStatus latency =
            stage.latencyMicros() == null ? null : stage.latencyMicros().get(metric);
        if (latency != null) {
          table.row(
              List.of(
                  stage.name(),
                  METRICS.getOrDefault(metric, metric),
                  shown(latency.count()),
                  micros(latency.mean()),
                  micros(latency.p50()),
                  micros(latency.p90()),
                  micros(latency.p95()) + interval(latency),
                  micros(latency.p99()),
                  micros(latency.max())));
        }
      }
    }
    return table;
  }

  private void spent() {
    SpentStatus spent = status.spent();
    if (spent == null) {
      return;
    }
    String limit =
        spent.limitReached() == null
            ? ""
            : "; the load ended at limits."
                + spent.limitReached()
                + (spent.stage() == null ? "" : " in stage " + spent.stage());
    lines.add(
        "Spent: %d requests, %d output tokens, %d s of the load runner%s"
            .formatted(spent.requests(), spent.outputTokens(), spent.runnerPodSeconds(), limit));
  }

  /** Percentiles leave out the requests that were cut off, and with them the slowest. */
  private void cutOff(StageStatus stage) {
    Long cut = stage.requests().cut();
    Long completed = stage.requests().completed();
    if (cut == null || cut == 0 || completed == null || completed == 0) {
      return;
    }
    // A stop cuts quick requests too.
    String others = "Stopped".equals(status.verdictReason()) ? "may be" : "are";
    lines.add(
        cut
            + " of "
            + stage.requests().sent()
            + " requests in "
            + stage.name()
            + " had not ended when they were cut off: the percentiles above are of the "
            + completed
            + " that completed, the true ones "
            + others
            + " higher");
  }

  /** A server whose answers take longer than the window looks like a dead one. */
  private void noneEnded(StageStatus stage) {
    Long completed = stage.requests().completed();
    if (completed != null && completed > 0 && "0".equals(stage.throughput().requestsPerSecond())) {
      lines.add(
          "no answer ended within the window of "
              + stage.name()
              + ", so its throughput is 0: a window must be longer than the answers take");
    }
  }

  /** What a user of an open loop sees begins when a request is due: that comes first. */
  private static List<String> metrics(StageStatus stage) {
    return stage.load().closedLoop()
        ? List.of("ttft", "tpot", "e2e")
        : List.of("ttftScheduled", "ttft", "tpot", "e2eScheduled");
  }

  /** Between which values the p95 of the population lies, with 95 % confidence. */
  private static String interval(LatencyStatus latency) {
    List<Long> interval = latency.intervals() == null ? null : latency.intervals().p95();
    return interval == null || interval.size() != 2
        ? ""
        : " (" + Figures.duration(interval.get(0)) + "–" + Figures.duration(interval.get(1)) + ")";
  }

  private static String micros(@Nullable Long micros) {
    return micros == null ? UNKNOWN : Figures.duration(micros);
  }

  private void errors(List<StageStatus> stages) {
    TextTable table = new TextTable("STAGE", "ERROR", "COUNT", "EXAMPLE");
    int rows = 0;
    for (StageStatus stage : stages) {
      for (LoadTestRunStatus.ErrorStatus error : list(stage.errors())) {
        rows++;
        table.row(
            List.of(
                stage.name(), error.errorClass(), shown(error.count()), shown(error.example())));
      }
    }
    add(table, rows);
  }

  private void objectives() {
    TextTable table = new TextTable("OBJECTIVE", "METRIC", "STAGE", "VALUE", "BOUND", "RESULT");
    for (LoadTestRunStatus.ObjectiveStatus objective : list(status.objectives())) {
      String statistic = objective.statistic() == null ? "" : " " + objective.statistic();
      table.row(
          List.of(
              objective.name(),
              objective.metric() + statistic,
              shown(objective.stage()),
              shown(objective.value()),
              objective.bound(),
              objective.result()));
    }
    add(table, list(status.objectives()).size());
  }

  private void validity() {
    TextTable table = new TextTable("CHECK", "OBSERVED", "BOUND", "RESULT");
    for (LoadTestRunStatus.ValidityStatus check : list(status.validity())) {
      table.row(
          List.of(check.check(), shown(check.observed()), shown(check.bound()), check.result()));
    }
    add(table, list(status.validity()).size());
  }

  private void add(TextTable table, int rows) {
    if (rows > 0) {
      lines.add("");
      lines.addAll(table.lines());
    }
  }

  private String verdict() {
    String reason = status.verdictReason() == null ? "" : " (" + status.verdictReason() + ")";
    String words =
        list(status.conditions()).stream()
            .filter(condition -> deciding().equals(condition.getType()))
            .map(condition -> ": " + condition.getMessage())
            .findFirst()
            .orElse("");
    return shown(status.verdict()) + reason + words;
  }

  /** The condition whose message says why. */
  private String deciding() {
    if (status.failure() != null) {
      return "Succeeded";
    }
    return "Invalid".equals(status.verdict()) ? "MeasurementValid" : "ObjectivesMet";
  }
}
