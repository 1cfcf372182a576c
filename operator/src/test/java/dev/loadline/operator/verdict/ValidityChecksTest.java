package dev.loadline.operator.verdict;

import static dev.loadline.operator.verdict.Measured.latency;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.verdict.Judgement.Check;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import dev.loadline.runner.contract.RunResult.ErrorCount;
import dev.loadline.runner.contract.RunResult.Generator;
import dev.loadline.runner.contract.RunResult.Intervals;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.RunResult.Outcome;
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

  @Test
  void passesASoundMeasurement() {
    assertThat(ValidityChecks.all(Measured.of(stage), List.of()))
        .extracting(ValidityResult::check, ValidityResult::outcome)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(Check.ZeroRequests, CheckOutcome.Passed),
            org.assertj.core.groups.Tuple.tuple(Check.ClientPorts, CheckOutcome.Passed),
            org.assertj.core.groups.Tuple.tuple(Check.GeneratorSaturated, CheckOutcome.Passed),
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
  void boundsTheLoopDelayMoreTightlyOnABusyRunner(double cpu, long delay, CheckOutcome outcome) {
    Generator generator =
        new Generator(
            2,
            OptionalLong.of(delay),
            OptionalLong.of(delay),
            0,
            OptionalLong.empty(),
            OptionalDouble.of(cpu),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalInt.of(0),
            0,
            false);
    assertThat(outcome(Check.GeneratorSaturated, Measured.of(Outcome.MEASURED, generator, stage)))
        .isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource({"600, Passed", "601, Failed"})
  void allowsGarbageCollectionAHundredthOfTheTime(long millis, CheckOutcome outcome) {
    Generator generator =
        new Generator(
            2,
            OptionalLong.empty(),
            OptionalLong.empty(),
            millis,
            OptionalLong.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalInt.empty(),
            0,
            false);
    assertThat(outcome(Check.GeneratorSaturated, Measured.of(Outcome.MEASURED, generator, stage)))
        .isEqualTo(outcome);
  }

  @Test
  void allowsNoThrottledPeriod() {
    Generator throttled = generator(OptionalLong.empty(), 0, 0, OptionalInt.of(1), false);
    assertThat(check(Check.GeneratorSaturated, Measured.of(Outcome.MEASURED, throttled, stage)))
        .isEqualTo(
            new ValidityResult(
                Check.GeneratorSaturated, "throttled periods 1", "0", CheckOutcome.Failed));
  }

  @Test
  void allowsNoExhaustedPorts() {
    Generator ports = generator(OptionalLong.empty(), 0, 0, OptionalInt.of(0), true);
    assertThat(check(Check.ClientPorts, Measured.of(Outcome.MEASURED, ports, stage)))
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
    Generator generator =
        new Generator(
            2,
            OptionalLong.of(900),
            OptionalLong.of(900),
            60,
            OptionalLong.of(pause),
            OptionalDouble.of(0.2),
            OptionalDouble.of(busy),
            OptionalDouble.of(steal),
            OptionalInt.of(0),
            0,
            false);
    ValidityResult result =
        check(Check.GeneratorSaturated, Measured.of(Outcome.MEASURED, generator, stage));
    assertThat(result.outcome()).isEqualTo(outcome);
    assertThat(result.observed()).contains(observed);
  }

  private static Generator generator(
      OptionalLong delay, long gcMillis, double cpu, OptionalInt throttled, boolean ports) {
    return new Generator(
        2,
        delay,
        OptionalLong.empty(),
        gcMillis,
        OptionalLong.empty(),
        OptionalDouble.of(cpu),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        throttled,
        0,
        ports);
  }

  @Test
  void saysAllThatSpeaksAgainstTheGeneratorAndOnlyThat() {
    Generator bad =
        new Generator(
            2,
            OptionalLong.of(9_000),
            OptionalLong.of(9_000),
            700,
            OptionalLong.empty(),
            OptionalDouble.of(0.1),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalInt.of(3),
            0,
            false);
    ValidityResult result =
        check(Check.GeneratorSaturated, Measured.of(Outcome.MEASURED, bad, stage));
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
