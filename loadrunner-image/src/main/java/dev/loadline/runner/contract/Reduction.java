package dev.loadline.runner.contract;

import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.StageResult.Tokens;
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
  FIGURES("reasoning tokens and tokens per second per user"),
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
      case CENSORED -> with(stage, stage.tokens(), stage.errors(), stage.latencies(), Map.of());
      case FIGURES ->
          with(stage, bare(stage.tokens()), stage.errors(), stage.latencies(), stage.withCut());
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

  private static Tokens bare(Tokens tokens) {
    return new Tokens(
        tokens.source(),
        tokens.input(),
        tokens.output(),
        tokens.requested(),
        tokens.perEvent(),
        tokens.cached(),
        OptionalLong.empty(),
        OptionalDouble.empty());
  }

  private static StageResult withErrors(StageResult stage, List<RunResult.ErrorCount> errors) {
    return with(stage, stage.tokens(), errors, stage.latencies(), stage.withCut());
  }

  private static StageResult without(StageResult stage, List<Metric> metrics) {
    return with(
        stage,
        stage.tokens(),
        stage.errors(),
        without(stage.latencies(), metrics),
        without(stage.withCut(), metrics));
  }

  private static Map<Metric, RunResult.Latency> without(
      Map<Metric, RunResult.Latency> distributions, List<Metric> metrics) {
    Map<Metric, RunResult.Latency> rest = new EnumMap<>(Metric.class);
    rest.putAll(distributions);
    metrics.forEach(rest::remove);
    return rest;
  }

  private static StageResult with(
      StageResult stage,
      Tokens tokens,
      List<RunResult.ErrorCount> errors,
      Map<Metric, RunResult.Latency> latencies,
      Map<Metric, RunResult.Latency> withCut) {
    return new StageResult(
        stage.name(),
        stage.requestedRate(),
        stage.window(),
        stage.requests(),
        tokens,
        stage.inWindow(),
        errors,
        latencies,
        withCut);
  }
}
