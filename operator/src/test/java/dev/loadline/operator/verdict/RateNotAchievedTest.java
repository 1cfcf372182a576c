package dev.loadline.operator.verdict;

import static dev.loadline.operator.verdict.ValidityChecksTest.check;
import static dev.loadline.operator.verdict.ValidityChecksTest.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.plan.Load;
import dev.loadline.operator.plan.Load.Arrival;
import dev.loadline.operator.verdict.Judgement.Check;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import dev.loadline.runner.contract.Distribution;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether the load was the one that was asked for, from both sides of its bounds. */
class RateNotAchievedTest {
  private final Measured stage = new Measured("steady");

  private ValidityResult result() {
    return check(Check.RateNotAchieved, Measured.of(stage));
  }

  private static ValidityResult failed(String observed, String bound) {
    return new ValidityResult(Check.RateNotAchieved, observed, bound, CheckOutcome.Failed);
  }

  /** Due in the window and sent in it. */
  private void requests(long count) {
    stage.sent = count;
    stage.sentInWindow = count;
  }

  @ParameterizedTest
  @CsvSource({
    "456000000, Passed", // 7.6 of 8: 95 %
    "455999999, Failed",
    "480000000, Passed",
  })
  void wantsNearlyAllUsersInFlight(long inFlightMicros, CheckOutcome outcome) {
    stage.inFlightMicros = inFlightMicros;
    assertThat(result().outcome()).isEqualTo(outcome);
  }

  /** Per user: 9 answers of 100 ms, then a refusal in no time and its pause of 50 ms. */
  @Test
  void allowsForThePauseAfterAFailure() {
    stage.completed = 4_547;
    stage.failed = 505;
    stage.sent = 5_052;
    stage.inFlightMicros = 454_700_000;
    assertThat(result().outcome()).isEqualTo(CheckOutcome.Passed);
    assertThat(result().bound()).isEqualTo("at least 7.18");
    stage.inFlightMicros = 430_000_000;
    assertThat(result().outcome()).isEqualTo(CheckOutcome.Failed);
  }

  /** Nearly every request failed at once: 9,600 pauses of 50 ms are all the time of 8 users. */
  @Test
  void cannotTellWhereFailuresLeaveNoBound() {
    stage.failed = 9_600;
    ValidityResult result = result();
    assertThat(result.outcome()).isEqualTo(CheckOutcome.NotChecked);
    assertThat(result.observed())
        .isEqualTo("users pause after each failed request, and too many failed");
  }

  @Test
  void doesNotCountUsersThatThink() {
    stage.shape = Measured.closed(8, 1000);
    stage.inFlightMicros = 1;
    assertThat(result().outcome()).isEqualTo(CheckOutcome.NotChecked);
    assertThat(result().observed()).isEqualTo("users pause between their requests");
  }

  @ParameterizedTest
  @CsvSource({
    "6000, 5939, Passed",
    "6000, 5938, Failed",
    "6000, 6100, Passed",
    "199, 197, Passed",
    "199, 196, Failed",
    "99, 98, Passed",
    "99, 97, Failed",
    "2, 1, Passed",
    "2, 0, Failed",
    "1, 0, Passed",
  })
  void wantsWhatWasDueInAWindowSentInIt(long due, long sent, CheckOutcome outcome) {
    stage.open("100", Arrival.Poisson);
    stage.windowMicros = due * 10_000;
    stage.sent = due;
    stage.sentInWindow = sent;
    assertThat(result().outcome()).isEqualTo(outcome);
  }

  /** 6,000 are the mean: Constant 1 % or one arrival off, the others as chance leaves them. */
  @ParameterizedTest
  @CsvSource({
    "100, Constant, 5940, Passed",
    "100, Constant, 5939, Failed",
    "100, Constant, 6060, Passed",
    "100, Constant, 6061, Failed",
    "0.5, Constant, 29, Passed",
    "0.5, Constant, 28, Failed",
    "0.5, Constant, 32, Failed",
    "100, Poisson, 5678, Passed",
    "100, Poisson, 5677, Failed",
    "100, Poisson, 6325, Passed",
    "100, Poisson, 6326, Failed",
    "0.1, Poisson, 19, Passed",
    "0.1, Poisson, 20, Failed",
  })
  void wantsAsManyRequestsDueAsTheRateSays(
      String rate, Arrival arrival, long due, CheckOutcome outcome) {
    stage.open(rate, arrival);
    requests(due);
    assertThat(result().outcome()).isEqualTo(outcome);
  }

  @Test
  void seesThatTheRunnerKeptAnotherRateThanItWasAskedFor() {
    stage.open("40", Arrival.Constant);
    stage.windowMicros = 8_000_000;
    requests(288);
    assertThat(result())
        .isEqualTo(failed("288 requests due in steady at 40 per second", "317 to 323"));
  }

  /** From 10 to 60 a second in a minute: 2,100, not 3,600. */
  @ParameterizedTest
  @CsvSource({"2100, Passed", "3600, Failed", "600, Failed"})
  void expectsOfARampTheMeanRateOfItsEnds(long due, CheckOutcome outcome) {
    stage.shape =
        new Load.Shape.Open(
            new BigDecimal("60"),
            Optional.of(new BigDecimal("10")),
            Arrival.Poisson,
            BigDecimal.ONE);
    requests(due);
    assertThat(result().outcome()).isEqualTo(outcome);
  }

  @Test
  void saysOfARampOfUsersHowManyItHasOnAverage() {
    stage.shape = new Load.Shape.Closed(64, OptionalInt.of(1), new Distribution.Fixed(0), false);
    stage.inFlightMicros = 30 * 60_000_000L;
    assertThat(result())
        .isEqualTo(failed("30 of 32.5 users on average in flight in steady", "at least 30.9"));
  }

  @Test
  void showsAsManyDigitsAsTellTheValueFromItsBound() {
    stage.shape = Measured.closed(16, 0);
    stage.inFlightMicros = 911_990_000;
    assertThat(result())
        .isEqualTo(failed("15.1998 of 16 users in flight in steady", "at least 15.2"));
  }

  @Test
  void letsTheStageThatIsNearestToItsBoundSpeak() {
    Measured open = new Measured("open").open("100", Arrival.Constant);
    open.sent = 6_000;
    open.sentInWindow = 5_000;
    stage.inFlightMicros = 450_000_000;
    assertThat(check(Check.RateNotAchieved, Measured.of(stage, open)).observed())
        .isEqualTo("5000 sent of 6000 requests due in open");
    open.sentInWindow = 5_950;
    assertThat(check(Check.RateNotAchieved, Measured.of(stage, open)).observed())
        .isEqualTo("7.5 of 8 users in flight in steady");
  }
}
