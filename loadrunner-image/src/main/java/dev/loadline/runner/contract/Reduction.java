package dev.loadline.runner.contract;

import dev.loadline.runner.contract.RunPlan.JudgedMetric;
import dev.loadline.runner.contract.RunResult.Intervals;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.StageResult.Lengths;
import dev.loadline.runner.contract.StageResult.Tokens;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * What a result that is too large loses, step by step, until the rest fits. A metric that an
 * objective names in a stage stays there until there is nothing else to leave out: then those that
 * count cut requests go, metric by metric, then the metrics themselves, and then the arrivals;
 * ttft, tpot and sendLag stay in any case.
 */
final class Reduction {
  private static final int SHORT_MODEL = 60;
  private static final String UNNAMED = " where no objective names it";

  /** The metrics that objectives may name, the one to be missed least first. */
  private static final List<Metric> LEAST_FIRST =
      List.of(
          Metric.maxGap,
          Metric.ttfo,
          Metric.itl,
          Metric.e2eScheduled,
          Metric.e2e,
          Metric.ttftScheduled,
          Metric.tpot,
          Metric.ttft);

  private static final List<Metric> ALWAYS = List.of(Metric.tpot, Metric.ttft);

  private final List<JudgedMetric> judged;

  /**
   * A reduction.
   *
   * @param judged what objectives name
   */
  Reduction(List<JudgedMetric> judged) {
    this.judged = judged;
  }

  /** Each takes a little more away from what the one before left; words go to the omitted. */
  List<UnaryOperator<RunResult>> steps() {
    List<UnaryOperator<RunResult>> steps = new ArrayList<>();
    steps.add(this::withoutUnnamedIntervals);
    steps.add(unnamed(Metric.ttftFirstChunk, Metric.ntpot, Metric.itlPerToken));
    steps.add(result -> each(result, "examples of errors", Reduction::withoutExamples));
    steps.add(unnamed(Metric.ttfb, Metric.connect));
    steps.add(unnamed(Metric.maxGap, Metric.ttfo, Metric.itl));
    steps.add(this::withoutUnnamedCut);
    steps.add(
        result -> each(result, "reasoning tokens and tokens per second per user", Reduction::bare));
    steps.add(result ->
        each(result, "lengths of prompts and answers", stage -> stage.with(Lengths.NONE)));
    steps.add(result ->
        each(result, "confidence intervals", stage -> withoutIntervals(stage, metric -> true)));
    steps.add(unnamed(Metric.e2eScheduled));
    steps.add(result ->
        each(
            result,
            "all classes of errors but the two most frequent",
            stage -> stage.with(stage.errors().stream().limit(2).toList())));
    steps.add(Reduction::withShortModel);
    steps.add(unnamed(Metric.e2e));
    steps.add(unnamed(Metric.ttftScheduled));
    for (Metric metric : LEAST_FIRST) {
      steps.add(result ->
          each(
              result,
              RunResult.withCut(metric),
              stage -> stage.with(stage.latencies(), without(stage.withCut(), metric))));
    }
    LEAST_FIRST.stream()
        .filter(metric -> !ALWAYS.contains(metric))
        .forEach(metric ->
            steps.add(result -> each(result, metric.name(), stage -> without(stage, metric))));
    steps.add(result -> each(result, RunResult.ARRIVALS, StageResult::withoutArrivals));
    return steps;
  }

  private boolean isJudged(StageResult stage, Metric metric) {
    return judged.stream()
        .anyMatch(named ->
            named.metric().equals(metric.name())
                && named.stage().map(stage.name()::equals).orElse(true));
  }

  private UnaryOperator<RunResult> unnamed(Metric... metrics) {
    return result -> {
      RunResult rest = result;
      for (Metric metric : metrics) {
        boolean kept =
            result.stages().stream()
                .anyMatch(
                    stage -> isJudged(stage, metric) && stage.latencies().containsKey(metric));
        rest =
            each(
                rest,
                metric.name() + (kept ? UNNAMED : ""),
                stage -> isJudged(stage, metric) ? stage : without(stage, metric));
      }
      return rest;
    };
  }

  /** Those of the headlines, ttft and tpot, are kept with the named ones. */
  private RunResult withoutUnnamedIntervals(RunResult result) {
    return each(
        result,
        "confidence intervals" + UNNAMED,
        stage ->
            withoutIntervals(
                stage, metric -> !ALWAYS.contains(metric) && !isJudged(stage, metric)));
  }

  private RunResult withoutUnnamedCut(RunResult result) {
    return each(
        result,
        "distributions that count cut requests" + (judged.isEmpty() ? "" : UNNAMED),
        stage -> {
          Map<Metric, Latency> named = new EnumMap<>(Metric.class);
          stage
              .withCut()
              .forEach((metric, latency) -> {
                if (isJudged(stage, metric)) {
                  named.put(metric, latency);
                }
              });
          return stage.with(stage.latencies(), named);
        });
  }

  /** Changes every stage; the words are added only if that takes something away. */
  private static RunResult each(RunResult result, String words, UnaryOperator<StageResult> change) {
    List<StageResult> stages = result.stages().stream().map(change).toList();
    return stages.equals(result.stages()) ? result : with(result, words, stages, result.target());
  }

  private static RunResult withShortModel(RunResult result) {
    return result
        .target()
        .filter(target -> target.model().length() > SHORT_MODEL)
        .map(target ->
            new RunResult.TargetFacts(
                target.model().substring(0, SHORT_MODEL) + "…",
                target.engine(),
                target.version(),
                target.calibration()))
        .map(target ->
            with(result, "the end of the model's name", result.stages(), Optional.of(target)))
        .orElse(result);
  }

  private static RunResult with(
      RunResult result,
      String words,
      List<StageResult> stages,
      Optional<RunResult.TargetFacts> target) {
    List<String> omitted = new ArrayList<>(result.omitted());
    omitted.remove(words + UNNAMED);
    omitted.add(words);
    return result.with(target, stages, omitted);
  }

  private static StageResult withoutExamples(StageResult stage) {
    return stage.with(
        stage.errors().stream()
            .map(error ->
                new RunResult.ErrorCount(error.errorClass(), error.count(), Optional.empty()))
            .toList());
  }

  private static StageResult bare(StageResult stage) {
    Tokens tokens = stage.tokens();
    return stage.with(
        new Tokens(
            tokens.source(),
            tokens.input(),
            tokens.output(),
            tokens.requested(),
            tokens.perEvent(),
            tokens.cached(),
            OptionalLong.empty(),
            OptionalDouble.empty(),
            tokens.requestedInput(),
            tokens.reusable()));
  }

  private static StageResult withoutIntervals(StageResult stage, Predicate<Metric> of) {
    Map<Metric, Latency> latencies = new EnumMap<>(Metric.class);
    stage
        .latencies()
        .forEach((metric, latency) ->
            latencies.put(metric, of.test(metric) ? latency.with(Intervals.NONE) : latency));
    return stage.with(latencies, stage.withCut());
  }

  private static StageResult without(StageResult stage, Metric metric) {
    return stage.with(without(stage.latencies(), metric), without(stage.withCut(), metric));
  }

  private static Map<Metric, Latency> without(Map<Metric, Latency> distributions, Metric metric) {
    Map<Metric, Latency> rest = new EnumMap<>(Metric.class);
    rest.putAll(distributions);
    rest.remove(metric);
    return rest;
  }
}
