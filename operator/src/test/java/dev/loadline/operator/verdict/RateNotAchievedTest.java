package dev.loadline.operator.verdict;

import static dev.loadline.operator.verdict.ValidityChecksTest.check;
import static dev.loadline.operator.verdict.ValidityChecksTest.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.plan.Load.Arrival;
import dev.loadline.operator.verdict.Judgement.Check;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whether the load was the one that was asked for, from both sides of its bounds. */
class RateNotAchievedTest {
  private final Measured stage = new Measured("steady");

  @ParameterizedTest
  @CsvSource({
    "456000000, Passed", // 7.6 of 8: 95 %
    "455999999, Failed",
    "480000000, Passed",
  })
  void wantsNearlyAllUsersInFlight(long inFlightMicros, CheckOutcome outcome) {
    stage.inFlightMicros = inFlightMicros;
    assertThat(outcome(Check.RateNotAchieved, Measured.of(stage))).isEqualTo(outcome);
  }

  /** Per user: 9 answers of 100 ms, then a refusal in no time and its pause of 50 ms. */
  @Test
  void allowsForThePauseAfterAFailure() {
    stage.completed = 4_547;
    stage.failed = 505;
    stage.sent = 5_052;
    stage.inFlightMicros = 454_700_000;
    ValidityResult result = check(Check.RateNotAchieved, Measured.of(stage));
    assertThat(result.outcome()).isEqualTo(CheckOutcome.Passed);
    assertThat(result.bound()).isEqualTo("at least 7.18");
    stage.inFlightMicros = 430_000_000;
    assertThat(outcome(Check.RateNotAchieved, Measured.of(stage))).isEqualTo(CheckOutcome.Failed);
  }

  @Test
  void doesNotCountUsersThatThink() {
    stage.shape = Measured.closed(8, 1000);
    stage.inFlightMicros = 1;
    ValidityResult result = check(Check.RateNotAchieved, Measured.of(stage));
    assertThat(result.outcome()).isEqualTo(CheckOutcome.NotChecked);
    assertThat(result.observed()).isEqualTo("users pause between their requests");
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
    stage.sent = due;
    stage.sentInWindow = sent;
    assertThat(outcome(Check.RateNotAchieved, Measured.of(stage))).isEqualTo(outcome);
  }

  /** 5,600 arrivals where 6,000 are the mean: a seed that would void every run. */
  @ParameterizedTest
  @EnumSource(Arrival.class)
  void doesNotBlameTheGeneratorForTheNumberOfArrivals(Arrival arrival) {
    stage.open("100", arrival);
    stage.sent = 5_600;
    stage.sentInWindow = 5_600;
    ValidityResult result = check(Check.RateNotAchieved, Measured.of(stage));
    assertThat(result.outcome()).isEqualTo(CheckOutcome.Passed);
    assertThat(result.observed()).isEqualTo("5600 sent of 5600 requests due in steady");
    assertThat(result.bound()).isEqualTo("at least 5543");
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
