package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RequeueTest {
  private static final Instant NOW = Instant.parse("2026-11-24T02:00:00.000000100Z");

  @Test
  void roundsUpSoThatItNeverWakesBeforeTheDueTime() {
    assertThat(Requeue.at(Instant.parse("2026-11-24T02:00:01.5000001Z"), NOW).delay())
        .isEqualTo(Duration.ofMillis(1500));
    assertThat(Requeue.at(Instant.parse("2026-11-24T02:00:01.5000002Z"), NOW).delay())
        .isEqualTo(Duration.ofMillis(1501));
  }

  @Test
  void isNeverNegativeOrZero() {
    assertThat(Requeue.at(NOW, NOW).delay()).isEqualTo(Duration.ofMillis(1));
    assertThat(Requeue.at(Instant.EPOCH, NOW).delay()).isEqualTo(Duration.ofMillis(1));
    assertThat(Requeue.at(Instant.MIN, NOW).delay()).isEqualTo(Duration.ofMillis(1));
    assertThat(Requeue.after(Duration.ofSeconds(Long.MIN_VALUE)).delay())
        .isEqualTo(Duration.ofMillis(1));
  }

  @Test
  void looksOnceAMinuteAtLeast() {
    assertThat(Requeue.at(Instant.MAX, NOW).delay()).isEqualTo(Duration.ofMinutes(5));
    assertThat(Requeue.at(Optional.empty(), NOW).delay()).isEqualTo(Duration.ofMinutes(5));
    assertThat(Requeue.after(Duration.ofDays(9)).delay()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void looksOnceAnHourAtWhatHasEnded() {
    assertThat(Requeue.ended(Optional.empty(), NOW).delay()).isEqualTo(Duration.ofHours(1));
    assertThat(Requeue.ended(Optional.of(Instant.MAX), NOW).delay()).isEqualTo(Duration.ofHours(1));
    assertThat(Requeue.ended(Optional.of(NOW.plusSeconds(90)), NOW).delay())
        .isEqualTo(Duration.ofSeconds(90));
    assertThat(Requeue.ended(Optional.of(Instant.MIN), NOW).delay())
        .isEqualTo(Duration.ofMillis(1));
  }

  @Test
  void takesTheEarlierOfTwo() {
    Requeue soon = Requeue.after(Duration.ofSeconds(3));
    assertThat(Requeue.heartbeat().or(soon)).isEqualTo(soon);
    assertThat(soon.or(Requeue.heartbeat())).isEqualTo(soon);
  }

  @Test
  void tellsTheFrameworkTheDelayAndNothingToWrite() {
    var control = Requeue.after(Duration.ofSeconds(3)).control();
    assertThat(control.getScheduleDelay()).contains(3000L);
    assertThat(control.isNoUpdate()).isTrue();
  }
}
