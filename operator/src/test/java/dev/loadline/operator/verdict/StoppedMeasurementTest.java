package dev.loadline.operator.verdict;

import static dev.loadline.operator.verdict.Measured.latency;
import static dev.loadline.operator.verdict.ValidityChecksTest.check;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.plan.Objective;
import dev.loadline.operator.verdict.Judgement.Check;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.RunResult.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a run that somebody stopped lacks is nobody's fault. */
class StoppedMeasurementTest {
  private final Measured stage = new Measured("users-1");

  /** Measured stages of a load that was stopped before further ones. */
  private static Measurement stopped(List<String> missing, Measured... stages) {
    Measurement whole = Measured.of(Outcome.STOPPED, Measured.idle(), stages);
    return new Measurement(
        whole.outcome(),
        true,
        whole.engine(),
        whole.stages(),
        missing,
        whole.generator(),
        List.of(),
        whole.limit(),
        Measured.UNCOMPARED);
  }

  @Test
  void expectsNoRequestOfAStageThatWasStoppedOrNeverRan() {
    stage.sent = 0;
    stage.completed = 0;
    stage.inFlightMicros = 1_000_000;
    stage.windowMicros = 1_000_000;
    stage.windowComplete = false;
    assertThat(check(Check.ZeroRequests, stopped(List.of("users-4", "users-16"), stage)))
        .isEqualTo(
            new ValidityResult(
                Check.ZeroRequests,
                "stopped before a request of users-1, users-4, users-16",
                "at least 1 in each stage",
                CheckOutcome.NotChecked));
    stage.windowComplete = true;
    assertThat(check(Check.ZeroRequests, stopped(List.of("users-4"), stage)))
        .isEqualTo(
            new ValidityResult(
                Check.ZeroRequests,
                "no request in users-1, where 1 from before its window were in flight on average:"
                    + " the server did not answer them in time",
                "at least 1 in each stage",
                CheckOutcome.Failed));
  }

  @Test
  void findsNoFaultWithTheFewSamplesOfALoadThatWasStopped() {
    stage.completed = 1;
    stage.cut = 999;
    stage.windowComplete = false;
    stage.latencies.put(Metric.ttft, latency(1, 200_000));
    stage.withCut.put(Metric.ttft, latency(1000, 200_000));
    Objective slow = Measured.max(Metric.ttft, Objective.Statistic.p50, 300_000);
    assertThat(tooFew(Measured.of(stage), slow))
        .satisfies(result -> assertThat(result.outcome()).isEqualTo(CheckOutcome.Failed))
        .satisfies(result -> assertThat(result.observed()).contains("unless the server hung"));
    assertThat(tooFew(stopped(List.of(), stage), slow))
        .satisfies(result -> assertThat(result.outcome()).isEqualTo(CheckOutcome.NotChecked))
        .satisfies(result ->
            assertThat(result.observed())
                .startsWith("stopped with too many requests cut off")
                .doesNotContain("hung"));
    stage.completed = 0;
    assertThat(tooFew(stopped(List.of(), stage)))
        .satisfies(result -> assertThat(result.outcome()).isEqualTo(CheckOutcome.NotChecked));
  }

  private static ValidityResult tooFew(Measurement measurement, Objective... objectives) {
    List<Judgement.ObjectiveResult> results =
        List.of(objectives).stream().map(one -> ObjectiveJudge.judge(one, measurement)).toList();
    return ValidityChecks.all(measurement, results).getLast();
  }
}
