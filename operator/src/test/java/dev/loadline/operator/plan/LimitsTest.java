package dev.loadline.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.api.LimitsSpec;
import dev.loadline.runner.contract.RunPlan;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LimitsTest {
  private static final Limits CAPS =
      new Limits(OptionalLong.of(1_000), OptionalLong.empty(), Optional.of(Duration.ofMinutes(90)));

  private static Limits limits(long requests, long tokens, Duration time) {
    return new Limits(OptionalLong.of(requests), OptionalLong.of(tokens), Optional.of(time));
  }

  @Test
  void readsEachLimit() {
    assertThat(SpecText.full().plan().limits())
        .isEqualTo(limits(5_000, 1_000_000, Duration.ofHours(4)));
    assertThat(SpecText.smallest().plan().limits()).isEqualTo(Limits.NONE);
    assertThat(SpecText.smallest().with("/limits", "{}").plan().limits()).isEqualTo(Limits.NONE);
  }

  @Test
  void aCapIsTheLimitWhereNoneIsStatedOrALargerOneIs() {
    assertThat(Limits.NONE.atMost(CAPS)).isEqualTo(CAPS);
    assertThat(CAPS.atMost(Limits.NONE)).isEqualTo(CAPS);
    assertThat(limits(5_000, 7, Duration.ofHours(2)).atMost(CAPS))
        .isEqualTo(limits(1_000, 7, Duration.ofMinutes(90)));
    assertThat(limits(10, 7, Duration.ofHours(1)).atMost(CAPS))
        .isEqualTo(limits(10, 7, Duration.ofHours(1)));
    assertThat(SpecText.smallest().plan().limitedTo(CAPS).limits()).isEqualTo(CAPS);
  }

  @Test
  void onlyStatedLimitsAreAboveACap() {
    assertThat(Limits.NONE.above(CAPS)).isEmpty();
    assertThat(limits(1_000, 7, Duration.ofMinutes(90)).above(CAPS)).isEmpty();
    assertThat(limits(1_001, 7, Duration.ofHours(2)).above(CAPS))
        .extracting(Problem::toString)
        .containsExactly(
            "spec.limits.requests: 1001 is above the cap of 1000",
            "spec.limits.runnerPodTime: 2h is above the cap of 1h30m");
    assertThat(limits(1, 7, Duration.ofHours(1)).above(limits(1, 6, Duration.ofHours(1))))
        .extracting(Problem::toString)
        .containsExactly("spec.limits.outputTokens: 7 is above the cap of 6");
  }

  @Test
  void theRunnersTimeMustLeaveSomeForLoad() {
    Load load = SpecText.smallest().plan().load();
    assertThat(limits(1, 1, Duration.ofSeconds(75)).tooShort(load).map(Problem::toString))
        .contains(
            "spec.limits.runnerPodTime: 1m15s leaves no time for load: it must be longer than"
                + " load.drainTimeout and 15s, together 1m15s");
    assertThat(limits(1, 1, Duration.ofMillis(75_001)).tooShort(load)).isEmpty();
    assertThat(Limits.NONE.tooShort(load)).isEmpty();
  }

  @Test
  void theRunnersTimeShortensTheDerivedDeadline() {
    SpecText requests =
        SpecText.smallest().with("/load/stages", "[{name: a, users: 1, requests: 100}]");
    Duration startupAndGrace = Duration.ofMinutes(16);
    assertThat(requests.plan().lifecycle().activeDeadline())
        .isEqualTo(startupAndGrace.plus(Duration.ofMinutes(61).plusSeconds(30)));
    assertThat(requests.with("/limits", "{runnerPodTime: 5m}").plan().lifecycle().activeDeadline())
        .isEqualTo(startupAndGrace.plusMinutes(5));
    assertThat(requests.with("/limits", "{runnerPodTime: 9h}").plan().lifecycle().activeDeadline())
        .isEqualTo(startupAndGrace.plus(Duration.ofMinutes(61).plusSeconds(30)));
  }

  @Test
  void aCapShortensTheDeadlineStatedOrNot() {
    SpecText hours = SpecText.smallest().with("/load/stages/0/duration", "4h");
    Limits cap =
        new Limits(OptionalLong.empty(), OptionalLong.empty(), Optional.of(Duration.ofMinutes(30)));
    Duration most = Duration.ofMinutes(15 + 30 + 1);
    assertThat(hours.plan().limitedTo(cap).lifecycle().activeDeadline()).isEqualTo(most);
    assertThat(
            hours
                .with("/lifecycle", "{activeDeadline: 5h}")
                .plan()
                .limitedTo(cap)
                .lifecycle()
                .activeDeadline())
        .isEqualTo(most);
    assertThat(SpecText.smallest().plan().limitedTo(Limits.NONE))
        .isEqualTo(SpecText.smallest().plan());
  }

  /** One that an older operator let in, say: no bound ever makes a limit of one request. */
  @Test
  void aStoredLimitBeyondItsBoundsIsTheLargestThereIs() {
    assertThat(Limits.of(new LimitsSpec(5_000_000_000L, 999_999_999_999_999L, "800h")))
        .isEqualTo(limits(1_000_000_000, 1_000_000_000_000L, Duration.ofDays(30)));
    assertThat(Limits.of(new LimitsSpec(0L, -1L, "soon"))).isEqualTo(Limits.NONE);
    Limits usual = limits(7, 8, Duration.ofSeconds(90));
    assertThat(Limits.of(usual.toSpec())).isEqualTo(usual);
  }

  @Test
  void anActiveDeadlineNeedNotHoldMoreThanTheRunnersTime() {
    SpecText text =
        SpecText.smallest()
            .with("/load/stages/0/duration", "1h")
            .with("/lifecycle", "{activeDeadline: 10m}");
    assertThat(text.problems()).hasSize(1);
    assertThat(text.with("/limits", "{runnerPodTime: 5m}").plan().lifecycle().activeDeadline())
        .isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void aTraceThatTheRunnersTimeEndsMayTakeAnyTime() {
    assertThat(longest(SpecText.replay())).isPresent();
    assertThat(longest(SpecText.replay().with("/limits", "{runnerPodTime: 10m}"))).isEmpty();
    assertThat(
            longest(
                SpecText.replay()
                    .with("/limits", "{runnerPodTime: 10m}")
                    .with("/lifecycle", "{activeDeadline: 5m}")))
        .hasValue(300_000);
  }

  private static OptionalLong longest(SpecText text) {
    return ((RunPlan.Shape.Replay) text.plan().runPlan("r", "n").load().stages().getFirst().shape())
        .longestMillis();
  }
}
