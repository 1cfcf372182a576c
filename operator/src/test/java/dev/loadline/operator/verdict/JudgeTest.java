package dev.loadline.operator.verdict;

import static dev.loadline.operator.verdict.Measured.latency;
import static dev.loadline.operator.verdict.Measured.max;
import static dev.loadline.operator.verdict.Measured.reported;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.plan.Load.Arrival;
import dev.loadline.operator.plan.Objective;
import dev.loadline.operator.plan.Objective.FigureName;
import dev.loadline.operator.plan.Objective.Statistic;
import dev.loadline.operator.verdict.Judgement.Check;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ObjectiveOutcome;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import dev.loadline.runner.contract.RunResult;
import dev.loadline.runner.contract.RunResult.ErrorCount;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.RunResult.Outcome;
import dev.loadline.runner.contract.StageResult.ArrivalPattern;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JudgeTest {
  private static final Objective MET = max(Metric.ttft, Statistic.p95, 800_000);
  private static final Objective MISSED = max(Metric.ttft, Statistic.p50, 100_000);
  private static final Objective OPEN = max(Metric.tpot, Statistic.p95, 50_000);

  private final Measured stage = new Measured("steady");

  @Test
  void passesWhereEveryObjectiveIsMet() {
    assertThat(judge(Measured.of(stage), MET, max(FigureName.errorRate, "0")))
        .isEqualTo("Pass ObjectivesMet: all 2 objectives are met");
    assertThat(judge(Measured.of(stage), MET))
        .isEqualTo("Pass ObjectivesMet: the objective is met");
    assertThat(judge(Measured.of(stage), MET, reported(MISSED)))
        .isEqualTo(
            "Pass ObjectivesMet: the objective that can fail the run is met; 1 is only reported");
    assertThat(
            judge(
                Measured.of(stage),
                MET,
                max(FigureName.errorRate, "0"),
                reported(MISSED),
                reported(OPEN)))
        .isEqualTo(
            "Pass ObjectivesMet: all 2 objectives that can fail the run are met; 2 are only"
                + " reported");
  }

  @Test
  void failsWhereOneIsMissedAndSaysByHowMuch() {
    assertThat(judge(Measured.of(stage), MET, MISSED))
        .isEqualTo(
            "Fail ObjectiveMissed: objective ttft-p50 is missed: 200ms in stage steady, max"
                + " 100000us");
  }

  @Test
  void namesEveryMissedObjective() {
    assertThat(judge(Measured.of(stage), MISSED, max(FigureName.requestsPerSecond, "1")))
        .startsWith("Fail ObjectiveMissed: objective ttft-p50 is missed: ")
        .contains("; objective requestsPerSecond is missed: 16.5 in stage steady, max 1");
  }

  @Test
  void judgesNothingWithoutAnObjectiveThatDecides() {
    assertThat(judge(Measured.of(stage)))
        .isEqualTo("None NoObjectives: no objective with action Fail: nothing to judge");
    Judgement judgement = Judge.judge(Measured.of(stage), List.of(reported(MISSED)));
    assertThat(judgement.verdict()).isEqualTo(Verdict.None);
    assertThat(judgement.objectives())
        .singleElement()
        .extracting(Judgement.ObjectiveResult::outcome)
        .isEqualTo(ObjectiveOutcome.Missed);
  }

  @Test
  void isNotMovedByAReportedObjective() {
    assertThat(judge(Measured.of(stage), MET, reported(MISSED))).startsWith("Pass ");
    assertThat(judge(Measured.of(stage), MET, reported(OPEN))).startsWith("Pass ");
  }

  @Test
  void isInvalidForWantOfSamples() {
    assertThat(judge(Measured.of(stage), MET, OPEN))
        .isEqualTo(
            "Invalid TooFewSamples: the measurement is not valid: 0 samples for objective tpot-p95"
                + " in steady (bound at least 130)");
  }

  @Test
  void saysWhatMostRequestsMetWhereTheyAreMissingAsSamples() {
    Measured failing = Measured.onlyFailures("steady");
    failing.errors =
        List.of(new ErrorCount("unauthorized", 1000, Optional.of("HTTP 401: wrong key.")));
    assertThat(judge(Measured.of(failing), MET))
        .isEqualTo(
            "Invalid TooFewSamples: the measurement is not valid: 0 samples for objective ttft-p95"
                + " in steady, where 0 of 1000 requests completed; 1000 failed: unauthorized (HTTP"
                + " 401: wrong key) (bound at least 130)");
    assertThat(judge(Measured.of(failing)))
        .isEqualTo(
            "Invalid TooFewSamples: the measurement is not valid: 0 of 1000 requests completed;"
                + " 1000 failed: unauthorized (HTTP 401: wrong key) (bound at least 1 completed)");
  }

  @Test
  void saysOfAMixOfLossesTheMostFrequentOne() {
    stage.completed = 90;
    stage.failed = 900;
    stage.cut = 10;
    stage.errors =
        List.of(
            new ErrorCount("reset", 500, Optional.empty()),
            new ErrorCount("http_5xx", 400, Optional.of("HTTP 500")));
    stage.latencies.put(Metric.ttft, latency(90, 200_000));
    assertThat(judge(Measured.of(stage), MET))
        .contains(
            "90 samples for objective ttft-p95 in steady, where 90 of 1000 requests completed; 900"
                + " failed, 500 of them: reset; 10 had not ended when they were cut off");
    assertThat(judge(Measured.of(stage), max(FigureName.errorRate, "0.01")))
        .contains("is missed: 90.9% in stage steady, max 0.01; 90 of 1000 requests completed");
  }

  @Test
  void addsUpTheLossesOfAllStages() {
    Measured second = Measured.onlyFailures("second");
    stage.completed = 0;
    stage.failed = 1000;
    stage.errors = List.of(new ErrorCount("reset", 1000, Optional.empty()));
    second.failed = 1001;
    second.sent = 1001;
    second.errors = List.of(new ErrorCount("connect", 1001, Optional.of("refused")));
    assertThat(judge(Measured.of(stage, second)))
        .contains("0 of 2001 requests completed; 2001 failed, 1001 of them: connect (refused)");
  }

  /** Each user's last request hangs, and with it the rest of the window. */
  @Test
  void doesNotPassAServerThatHangs() {
    stage.completed = 500;
    stage.good = 500;
    stage.cut = 500;
    assertThat(judge(Measured.of(stage), max(FigureName.errorRate, "0.01")))
        .isEqualTo(
            "Invalid TooFewSamples: the measurement is not valid: too many requests cut off for"
                + " objective errorRate in steady, where 500 of 1000 requests completed; 500 had"
                + " not ended when they were cut off: unless the server hung, a longer"
                + " load.drainTimeout lets them end (bound max 0.01)");
    assertThat(judge(Measured.of(stage), Measured.min(FigureName.goodFraction, "0.9")))
        .startsWith("Invalid TooFewSamples: ")
        .endsWith(" (bound min 0.9)");
  }

  @Test
  void saysOfALatencyThatCutRequestsKeepItFromBeingJudged() {
    stage.completed = 900;
    stage.cut = 100;
    stage.latencies.put(Metric.ttft, latency(900, 100_000));
    stage.withCut.put(Metric.ttft, latency(1000, 500_000));
    assertThat(judge(Measured.of(stage), max(Metric.ttft, Statistic.p95, 600_000)))
        .contains("too many requests cut off for objective ttft-p95 in steady, where 900 of 1000")
        .endsWith("a longer load.drainTimeout lets them end (bound max 600000us)");
  }

  @Test
  void namesTheCutRequestsOfARunThatPasses() {
    stage.completed = 998;
    stage.cut = 2;
    assertThat(judge(Measured.of(stage), max(FigureName.errorRate, "0.01")))
        .isEqualTo(
            "Pass ObjectivesMet: the objective is met; 2 of 1000 requests had not ended when they"
                + " were cut off");
  }

  @Test
  void letsAProvedMissStandBesideWantOfSamples() {
    Judgement judgement = Judge.judge(Measured.of(stage), List.of(MISSED, OPEN));
    assertThat(judgement.verdict()).isEqualTo(Verdict.Fail);
    assertThat(check(judgement, Check.TooFewSamples).outcome()).isEqualTo(CheckOutcome.NotChecked);
    assertThat(check(judgement, Check.TooFewSamples).observed())
        .contains("another objective is missed anyway");
  }

  /**
   * Each fault of a measurement, with objectives that are met, that are missed, and without any.
   */
  @ParameterizedTest
  @EnumSource(value = Check.class, mode = EnumSource.Mode.EXCLUDE, names = "TooFewSamples")
  void isInvalidWhateverTheObjectivesSay(Check check) {
    for (List<Objective> objectives :
        List.of(List.of(MET), List.of(MISSED), List.of(MISSED, OPEN), List.<Objective>of())) {
      Judgement judgement = Judge.judge(broken(check), objectives);
      assertThat(judgement.verdict()).as("%s", objectives).isEqualTo(Verdict.Invalid);
      assertThat(judgement.reason()).isEqualTo(check.name());
      assertThat(judgement.objectives()).hasSameSizeAs(objectives);
      int notThere = check == Check.LimitReached ? 0 : 1;
      assertThat(judgement.validity()).hasSize(Check.values().length - notThere);
    }
  }

  private static final ArrivalPattern EQUAL_GAPS =
      new ArrivalPattern(1000, OptionalDouble.of(0), Optional.empty(), Optional.empty());

  private Measurement broken(Check check) {
    switch (check) {
      case LimitReached -> {
        return Measured.limited(RunResult.Limit.requests, List.of("second"), stage);
      }
      case ZeroRequests -> {
        return Measured.planned(stage, "second");
      }
      case GeneratorSaturated -> stage.latencies.put(Metric.sendLag, latency(1000, 5_001));
      case ClientPorts ->
          stage.errors = List.of(new RunResult.ErrorCount("client_ports", 1, Optional.empty()));
      case TargetChanged -> {
        return Measured.of(Measured.restarted(), stage);
      }
      case RateNotAchieved -> stage.inFlightMicros = 60_000_000;
      case ArrivalProcessOff -> stage.open("17", Arrival.Poisson).sent(EQUAL_GAPS);
      case PrefixCacheContaminated -> {
        stage.cached = stage.endedInWindowInputTokens;
        stage.reusable = OptionalLong.of(0);
      }
      case TokenCountMismatch -> stage.outputTokens = 30_399;
      case TooFewSamples -> throw new IllegalArgumentException("is no fault of its own");
    }
    return Measured.of(stage);
  }

  @Test
  void namesTheFirstOfSeveralFaultsInTheOrderOfTheChecks() {
    stage.outputTokens = 0;
    stage.inFlightMicros = 0;
    assertThat(judge(Measured.of(stage), MET)).startsWith("Invalid RateNotAchieved");
    stage.latencies.put(Metric.sendLag, latency(1000, 5_001));
    assertThat(judge(Measured.of(stage), MET)).startsWith("Invalid GeneratorSaturated");
  }

  @Test
  void isInvalidWhereAStageIsMissing() {
    assertThat(judge(Measured.planned(stage, "second", "third"), MET))
        .isEqualTo(
            "Invalid ZeroRequests: the measurement is not valid: no request in second, third (bound"
                + " at least 1 in each stage)");
    assertThat(judge(Measured.planned(stage), MET)).startsWith("Pass ");
  }

  @Test
  void isInvalidWhereOneOfSeveralStagesIsUnsound() {
    Measured second = new Measured("second");
    second.latencies.put(Metric.sendLag, latency(1000, 6_000));
    assertThat(judge(Measured.of(stage, second), MET))
        .isEqualTo(
            "Invalid GeneratorSaturated: the measurement is not valid: send lag p99 6ms in second"
                + " (bound 5ms)");
  }

  @Test
  void isInvalidIfStoppedOnceLoadWasSent() {
    assertThat(judge(Measured.of(Outcome.STOPPED, Measured.idle(), stage), MET))
        .isEqualTo("Invalid Stopped: stopped before all stages were measured");
    assertThat(judge(Measured.of(Outcome.STOPPED, Measured.idle(), stage), MISSED))
        .startsWith("Invalid Stopped");
    assertThat(judge(Measured.of(Outcome.INTERNAL_ERROR, Measured.idle(), stage), MET))
        .isEqualTo("Invalid NotMeasured: the load runner failed after load had been sent");
  }

  @Test
  void saysNothingIfNoLoadWasSent() {
    Measurement none =
        new Measurement(
            Outcome.UNAUTHORIZED,
            false,
            Optional.empty(),
            List.of(),
            List.of("steady"),
            Measured.idle(),
            List.of(),
            Optional.empty(),
            Measured.UNCOMPARED);
    assertThat(judge(none, MET)).isEqualTo("None NotMeasured: no load was sent");
  }

  @Test
  void saysThatAMetricWasLeftOutOfTheResult() {
    stage.latencies.remove(Metric.itl);
    assertThat(judge(Measured.without("itl", stage), max(Metric.itl, Statistic.p95, 1_000_000)))
        .isEqualTo(
            "Invalid TooFewSamples: the measurement is not valid: itl left out of the result,"
                + " which is too large, for objective itl-p95 in steady (bound max 1000000us)");
  }

  @Test
  void failsAServerThatFailsEveryRequestIfAnObjectiveSaysSo() {
    Measured failing = Measured.onlyFailures("steady");
    assertThat(judge(Measured.of(failing), max(FigureName.errorRate, "0.01"), MET))
        .startsWith("Fail ObjectiveMissed: objective errorRate is missed: 100%");
    assertThat(judge(Measured.of(failing), MET)).startsWith("Invalid TooFewSamples");
    assertThat(judge(Measured.of(failing))).startsWith("Invalid TooFewSamples");
    assertThat(judge(Measured.of(failing), max(FigureName.errorRate, "1")))
        .startsWith("Invalid TooFewSamples");
  }

  @Test
  void aStageWithoutASuccessIsAResultWhereAnotherHasSome() {
    assertThat(judge(Measured.of(stage, Measured.onlyFailures("overload"))))
        .startsWith("None NoObjectives");
  }

  private static String judge(Measurement measurement, Objective... objectives) {
    Judgement judgement = Judge.judge(measurement, List.of(objectives));
    return judgement.verdict() + " " + judgement.reason() + ": " + judgement.message();
  }

  private static ValidityResult check(Judgement judgement, Check check) {
    return judgement.validity().stream()
        .filter(result -> result.check() == check)
        .findFirst()
        .orElseThrow();
  }
}
