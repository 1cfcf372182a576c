package dev.loadline.runner.contract;

import dev.loadline.runner.contract.RunPlan.JudgedMetric;
import dev.loadline.runner.contract.RunResult.ErrorCount;
import dev.loadline.runner.contract.RunResult.Intervals;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.StageResult.Health;
import dev.loadline.runner.contract.StageResult.Lengths;
import dev.loadline.runner.contract.StageResult.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What a result that is too large loses, step by step, until the rest fits. A metric that an
 * objective names in a stage stays there until there is nothing else to leave out: then those that
 * count cut requests go, metric by metric, then the metrics themselves, and then the arrivals.
 * Ttft, tpot, sendLag and, in an open loop, ttftScheduled stay in any case.
 */
final class Reduction {
  private static final int SHORT_MODEL = 60;
  private static final String UNNAMED = " where no objective names it";

  /** The metrics that objectives may name, the one to be missed least first. */
  private static final List<Part> LEAST_FIRST =
      List.of(
          Part.of(Metric.maxGap),
          Part.of(Metric.ttfo),
          Part.of(Metric.itl),
          Part.ofOpenLoops(Metric.e2e),
          Part.of(Metric.e2eScheduled),
          Part.of(Metric.e2e),
          Part.ofOpenLoops(Metric.ttft),
          Part.of(Metric.tpot),
          Part.of(Metric.ttftScheduled),
          Part.of(Metric.ttft));

  private static final List<Metric> ALWAYS =
      List.of(Metric.tpot, Metric.ttftScheduled, Metric.ttft);

  private final List<JudgedMetric> judged;

  /**
   * A reduction.
   *
   * @param judged what objectives name
   */
  Reduction(List<JudgedMetric> judged) {
    this.judged = judged;
  }

  /**
   * A metric in all stages, or in open loops only: their headlines count from when a request was
   * due, so what counts from when it was sent is missed less there.
   */
  private record Part(Metric metric, boolean ofOpenLoops) {
    static Part of(Metric metric) {
      return new Part(metric, false);
    }

    static Part ofOpenLoops(Metric metric) {
      return new Part(metric, true);
    }

    boolean isOf(StageResult stage) {
      return !ofOpenLoops || stage.requestedRate().isPresent();
    }

    /** Its name, if the stages have nothing of it any more; else with where that is so. */
    String words(List<StageResult> stages, String where) {
      boolean gone = stages.stream().noneMatch(stage -> stage.latencies().containsKey(metric));
      return gone ? metric.name() : metric.name() + (ofOpenLoops ? " in open loops" : "") + where;
    }
  }

  /** Each takes a little more away from what the one before left; words go to the omitted. */
  List<UnaryOperator<RunResult>> steps() {
    List<UnaryOperator<RunResult>> steps = new ArrayList<>();
    steps.add(
        each(
            "confidence intervals" + UNNAMED,
            stage -> withoutIntervals(stage, this::isHeadlineOrJudged)));
    steps.addAll(unnamed(Metric.ttftFirstChunk, Metric.ntpot, Metric.itlPerToken));
    steps.add(each("examples of errors", Reduction::withoutExamples));
    steps.addAll(unnamed(Metric.ttfb, Metric.connect));
    steps.addAll(unnamed(Metric.maxGap, Metric.ttfo, Metric.itl));
    steps.add(
        each(
            "distributions that count cut requests" + (judged.isEmpty() ? "" : UNNAMED),
            stage -> stage.withCut.keySet().removeIf(metric -> !isJudged(stage.whole, metric))));
    steps.add(each("reasoning tokens and tokens per second per user", Reduction::withBareTokens));
    steps.add(each("lengths of prompts and answers", stage -> stage.lengths = Lengths.NONE));
    steps.add(
        each("confidence intervals", stage -> withoutIntervals(stage, (whole, metric) -> false)));
    steps.add(unnamed(Part.ofOpenLoops(Metric.e2e)));
    steps.add(
        each(
            "all classes of errors but the two most frequent",
            stage -> stage.errors = stage.errors.stream().limit(2).toList()));
    steps.add(Reduction::withShortModel);
    steps.addAll(unnamed(Metric.e2eScheduled, Metric.e2e));
    steps.add(each("the generator's health by stage", stage -> stage.health = Health.NONE));
    LEAST_FIRST.forEach(part -> steps.add(withoutCut(part)));
    LEAST_FIRST.stream()
        .filter(part -> !ALWAYS.contains(part.metric()))
        .forEach(part -> steps.add(without(part, "", (stage, metric) -> false)));
    steps.add(each(RunResult.ARRIVALS, stage -> stage.arrivals = Optional.empty()));
    return steps;
  }

  private boolean isJudged(StageResult stage, Metric metric) {
    return judged.stream()
        .anyMatch(named ->
            named.metric().equals(metric.name())
                && named.stage().map(stage.name()::equals).orElse(true));
  }

  private boolean isHeadlineOrJudged(StageResult stage, Metric metric) {
    Metric first = stage.requestedRate().isPresent() ? Metric.ttftScheduled : Metric.ttft;
    return metric == first || metric == Metric.tpot || isJudged(stage, metric);
  }

  private List<UnaryOperator<RunResult>> unnamed(Metric... metrics) {
    return List.of(metrics).stream().map(metric -> unnamed(Part.of(metric))).toList();
  }

  private UnaryOperator<RunResult> unnamed(Part part) {
    return without(part, UNNAMED, this::isJudged);
  }

  private static UnaryOperator<RunResult> without(
      Part part, String where, BiPredicate<StageResult, Metric> kept) {
    return result -> {
      List<StageResult> stages =
          changed(
              result,
              stage -> {
                if (part.isOf(stage.whole) && !kept.test(stage.whole, part.metric())) {
                  stage.latencies.remove(part.metric());
                  stage.withCut.remove(part.metric());
                }
              });
      return omitting(result, part.words(stages, where), stages);
    };
  }

  private static UnaryOperator<RunResult> withoutCut(Part part) {
    return each(
        RunResult.withCut(part.metric()),
        stage -> {
          if (part.isOf(stage.whole)) {
            stage.withCut.remove(part.metric());
          }
        });
  }

  private static UnaryOperator<RunResult> each(String words, Consumer<ReducedStage> change) {
    return result -> omitting(result, words, changed(result, change));
  }

  private static List<StageResult> changed(RunResult result, Consumer<ReducedStage> change) {
    return result.stages().stream().map(stage -> ReducedStage.after(change, stage)).toList();
  }

  /** With these stages; the words are added only if they lack something. */
  private static RunResult omitting(RunResult result, String words, List<StageResult> stages) {
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

  /** What was said of a part is not said again of all. */
  private static RunResult with(
      RunResult result,
      String words,
      List<StageResult> stages,
      Optional<RunResult.TargetFacts> target) {
    List<String> omitted = new ArrayList<>(result.omitted());
    omitted.removeIf(earlier -> earlier.startsWith(words + " "));
    omitted.add(words);
    return result.with(target, stages, omitted);
  }

  private static void withoutExamples(ReducedStage stage) {
    stage.errors =
        stage.errors.stream()
            .map(error -> new ErrorCount(error.errorClass(), error.count(), Optional.empty()))
            .toList();
  }

  private static void withBareTokens(ReducedStage stage) {
    Tokens tokens = stage.tokens;
    stage.tokens =
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
            tokens.reusable());
  }

  private static void withoutIntervals(ReducedStage stage, BiPredicate<StageResult, Metric> kept) {
    stage.latencies.replaceAll((metric, latency) ->
        kept.test(stage.whole, metric) ? latency : latency.with(Intervals.NONE));
  }
}
