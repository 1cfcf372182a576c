package dev.loadline.operator.verdict;

import static dev.loadline.operator.verdict.Measured.latency;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.verdict.Judgement.Check;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import dev.loadline.runner.contract.RunResult.ErrorCount;
import dev.loadline.runner.contract.RunResult.Intervals;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every bound of every check, from both sides. */
class ValidityChecksTest {
  private final Measured stage = new Measured("steady");
  private final MeasuredGenerator generator = new MeasuredGenerator();

  private ValidityResult ofGenerator() {
    return check(Check.GeneratorSaturated, Measured.of(generator, stage));
  }

  @Test
  void passesASoundMeasurement() {
    assertThat(ValidityChecks.all(Measured.of(stage), List.of()))
        .extracting(ValidityResult::check, ValidityResult::outcome)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(Check.ZeroRequests, CheckOutcome.Passed),
            org.assertj.core.groups.Tuple.tuple(Check.ClientPorts, CheckOutcome.Passed),
            org.assertj.core.groups.Tuple.tuple(Check.GeneratorSaturated, CheckOutcome.Passed),
            org.assertj.core.groups.Tuple.tuple(Check.TargetChanged, CheckOutcome.NotChecked),
            org.assertj.core.groups.Tuple.tuple(Check.RateNotAchieved, CheckOutcome.Passed),
            org.assertj.core.groups.Tuple.tuple(Check.ArrivalProcessOff, CheckOutcome.NotChecked),
            org.assertj.core.groups.Tuple.tuple(Check.TokenCountMismatch, CheckOutcome.Passed),
            org.assertj.core.groups.Tuple.tuple(
                Check.PrefixCacheContaminated, CheckOutcome.NotChecked),
            org.assertj.core.groups.Tuple.tuple(Check.TooFewSamples, CheckOutcome.NotChecked));
  }

  @Test
  void missesRequestsInAStageThatSentNone() {
    Measured empty = new Measured("empty");
    empty.sent = 0;
    empty.inFlightMicros = 0;
    assertThat(check(Check.ZeroRequests, Measured.of(stage, empty)).observed())
        .isEqualTo("no request in empty");
    assertThat(outcome(Check.ZeroRequests, Measured.of(stage, empty)))
        .isEqualTo(CheckOutcome.Failed);
    empty.sent = 1;
    assertThat(outcome(Check.ZeroRequests, Measured.of(stage, empty)))
        .isEqualTo(CheckOutcome.Passed);
  }

  /** Closed loop: the requests of the warm-up hang, so no user can send another. */
  @Test
  void saysThatRequestsFromBeforeTheWindowWereStillInFlight() {
    stage.sent = 0;
    stage.completed = 0;
    assertThat(check(Check.ZeroRequests, Measured.of(stage)).observed())
        .isEqualTo(
            "no request in steady, where 8 from before its window were in flight on average: the"
                + " server did not answer them in time");
    stage.inFlightMicros = 0;
    assertThat(check(Check.ZeroRequests, Measured.of(stage)).observed())
        .isEqualTo("no request in steady");
  }

  /** At most 5 ms or 1 % of the median TTFT, whichever is more. */
  @ParameterizedTest
  @CsvSource({
    "200000, 5000, Passed",
    "200000, 5001, Failed",
    "500000, 5000, Passed",
    "500000, 5001, Failed",
    "600000, 6000, Passed",
    "600000, 6001, Failed",
  })
  void boundsTheSendLag(long ttft, long lag, CheckOutcome outcome) {
    stage.latencies.put(Metric.ttft, latency(1000, ttft));
    stage.latencies.put(Metric.sendLag, latency(1000, lag));
    assertThat(outcome(Check.GeneratorSaturated, Measured.of(stage))).isEqualTo(outcome);
  }

  @Test
  void writesWhatIsJustAboveItsBoundSoThatItShows() {
    stage.latencies.put(Metric.sendLag, latency(1000, 5_001));
    assertThat(check(Check.GeneratorSaturated, Measured.of(stage)))
        .isEqualTo(
            new ValidityResult(
                Check.GeneratorSaturated, "send lag p99 5.001ms", "5ms", CheckOutcome.Failed));
  }

  /** mean 0, p50 1 ms, p90 2 ms, p95 3 ms, p99 4 ms, max 9 ms. */
  @ParameterizedTest
  @CsvSource({
    "662, send lag p99 4ms",
    "661, send lag p95 3ms",
    "129, send lag p90 2ms",
    "63, send lag p50 1ms",
    "10, send lag max 9ms",
  })
  void showsTheHighestPercentileOfTheLagThatTheSampleAllows(long count, String observed) {
    stage.latencies.put(
        Metric.sendLag,
        new Latency(count, 0, 1_000, 2_000, 3_000, 4_000, 9_000, 0, Intervals.NONE));
    assertThat(check(Check.GeneratorSaturated, Measured.of(stage)).observed()).startsWith(observed);
  }

  @Test
  void weighsEachStagesLagAgainstItsOwnBound() {
    Measured slow = new Measured("slow");
    slow.latencies.put(Metric.ttft, latency(1000, 2_000_000));
    slow.latencies.put(Metric.sendLag, latency(1000, 10_000));
    stage.latencies.put(Metric.sendLag, latency(1000, 5_100));
    ValidityResult result = check(Check.GeneratorSaturated, Measured.of(slow, stage));
    assertThat(result.outcome()).isEqualTo(CheckOutcome.Failed);
    assertThat(result.observed()).isEqualTo("send lag p99 5.1ms in steady");
    assertThat(result.bound()).isEqualTo("5ms");
  }

  @ParameterizedTest
  @CsvSource({
    "0.2, 5000, Passed",
    "0.2, 5001, Failed",
    "0.7, 5000, Passed",
    "0.71, 1000, Passed",
    "0.71, 1001, Failed",
  })
  void boundsTheLoopDelayMoreTightlyOnABusyRunner(double busy, long delay, CheckOutcome outcome) {
    stage.loopDelayP99Micros = OptionalLong.of(delay);
    stage.busyShare = OptionalDouble.of(busy);
    assertThat(ofGenerator().outcome()).isEqualTo(outcome);
  }

  /** The generator's own figures are the worst of each, which together no stage has shown. */
  @Test
  void judgesTheLoopDelayOfAStageWithThatStagesBusiestLoopAndTtft() {
    stage.loopDelayP99Micros = OptionalLong.of(2_500);
    stage.busyShare = OptionalDouble.of(0.1);
    Measured busy = new Measured("busy");
    busy.loopDelayP99Micros = OptionalLong.of(600);
    busy.busyShare = OptionalDouble.of(0.75);
    Measured slow = new Measured("slow");
    slow.loopDelayP99Micros = OptionalLong.of(8_000);
    slow.longestGcPauseMillis = OptionalLong.of(80);
    slow.latencies.put(Metric.ttft, latency(1000, 1_000_000));
    generator.loopDelayP99Micros = OptionalLong.of(8_000);
    generator.busyShare = OptionalDouble.of(0.75);
    generator.longestGcPauseMillis = OptionalLong.of(80);
    assertThat(outcome(Check.GeneratorSaturated, Measured.of(generator, stage, busy, slow)))
        .isEqualTo(CheckOutcome.Passed);
    busy.loopDelayP99Micros = OptionalLong.of(1_100);
    stage.longestGcPauseMillis = OptionalLong.of(60);
    assertThat(check(Check.GeneratorSaturated, Measured.of(generator, stage, busy, slow)))
        .isEqualTo(
            new ValidityResult(
                Check.GeneratorSaturated,
                "loop delay p99 1.1ms at 75% CPU in busy, longest pause 60ms in steady",
                "1ms, 50ms",
                CheckOutcome.Failed));
  }

  /** Where tokens come for 0.64 s after 30 s of waiting, 6.4 ms lengthen them by a hundredth. */
  @ParameterizedTest
  @CsvSource({"6400, 64, Passed", "6401, 64, Failed", "6400, 65, Failed"})
  void boundsStallsByTheTimeInWhichTokensComeIfThatIsShorterThanTheWaiting(
      long delay, long pause, CheckOutcome outcome) {
    stage.latencies.put(Metric.ttft, latency(1000, 30_000_000));
    stage.latencies.put(Metric.e2e, latency(1000, 30_640_000));
    stage.latencies.put(Metric.tpot, latency(1000, 20_000));
    stage.loopDelayP99Micros = OptionalLong.of(delay);
    stage.longestGcPauseMillis = OptionalLong.of(pause);
    assertThat(ofGenerator().outcome()).isEqualTo(outcome);
  }

  @Test
  void questionsNoStageForALoopThatWasBusyWithFailuresInAnother() {
    Measured failing = Measured.onlyFailures("failing");
    failing.busyShare = OptionalDouble.of(0.99);
    generator.busyShare = failing.busyShare;
    assertThat(outcome(Check.GeneratorSaturated, Measured.of(generator, stage, failing)))
        .isEqualTo(CheckOutcome.Passed);
    stage.busyShare = OptionalDouble.of(0.95);
    assertThat(check(Check.GeneratorSaturated, Measured.of(generator, stage, failing)).observed())
        .isEqualTo("busiest loop 95%");
  }

  @Test
  void takesTheRunsWorstFiguresWhereTheStagesOwnAreLeftOut() {
    stage.loopDelayP99Micros = OptionalLong.empty();
    stage.busyShare = OptionalDouble.empty();
    stage.longestGcPauseMillis = OptionalLong.empty();
    generator.loopDelayP99Micros = OptionalLong.of(1_001);
    generator.busyShare = OptionalDouble.of(0.71);
    generator.longestGcPauseMillis = OptionalLong.of(51);
    assertThat(ofGenerator().observed())
        .isEqualTo("loop delay p99 1.001ms at 71% CPU, longest pause 51ms");
  }

  @Test
  void takesTheProcesssShareWhereTheBusiestLoopsIsNotKnown() {
    stage.loopDelayP99Micros = OptionalLong.of(1_001);
    stage.busyShare = OptionalDouble.empty();
    generator.cpuShare = OptionalDouble.of(0.71);
    assertThat(ofGenerator().observed()).isEqualTo("loop delay p99 1.001ms at 71% CPU");
  }

  @ParameterizedTest
  @CsvSource({"600, Passed", "601, Failed"})
  void allowsGarbageCollectionAHundredthOfTheTime(long millis, CheckOutcome outcome) {
    generator.gcPauseMillis = millis;
    assertThat(ofGenerator().outcome()).isEqualTo(outcome);
  }

  /** Pauses are those of all windows, so a minute of failures counts as well. */
  @Test
  void weighsPausesAgainstTheTimeOfAllStages() {
    generator.gcPauseMillis = 1_200;
    Measurement two = Measured.of(generator, Measured.onlyFailures("failing"), stage);
    assertThat(outcome(Check.GeneratorSaturated, two)).isEqualTo(CheckOutcome.Passed);
    generator.gcPauseMillis = 1_201;
    Measurement tooMuch = Measured.of(generator, Measured.onlyFailures("failing"), stage);
    assertThat(outcome(Check.GeneratorSaturated, tooMuch)).isEqualTo(CheckOutcome.Failed);
  }

  @Test
  void allowsNoThrottledPeriod() {
    generator.throttledPeriods = OptionalInt.of(1);
    assertThat(ofGenerator())
        .isEqualTo(
            new ValidityResult(
                Check.GeneratorSaturated, "throttled periods 1", "0", CheckOutcome.Failed));
  }

  @Test
  void allowsNoExhaustedPorts() {
    generator.portsExhausted = true;
    assertThat(check(Check.ClientPorts, Measured.of(generator, stage)))
        .isEqualTo(
            new ValidityResult(
                Check.ClientPorts,
                "local ports exhausted",
                "a local port for each connection",
                CheckOutcome.Failed));
    stage.errors = List.of(new ErrorCount("client_ports", 7, Optional.empty()));
    assertThat(check(Check.ClientPorts, Measured.of(stage)).observed())
        .isEqualTo("7 requests found no local port");
    stage.errors = List.of(new ErrorCount("reset", 7, Optional.empty()));
    assertThat(outcome(Check.ClientPorts, Measured.of(stage))).isEqualTo(CheckOutcome.Passed);
  }

  /** Longest pause: ten times 5 ms; the busiest loop 90 %; stolen CPU 5 %. */
  @ParameterizedTest
  @CsvSource({
    "50, 0.9, 0.05, Passed, ''",
    "51, 0.9, 0.05, Failed, longest pause 51ms",
    "50, 0.91, 0.05, Failed, busiest loop 91%",
    "50, 0.9, 0.051, Failed, stolen CPU 5.1%",
  })
  void boundsPausesBusyLoopsAndStolenTime(
      long pause, double busy, double steal, CheckOutcome outcome, String observed) {
    stage.longestGcPauseMillis = OptionalLong.of(pause);
    stage.busyShare = OptionalDouble.of(busy);
    generator.stealShare = OptionalDouble.of(steal);
    ValidityResult result = ofGenerator();
    assertThat(result.outcome()).isEqualTo(outcome);
    assertThat(result.observed()).contains(observed);
  }

  @Test
  void saysAllThatSpeaksAgainstTheGeneratorAndOnlyThat() {
    stage.loopDelayP99Micros = OptionalLong.of(9_000);
    generator.gcPauseMillis = 700;
    generator.throttledPeriods = OptionalInt.of(3);
    ValidityResult result = ofGenerator();
    assertThat(result.observed())
        .isEqualTo("loop delay p99 9ms, garbage collection 1.17%, throttled periods 3");
    assertThat(result.bound()).isEqualTo("5ms, 1%, 0");
  }

  @Test
  void questionsNoLatencyAndNoLoadOfAStageInWhichAllFailed() {
    Measured failing = Measured.onlyFailures("failing");
    failing.inFlightMicros = 0;
    Measurement measurement = Measured.of(failing);
    for (Check check :
        List.of(Check.GeneratorSaturated, Check.RateNotAchieved, Check.TokenCountMismatch)) {
      assertThat(check(check, measurement).outcome()).isEqualTo(CheckOutcome.NotChecked);
      assertThat(check(check, measurement).observed()).isEqualTo("no request succeeded");
    }
    assertThat(outcome(Check.ZeroRequests, measurement)).isEqualTo(CheckOutcome.Passed);
  }

  @Test
  void questionsTheOtherStagesAllTheSame() {
    stage.inFlightMicros = 0;
    assertThat(outcome(Check.RateNotAchieved, Measured.of(Measured.onlyFailures("failing"), stage)))
        .isEqualTo(CheckOutcome.Failed);
  }

  static CheckOutcome outcome(Check check, Measurement measurement) {
    return check(check, measurement).outcome();
  }

  static ValidityResult check(Check check, Measurement measurement) {
    return ValidityChecks.all(measurement, List.of()).stream()
        .filter(result -> result.check() == check)
        .findFirst()
        .orElseThrow();
  }
}
