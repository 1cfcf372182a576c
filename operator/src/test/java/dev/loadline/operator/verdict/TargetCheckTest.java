package dev.loadline.operator.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.verdict.Judgement.Check;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import dev.loadline.operator.verdict.TargetEndpoints.Observation;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TargetCheckTest {
  private static final Instant BEFORE = Instant.parse("2026-11-24T02:00:00Z");
  private static final Instant LOAD_END = BEFORE.plusSeconds(360);

  @Test
  void passesATargetThatStayedAsItWas() {
    assertThat(check(seen(2, "a", BEFORE), seen(2, "a", LOAD_END)))
        .isEqualTo(
            result("2 ready endpoints of the Service stayed as they were", CheckOutcome.Passed));
  }

  @Test
  void failsATargetThatWasScaled() {
    assertThat(check(seen(1, "a", BEFORE), seen(3, "b", LOAD_END)))
        .isEqualTo(
            result(
                "1 ready endpoint of the Service before the measurement, 3 at its end",
                CheckOutcome.Failed));
  }

  @Test
  void failsATargetThatWasRestartedAlthoughItIsReadyAgain() {
    assertThat(check(seen(1, "a", BEFORE), seen(1, "b", LOAD_END)))
        .isEqualTo(
            result(
                "an endpoint of the Service was replaced or was not ready for a while",
                CheckOutcome.Failed));
  }

  @Test
  void passesAtAnyTimeWhatDidNotChange() {
    assertThat(check(seen(1, "a", BEFORE), seen(1, "a", LOAD_END.plusSeconds(3600))).outcome())
        .isEqualTo(CheckOutcome.Passed);
  }

  @Test
  void doesNotAccuseATargetOfAChangeThatMayHaveComeAfterTheLoad() {
    assertThat(check(seen(1, "a", BEFORE), seen(2, "b", LOAD_END.plusSeconds(30))).outcome())
        .isEqualTo(CheckOutcome.Failed);
    assertThat(check(seen(1, "a", BEFORE), seen(2, "b", LOAD_END.plusSeconds(31))).outcome())
        .isEqualTo(CheckOutcome.NotChecked);
  }

  @Test
  void doesNotVouchForATargetWhoseWindowBeganUnseen() {
    assertThat(check(seen(1, "a", BEFORE.plusSeconds(3)), seen(1, "a", LOAD_END)).outcome())
        .isEqualTo(CheckOutcome.Passed);
    assertThat(check(seen(1, "a", BEFORE.plusSeconds(17)), seen(1, "a", LOAD_END)))
        .isEqualTo(
            result(
                "the Service's endpoints were first looked at 17 s into the measurement: the"
                    + " operator was away before",
                CheckOutcome.NotChecked));
    assertThat(check(seen(1, "a", BEFORE.plusSeconds(17)), seen(2, "b", LOAD_END)).outcome())
        .isEqualTo(CheckOutcome.Failed);
  }

  @Test
  void saysWhyItWasNotChecked() {
    assertThat(new TargetCheck(new Observation.NotCompared("the target is a URL")).result())
        .isEqualTo(result("the target is a URL", CheckOutcome.NotChecked));
  }

  @Test
  void makesTheRunInvalidBeforeWhatFollowsFromIt() {
    Measured stage = new Measured("steady");
    stage.inFlightMicros = 60_000_000;
    assertThat(Judge.judge(Measured.of(stage), List.of()).reason()).isEqualTo("RateNotAchieved");
    assertThat(Judge.judge(Measured.of(Measured.restarted(), stage), List.of()).reason())
        .isEqualTo("TargetChanged");
  }

  private static TargetEndpoints seen(int ready, String version, Instant when) {
    return new TargetEndpoints(ready, version, when);
  }

  private static ValidityResult check(TargetEndpoints before, TargetEndpoints after) {
    return new TargetCheck(new Observation.Compared(before, after, BEFORE, LOAD_END)).result();
  }

  private static ValidityResult result(String observed, CheckOutcome outcome) {
    return new ValidityResult(
        Check.TargetChanged, observed, "no rollout, restart or scaling", outcome);
  }
}
