package dev.loadline.operator.verdict;

import static dev.loadline.operator.verdict.Measured.in;
import static dev.loadline.operator.verdict.Measured.latency;
import static dev.loadline.operator.verdict.Measured.max;
import static dev.loadline.operator.verdict.Measured.min;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.plan.Load.Arrival;
import dev.loadline.operator.plan.Objective;
import dev.loadline.operator.plan.Objective.FigureName;
import dev.loadline.operator.plan.Objective.Statistic;
import dev.loadline.operator.verdict.Judgement.ObjectiveOutcome;
import dev.loadline.operator.verdict.Judgement.ObjectiveResult;
import dev.loadline.runner.contract.RunResult.Intervals;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectiveJudgeTest {
  private final Measured one = new Measured("one");
  private final Measured two = new Measured("two");

  private static ObjectiveResult judge(Objective objective, Measured... stages) {
    return ObjectiveJudge.judge(objective, Measured.of(stages));
  }

  @ParameterizedTest
  @CsvSource({"199999, Missed", "200000, Met", "200001, Met"})
  void keepsAnUpperBoundUpToItself(long bound, ObjectiveOutcome outcome) {
    assertThat(judge(max(Metric.ttft, Statistic.p95, bound), one).outcome()).isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource({
    "mean, 1, Met", "mean, 0, NotEnoughSamples",
    "max, 1, Met", "max, 0, NotEnoughSamples",
    "p50, 11, Met", "p50, 10, NotEnoughSamples",
    "p90, 64, Met", "p90, 63, NotEnoughSamples",
    "p95, 130, Met", "p95, 129, NotEnoughSamples",
    "p99, 662, Met", "p99, 661, NotEnoughSamples",
  })
  void judgesNothingBelowTheSmallestSample(
      Statistic statistic, long samples, ObjectiveOutcome outcome) {
    one.latencies.put(Metric.tpot, latency(samples, 10));
    ObjectiveResult result = judge(max(Metric.tpot, statistic, 1000), one);
    assertThat(result.outcome()).isEqualTo(outcome);
    assertThat(result.samples()).isEqualTo(samples);
    assertThat(result.value().isPresent()).isEqualTo(outcome == ObjectiveOutcome.Met);
  }

  @Test
  void judgesNothingThatWasNotMeasured() {
    ObjectiveResult result = judge(max(Metric.tpot, Statistic.max, 1000), one);
    assertThat(result.outcome()).isEqualTo(ObjectiveOutcome.NotEnoughSamples);
    assertThat(result.value()).isEmpty();
    assertThat(result.stage()).contains("one");
  }

  @Test
  void judgesNothingInAStageThatIsMissing() {
    ObjectiveResult result = judge(in("three", max(Metric.ttft, Statistic.p95, 1)), one, two);
    assertThat(result.outcome()).isEqualTo(ObjectiveOutcome.NotEnoughSamples);
    assertThat(result.stage()).isEmpty();
  }

  @Test
  void holdsAnObjectiveWithoutAStageAgainstTheWorstOne() {
    two.latencies.put(Metric.ttft, latency(1000, 300_000));
    assertThat(judge(max(Metric.ttft, Statistic.p95, 300_000), one, two))
        .extracting(ObjectiveResult::outcome, ObjectiveResult::stage, ObjectiveResult::value)
        .containsExactly(ObjectiveOutcome.Met, Optional.of("two"), Optional.of("300ms"));
    assertThat(judge(max(Metric.ttft, Statistic.p95, 250_000), one, two))
        .extracting(ObjectiveResult::outcome, ObjectiveResult::stage)
        .containsExactly(ObjectiveOutcome.Missed, Optional.of("two"));
    assertThat(judge(in("one", max(Metric.ttft, Statistic.p95, 250_000)), one, two).outcome())
        .isEqualTo(ObjectiveOutcome.Met);
  }

  @Test
  void holdsALowerBoundAgainstTheSlowestStage() {
    two.endedInWindow = 300;
    two.receivedTokens = 300 * 32;
    assertThat(judge(min(FigureName.requestsPerSecond, "5"), one, two))
        .extracting(ObjectiveResult::outcome, ObjectiveResult::stage, ObjectiveResult::value)
        .containsExactly(ObjectiveOutcome.Met, Optional.of("two"), Optional.of("5"));
    assertThat(judge(min(FigureName.requestsPerSecond, "5.1"), one, two).outcome())
        .isEqualTo(ObjectiveOutcome.Missed);
  }

  @Test
  void letsAMissInOneStageStandBesideWantOfSamplesInAnother() {
    one.latencies.put(Metric.ttft, latency(5, 1));
    two.latencies.put(Metric.ttft, latency(1000, 300_000));
    assertThat(judge(max(Metric.ttft, Statistic.p95, 250_000), one, two).outcome())
        .isEqualTo(ObjectiveOutcome.Missed);
    assertThat(judge(max(Metric.ttft, Statistic.p95, 350_000), one, two))
        .extracting(ObjectiveResult::outcome, ObjectiveResult::stage)
        .containsExactly(ObjectiveOutcome.NotEnoughSamples, Optional.of("one"));
  }

  @Test
  void judgesScheduledMetricsInOpenLoopsOnly() {
    two.open("16", Arrival.Constant);
    two.latencies.put(Metric.ttftScheduled, latency(1000, 200_000));
    Objective objective = max(Metric.ttftScheduled, Statistic.p95, 200_000);
    assertThat(judge(objective, one, two))
        .extracting(ObjectiveResult::outcome, ObjectiveResult::stage)
        .containsExactly(ObjectiveOutcome.Met, Optional.of("two"));
    assertThat(judge(objective, one).outcome()).isEqualTo(ObjectiveOutcome.NotEnoughSamples);
  }

  @ParameterizedTest
  @CsvSource({
    "errorRate, max, 0.0099, Missed",
    "errorRate, max, 0.01, Met",
    "goodFraction, min, 0.9, Met",
    "goodFraction, min, 0.9001, Missed",
    "requestsPerSecond, max, 16.5, Met",
    "requestsPerSecond, max, 16.4, Missed",
    "outputTokensPerSecond, min, 528, Met",
    "outputTokensPerSecond, min, 528.1, Missed",
  })
  void judgesFiguresUpToTheirBound(
      FigureName figure, String kind, String bound, ObjectiveOutcome outcome) {
    one.completed = 990;
    one.failed = 10;
    one.good = 900;
    Objective objective = kind.equals("max") ? max(figure, bound) : min(figure, bound);
    assertThat(judge(objective, one).outcome()).isEqualTo(outcome);
  }

  /** 528/s are of answers that ended in the window; others were still under way. */
  @ParameterizedTest
  @CsvSource({"600, NotEnoughSamples", "600.1, Missed", "528, Met"})
  void holdsNoMissedThroughputAgainstAServerWhoseTokensCameInTheWindow(
      String bound, ObjectiveOutcome outcome) {
    one.receivedTokens = 36_000;
    assertThat(judge(min(FigureName.outputTokensPerSecond, bound), one).outcome())
        .isEqualTo(outcome);
  }

  /** Of 32 tokens each: as many tokens came in the window as 1,125 requests have. */
  @ParameterizedTest
  @CsvSource({"16.5, Met", "17, NotEnoughSamples", "18.75, NotEnoughSamples", "18.8, Missed"})
  void holdsNoMissedRateAgainstAServerWhoseRequestsAreUnderWay(
      String bound, ObjectiveOutcome outcome) {
    one.receivedTokens = 36_000;
    assertThat(judge(min(FigureName.requestsPerSecond, bound), one).outcome()).isEqualTo(outcome);
  }

  /** Of 1,000 requests so many failed, were cut, were good. */
  @ParameterizedTest
  @CsvSource({
    "errorRate, max, 0.01, 0, 10, 990, Met, 0%",
    "errorRate, max, 0.01, 0, 11, 989, NotEnoughSamples, ≥ 0%",
    "errorRate, max, 0.01, 5, 5, 990, Met, 0.503%",
    "errorRate, max, 0.01, 5, 6, 989, NotEnoughSamples, ≥ 0.503%",
    "errorRate, max, 0.01, 10, 100, 890, Missed, 1.11%",
    "errorRate, max, 0, 0, 1, 999, NotEnoughSamples, ≥ 0%",
    "errorRate, max, 0.5, 0, 500, 500, Met, 0%",
    "goodFraction, min, 0.9, 0, 100, 900, Met, 100%",
    "goodFraction, min, 0.9, 0, 101, 899, NotEnoughSamples, ≤ 100%",
    "goodFraction, min, 0.9, 50, 50, 900, Met, 94.7%",
    "goodFraction, min, 0.9, 200, 100, 700, Missed, 77.8%",
    "requestsPerSecond, min, 16.5, 0, 1000, 0, Met, 16.5",
    "outputTokensPerSecond, min, 528, 0, 1000, 0, Met, 528",
  })
  void callsARateKeptOnlyIfItWouldBeWithEveryCutRequestFailed(
      FigureName figure,
      String kind,
      String bound,
      long failed,
      long cut,
      long good,
      ObjectiveOutcome outcome,
      String value) {
    one.failed = failed;
    one.cut = cut;
    one.completed = 1000 - failed - cut;
    one.good = good;
    Objective objective = kind.equals("max") ? max(figure, bound) : min(figure, bound);
    assertThat(judge(objective, one))
        .extracting(ObjectiveResult::outcome, ObjectiveResult::value)
        .containsExactly(outcome, Optional.of(value));
  }

  @Test
  void judgesAServerThatFailsEverything() {
    Measured failing = Measured.onlyFailures("failing");
    assertThat(judge(max(FigureName.errorRate, "0.99"), failing))
        .extracting(ObjectiveResult::outcome, ObjectiveResult::value, ObjectiveResult::samples)
        .containsExactly(ObjectiveOutcome.Missed, Optional.of("100%"), 1000L);
    assertThat(judge(max(Metric.ttft, Statistic.max, 1), failing).outcome())
        .isEqualTo(ObjectiveOutcome.NotEnoughSamples);
    assertThat(judge(min(FigureName.outputTokensPerSecond, "1"), failing).outcome())
        .isEqualTo(ObjectiveOutcome.Missed);
  }

  /**
   * A thousand requests, so many of them cut. Completed: p50 100 ms, p90 200 ms, p95 300 ms, p99
   * 400 ms, max 450 ms; with the cut ones at their elapsed time every statistic is 150 ms.
   */
  @ParameterizedTest
  @CsvSource({
    "p50, 1, 200000, Met",
    "p50, 1, 199999, NotEnoughSamples",
    "p90, 50, 300000, Met",
    "p90, 60, 300000, NotEnoughSamples",
    "p90, 60, 400000, Met",
    "p95, 40, 400000, Met",
    "p95, 41, 400000, NotEnoughSamples",
    "p95, 41, 450000, Met",
    "p95, 51, 900000, NotEnoughSamples",
    "p99, 10, 450000, Met",
    "p99, 11, 900000, NotEnoughSamples",
    "mean, 1, 900000, NotEnoughSamples",
    "max, 1, 900000, NotEnoughSamples",
    "p95, 1, 149999, Missed",
    "max, 1, 149999, Missed",
    "mean, 1, 149999, Missed",
  })
  void callsABoundKeptOnlyIfEndlessCutRequestsWouldKeepIt(
      Statistic statistic, long cut, long bound, ObjectiveOutcome outcome) {
    cutOfThousand(cut);
    one.withCut.put(Metric.ttft, latency(1000, 150_000));
    assertThat(judge(max(Metric.ttft, statistic, bound), one).outcome()).isEqualTo(outcome);
  }

  /** Of a thousand requests these were cut; the others took 100 to 450 ms until the first token. */
  private void cutOfThousand(long cut) {
    one.cut = cut;
    one.completed = 1000 - cut;
    one.latencies.put(
        Metric.ttft,
        new Latency(
            1000 - cut, 100_000, 100_000, 200_000, 300_000, 400_000, 450_000, 0, Intervals.NONE));
  }

  /** As above, but the result lacks the latencies of the cut requests. */
  @ParameterizedTest
  @CsvSource({
    "p95, 40, 400000, Met",
    "p95, 41, 400000, NotEnoughSamples",
    "p95, 10, 199999, Missed",
    "p95, 10, 200000, NotEnoughSamples",
    "p95, 10, 299999, NotEnoughSamples",
    "p99, 500, 1, NotEnoughSamples",
    "mean, 100, 89999, Missed",
    "mean, 100, 90000, NotEnoughSamples",
    "max, 1, 449999, Missed",
    "max, 1, 450000, NotEnoughSamples",
  })
  void provesNothingByCutRequestsThatTheResultLacks(
      Statistic statistic, long cut, long bound, ObjectiveOutcome outcome) {
    cutOfThousand(cut);
    Measurement measurement = Measured.without("ttft with cut requests", one);
    ObjectiveResult result = ObjectiveJudge.judge(max(Metric.ttft, statistic, bound), measurement);
    assertThat(result.outcome()).isEqualTo(outcome);
    assertThat(result.value().isPresent()).isEqualTo(outcome != ObjectiveOutcome.NotEnoughSamples);
  }

  @Test
  void marksAValueThatMayBeLarger() {
    one.cut = 100;
    one.completed = 900;
    one.latencies.put(Metric.ttft, latency(900, 100_000));
    one.withCut.put(Metric.ttft, latency(1000, 500_000));
    assertThat(judge(max(Metric.ttft, Statistic.p95, 600_000), one).value()).contains("≥ 500ms");
    assertThat(judge(max(Metric.ttft, Statistic.p50, 600_000), one).value()).contains("500ms");
  }

  @Test
  void provesAMissWithCutRequestsAlone() {
    one.completed = 0;
    one.cut = 1000;
    one.latencies.clear();
    one.withCut.put(Metric.ttft, latency(1000, 60_000_000));
    assertThat(judge(max(Metric.ttft, Statistic.p95, 800_000), one))
        .extracting(ObjectiveResult::outcome, ObjectiveResult::value)
        .containsExactly(ObjectiveOutcome.Missed, Optional.of("≥ 60s"));
  }

  @Test
  void holdsALowerBoundOfALatencyAgainstCompletedRequestsOnly() {
    Objective slowEnough =
        new Objective(
            "slow",
            new Objective.Subject.Latency(Metric.ttft, Statistic.p50),
            new Objective.Bound.Min(BigDecimal.valueOf(150_000), "150ms"),
            Optional.empty(),
            Objective.Action.Fail);
    one.withCut.put(Metric.ttft, latency(2000, 1));
    assertThat(judge(slowEnough, one).outcome()).isEqualTo(ObjectiveOutcome.Met);
  }

  @Test
  void writesValueAndBoundSoThatTheyDiffer() {
    one.latencies.put(Metric.ttft, new Latency(1000, 0, 0, 0, 800_400, 0, 0, 0, Intervals.NONE));
    ObjectiveResult result = judge(max(Metric.ttft, Statistic.p95, 800_000), one);
    assertThat(result.value()).contains("800.4ms");
    assertThat(result.bound()).isEqualTo("max 800000us");
    assertThat(List.of(result.outcome())).containsExactly(ObjectiveOutcome.Missed);
  }
}
