package dev.loadline.runner.contract;

import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.RunResult.StageResult;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** What a result that is too large loses, in this order, until the rest fits. */
enum Reduction {
  DERIVED("ttftFirstChunk, ntpot and itlPerToken"),
  EXAMPLES("examples of errors"),
  CONNECTION("ttfb and connect"),
  DETAIL("maxGap, ttfo and itl"),
  CENSORED("distributions that count cut requests"),
  FIGURES("reasoningTokens and tokensPerSecondPerUser"),
  SCHEDULED("e2eScheduled"),
  RARE_ERRORS("all classes of errors but the two most frequent"),
  MODEL("the end of the model's name"),
  REST("all distributions but ttft, ttftScheduled, tpot and sendLag"),
  LAST("all distributions but ttft, tpot and sendLag");

  private static final int SHORT_MODEL = 60;

  private final String words;

  Reduction(String words) {
    this.words = words;
  }

  RunResult apply(RunResult result) {
    List<String> omitted = new ArrayList<>(result.omitted());
    omitted.add(words);
    return new RunResult(
        result.version(),
        result.outcome(),
        result.message(),
        result.reason(),
        this == MODEL ? result.target().map(Reduction::shortened) : result.target(),
        result.loadStartedMillis(),
        result.endedMillis(),
        result.stages().stream().map(this::apply).toList(),
        result.generator(),
        omitted);
  }

  private StageResult apply(StageResult stage) {
    return switch (this) {
      case DERIVED ->
          without(stage, List.of(Metric.ttftFirstChunk, Metric.ntpot, Metric.itlPerToken));
      case EXAMPLES -> withErrors(stage, stage.errors().stream().map(Reduction::bare).toList());
      case CONNECTION -> without(stage, List.of(Metric.ttfb, Metric.connect));
      case DETAIL -> without(stage, List.of(Metric.maxGap, Metric.ttfo, Metric.itl));
      case CENSORED -> with(stage, stage.errors(), stage.latencies(), Map.of(), true);
      case FIGURES -> with(stage, stage.errors(), stage.latencies(), stage.withCut(), false);
      case SCHEDULED -> without(stage, List.of(Metric.e2eScheduled));
      case RARE_ERRORS -> withErrors(stage, stage.errors().stream().limit(2).toList());
      case MODEL -> stage;
      case REST -> without(stage, List.of(Metric.e2e));
      case LAST -> without(stage, List.of(Metric.ttftScheduled));
    };
  }

  private static RunResult.TargetFacts shortened(RunResult.TargetFacts target) {
    String model = target.model();
    return model.length() <= SHORT_MODEL
        ? target
        : new RunResult.TargetFacts(
            model.substring(0, SHORT_MODEL) + "…", target.engine(), target.version());
  }

  private static RunResult.ErrorCount bare(RunResult.ErrorCount error) {
    return new RunResult.ErrorCount(error.errorClass(), error.count(), Optional.empty());
  }

  private static StageResult withErrors(StageResult stage, List<RunResult.ErrorCount> errors) {
    return with(stage, errors, stage.latencies(), stage.withCut(), true);
  }

  private static StageResult without(StageResult stage, List<Metric> metrics) {
    Map<Metric, RunResult.Latency> latencies = new EnumMap<>(Metric.class);
    latencies.putAll(stage.latencies());
    Map<Metric, RunResult.Latency> withCut = new EnumMap<>(Metric.class);
    withCut.putAll(stage.withCut());
    metrics.forEach(latencies::remove);
    metrics.forEach(withCut::remove);
    return with(stage, stage.errors(), latencies, withCut, true);
  }

  /** The stage with other errors and distributions, and with or without its rarer figures. */
  private static StageResult with(
      StageResult stage,
      List<RunResult.ErrorCount> errors,
      Map<Metric, RunResult.Latency> latencies,
      Map<Metric, RunResult.Latency> withCut,
      boolean figures) {
    return new StageResult(
        stage.name(),
        stage.windowStartMillis(),
        stage.windowMicros(),
        stage.complete(),
        stage.sent(),
        stage.completed(),
        stage.failed(),
        stage.cut(),
        stage.good(),
        errors,
        stage.inputTokens(),
        stage.outputTokens(),
        stage.tokenSource(),
        stage.endedInWindow(),
        stage.endedInWindowGood(),
        stage.endedInWindowInputTokens(),
        stage.endedInWindowOutputTokens(),
        stage.receivedInWindowTokens(),
        stage.inFlightMicros(),
        stage.requestedRate(),
        stage.tokensRequested(),
        stage.tokensPerEvent(),
        stage.cachedTokens(),
        figures ? stage.reasoningTokens() : OptionalLong.empty(),
        figures ? stage.tokensPerSecondPerUser() : OptionalDouble.empty(),
        stage.plainJson(),
        latencies,
        withCut);
  }
}
