package dev.loadline.runner.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.contract.RunPlan.JudgedMetric;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The order in which a result loses things, whatever its size. */
class ReductionTest {
  private static final Set<Metric> OPEN_ONLY = Set.of(Metric.ttftScheduled, Metric.e2eScheduled);
  private static final List<JudgedMetric> NOTHING = List.of();
  private static final List<JudgedMetric> EVERYTHING =
      Examples.CENSORED.stream()
          .map(metric -> new JudgedMetric(metric.name(), Optional.empty()))
          .toList();

  /** An open loop and a closed one. */
  private static RunResult mixed() {
    RunResult open = Examples.fullResult(2);
    StageResult last = open.stages().getLast();
    Consumer<ReducedStage> close =
        stage -> {
          stage.latencies.keySet().removeAll(OPEN_ONLY);
          stage.withCut.keySet().removeAll(OPEN_ONLY);
        };
    StageResult bare = ReducedStage.after(close, last);
    StageResult closed =
        new StageResult(
            "closed",
            OptionalDouble.empty(),
            bare.window(),
            bare.requests(),
            bare.tokens(),
            bare.lengths(),
            bare.inWindow(),
            Optional.empty(),
            bare.errors(),
            bare.latencies(),
            bare.withCut(),
            bare.health());
    return open.with(open.target(), List.of(open.stages().getFirst(), closed), List.of());
  }

  /** The metrics that a stage loses, in this order. */
  private static List<Metric> lost(
      List<JudgedMetric> judged, int stage, Function<StageResult, Map<Metric, Latency>> of) {
    List<Metric> lost = new ArrayList<>();
    RunResult result = mixed();
    for (UnaryOperator<RunResult> step : new Reduction(judged).steps()) {
      RunResult less = step.apply(result);
      Set<Metric> left = of.apply(less.stages().get(stage)).keySet();
      of.apply(result.stages().get(stage)).keySet().stream()
          .filter(metric -> !left.contains(metric))
          .forEach(lost::add);
      result = less;
    }
    return lost;
  }

  @Test
  void anOpenLoopKeepsWhatCountsFromWhenARequestWasDueLongest() {
    for (List<JudgedMetric> judged : List.of(NOTHING, EVERYTHING)) {
      assertThat(lost(judged, 0, StageResult::latencies))
          .containsSubsequence(Metric.itl, Metric.e2e, Metric.e2eScheduled)
          .doesNotContain(Metric.ttft, Metric.ttftScheduled, Metric.tpot, Metric.sendLag);
    }
    assertThat(lost(EVERYTHING, 0, StageResult::withCut))
        .containsExactly(
            Metric.maxGap,
            Metric.ttfo,
            Metric.e2e,
            Metric.e2eScheduled,
            Metric.ttft,
            Metric.tpot,
            Metric.ttftScheduled);
  }

  @Test
  void aClosedLoopKeepsWhatCountsFromWhenARequestWasSentLongest() {
    for (List<JudgedMetric> judged : List.of(NOTHING, EVERYTHING)) {
      assertThat(lost(judged, 1, StageResult::latencies))
          .containsSubsequence(Metric.itl, Metric.e2e)
          .doesNotContain(Metric.ttft, Metric.tpot, Metric.sendLag);
    }
    assertThat(lost(EVERYTHING, 1, StageResult::withCut))
        .containsExactly(Metric.maxGap, Metric.ttfo, Metric.e2e, Metric.tpot, Metric.ttft);
  }

  @Test
  void whatOnlyOpenLoopsLackIsSaidOfThem() {
    RunResult result = mixed();
    List<List<String>> said = new ArrayList<>();
    for (UnaryOperator<RunResult> step : new Reduction(NOTHING).steps()) {
      result = step.apply(result);
      said.add(result.omitted());
    }

    assertThat(said)
        .anyMatch(omitted -> omitted.contains("e2e in open loops where no objective names it"));
    assertThat(said.getLast()).contains("e2e", "e2eScheduled", "confidence intervals");
    assertThat(said.getLast()).doesNotHaveDuplicates();
    assertThat(said.getLast()).noneMatch(words -> words.endsWith(" where no objective names it"));
  }
}
