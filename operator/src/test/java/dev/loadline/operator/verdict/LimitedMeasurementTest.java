package dev.loadline.operator.verdict;

import static dev.loadline.operator.verdict.ValidityChecksTest.check;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.plan.Load;
import dev.loadline.operator.plan.Objective;
import dev.loadline.operator.plan.Objective.Statistic;
import dev.loadline.operator.verdict.Judgement.Check;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.RunResult.Limit;
import dev.loadline.runner.contract.RunResult.Metric;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** A load that a limit has ended is judged by what was measured of it. */
class LimitedMeasurementTest {
  private static final Objective FIRST_TOKEN = Measured.max(Metric.ttft, Statistic.p95, 800_000);

  private final Measured stage = new Measured("peak");

  private static String judged(Measurement measurement, Objective... objectives) {
    Judgement judgement = Judge.judge(measurement, List.of(objectives));
    return judgement.verdict() + " " + judgement.reason() + ": " + judgement.message();
  }

  private void cutShortTo(long windowMicros) {
    stage.windowComplete = false;
    stage.windowMicros = windowMicros;
    stage.inFlightMicros = 8 * windowMicros;
  }

  @Test
  void aShorterWindowWithEnoughSamplesIsJudged() {
    cutShortTo(12_000_000);
    Measurement measurement =
        Measured.limited(Limit.requests, List.of(), new Measured("normal"), stage);
    assertThat(judged(measurement, FIRST_TOKEN))
        .isEqualTo(
            "Pass ObjectivesMet: the objective is met; limits.requests was reached in stage peak");
    assertThat(judged(measurement, Measured.max(Metric.ttft, Statistic.p95, 1)))
        .startsWith("Fail ObjectiveMissed: ")
        .endsWith("; limits.requests was reached in stage peak");
    assertThat(judged(measurement))
        .isEqualTo(
            "None NoObjectives: no objective with action Fail: nothing to judge; limits.requests"
                + " was reached in stage peak");
    assertThat(check(Check.LimitReached, measurement))
        .isEqualTo(
            new ValidityResult(
                Check.LimitReached,
                "limits.requests was reached in stage peak",
                "a request in each stage",
                CheckOutcome.Passed));
    assertThat(check(Check.RateNotAchieved, measurement).outcome()).isEqualTo(CheckOutcome.Passed);
    assertThat(check(Check.ZeroRequests, measurement).outcome()).isEqualTo(CheckOutcome.Passed);
  }

  @Test
  void stagesThatNeverBeganMakeTheRunInvalid() {
    Measurement measurement = Measured.limited(Limit.outputTokens, List.of("late", "later"), stage);
    assertThat(judged(measurement, FIRST_TOKEN))
        .isEqualTo(
            "Invalid LimitReached: the measurement is not valid: limits.outputTokens was reached"
                + " after stage peak: nothing was measured of late, later (bound a request in each"
                + " stage)");
    assertThat(check(Check.ZeroRequests, measurement))
        .isEqualTo(
            new ValidityResult(
                Check.ZeroRequests,
                "limits.outputTokens was reached before a request of late, later",
                "at least 1 in each stage",
                CheckOutcome.NotChecked));
  }

  @Test
  void aWindowThatNeverOpenedMakesTheRunInvalid() {
    cutShortTo(0);
    stage.sent = 0;
    stage.completed = 0;
    stage.latencies.clear();
    Measurement measurement =
        Measured.limited(Limit.runnerPodTime, List.of(), new Measured("normal"), stage);
    assertThat(judged(measurement, FIRST_TOKEN))
        .startsWith("Invalid LimitReached: ")
        .contains("limits.runnerPodTime was reached in stage peak: nothing was measured of peak");
  }

  @Test
  void aServerThatHangsIsNotExcusedByALimit() {
    Measured hanging = new Measured("normal");
    hanging.sent = 0;
    hanging.completed = 0;
    cutShortTo(12_000_000);
    Measurement measurement = Measured.limited(Limit.requests, List.of(), hanging, stage);
    assertThat(check(Check.ZeroRequests, measurement).outcome()).isEqualTo(CheckOutcome.Failed);
  }

  @Test
  void tooFewSamplesOfAShorterWindowNameTheLimit() {
    cutShortTo(30_000_000);
    stage.latencies.put(Metric.ttft, Measured.latency(20, 200_000));
    assertThat(judged(Measured.limited(Limit.requests, List.of(), stage), FIRST_TOKEN))
        .startsWith("Invalid TooFewSamples: ")
        .contains("20 samples for objective")
        .contains("; limits.requests was reached in stage peak");
  }

  @Test
  void aRunWithoutALimitReachedIsNotChecked() {
    assertThat(ValidityChecks.all(Measured.of(stage), List.of()))
        .extracting(ValidityResult::check)
        .doesNotContain(Check.LimitReached);
  }

  @Test
  void ofARampTheRateUntilTheLimitIsExpected() {
    // A tenth of 10 to 30 a second over a minute: 11 a second in the mean.
    cutShortTo(6_000_000);
    stage.shape =
        new Load.Shape.Open(
            new BigDecimal(30), Optional.of(BigDecimal.TEN), Load.Arrival.Constant, BigDecimal.ONE);
    stage.sent = 66;
    stage.sentInWindow = 66;
    Measurement measurement = Measured.limited(Limit.requests, List.of(), stage);
    assertThat(check(Check.RateNotAchieved, measurement).outcome()).isEqualTo(CheckOutcome.Passed);
    stage.sent = 120;
    stage.sentInWindow = 120;
    assertThat(check(Check.RateNotAchieved, Measured.limited(Limit.requests, List.of(), stage)))
        .satisfies(result -> {
          assertThat(result.outcome()).isEqualTo(CheckOutcome.Failed);
          assertThat(result.observed()).contains("120 requests due in peak at 11 per second");
        });
  }

  @Test
  void ofUsersThatBecomeMoreThoseUntilTheLimitAreExpected() {
    // Half of 10 to 30 users: 15 in the mean.
    cutShortTo(30_000_000);
    stage.shape = new Load.Shape.Closed(30, OptionalInt.of(10), new Distribution.Fixed(0), false);
    stage.inFlightMicros = 15L * 30_000_000;
    assertThat(
            check(Check.RateNotAchieved, Measured.limited(Limit.requests, List.of(), stage))
                .outcome())
        .isEqualTo(CheckOutcome.Passed);
    stage.inFlightMicros = 14L * 30_000_000;
    assertThat(
            check(Check.RateNotAchieved, Measured.limited(Limit.requests, List.of(), stage))
                .outcome())
        .isEqualTo(CheckOutcome.Failed);
  }
}
