package dev.loadline.operator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.schedule.RunHistory.PastRun;
import dev.loadline.operator.schedule.RunHistory.ScheduleInForce;
import dev.loadline.operator.schedule.RunHistory.Sight;
import dev.loadline.operator.schedule.RunTiming.Concurrency;
import dev.loadline.operator.schedule.RunTiming.Recurrence;
import dev.loadline.operator.schedule.ScheduleDecision.Skip;
import dev.loadline.operator.schedule.ScheduleDecision.Start;
import dev.loadline.operator.schedule.ScheduleDecision.Trigger;
import dev.loadline.operator.schedule.ScheduleDecision.Wait;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The schedule of a test is edited while its run of 02:00 waits for another one to end. The
 * deadline is an hour.
 */
class SchedulerEditTest {
  private static final Instant TWO = Instant.parse("2026-11-24T02:00:00Z");
  private static final Instant LONG_AGO = Instant.parse("2026-11-01T12:00:00Z");
  private static final Instant EDIT = minute(7).plusSeconds(30);

  private final List<PastRun> runs = new ArrayList<>();
  private String zone = "Etc/UTC";
  private Duration offset = Duration.ZERO;
  private boolean suspended;
  private Optional<Instant> missed = Optional.empty();
  private Sight sight = Sight.EDITED;
  private Optional<ScheduleInForce> inForce = inForce("0 2 * * *", LONG_AGO);
  private Optional<Occurrence> next = at(TWO, Duration.ZERO);

  {
    runs.add(new PastRun("other", LONG_AGO, Optional.empty(), false, Optional.empty()));
  }

  @Test
  void countsNoMinuteOfTheNewScheduleAsMissedThatPassedBeforeTheEdit() {
    assertThat(pass("* * * * *", EDIT)).containsExactly(waits(minute(8), TWO));
    assertThat(pass("* * * * *", minute(8)))
        .containsExactly(skip(1, TWO, minute(8)), waits(minute(9), minute(8)));
    assertThat(pass("* * * * *", minute(12)))
        .containsExactly(skip(4, minute(11), minute(12)), waits(minute(13), minute(12)));
    assertThat(missed).contains(minute(11));
  }

  @Test
  void startsTheRunThatWaitedWhenItMayAndGoesOnWithTheNewSchedule() {
    pass("*/2 * * * *", EDIT);
    runs.clear();
    assertThat(pass("*/2 * * * *", EDIT.plusSeconds(5)))
        .containsExactly(
            new Start(
                TWO, "nightly-202611240200", new Trigger.Clock(TWO), at(minute(8), Duration.ZERO)),
            waits(minute(8), minute(8)));
  }

  @Test
  void countsWhatWasDueWhileNobodyLookedByTheScheduleThatIsTheSame() {
    inForce = inForce("* * * * *", LONG_AGO);
    assertThat(pass("* * * * *", EDIT))
        .containsExactly(skip(7, minute(6), minute(7)), waits(minute(8), minute(7)));
  }

  @Test
  void countsWhatWasDueWhereTheStatusDoesNotSayByWhichSchedule() {
    inForce = Optional.empty();
    assertThat(pass("* * * * *", EDIT))
        .containsExactly(skip(7, minute(6), minute(7)), waits(minute(8), minute(7)));
    assertThat(inForce).isEqualTo(inForce("* * * * *", LONG_AGO));
  }

  @Test
  void takesAnotherZoneForAnotherSchedule() {
    zone = "Europe/London";
    inForce = inForce("* * * * *", LONG_AGO);
    zone = "Etc/UTC";
    assertThat(pass("* * * * *", EDIT)).containsExactly(waits(minute(8), TWO));
  }

  @Test
  void countsADistanceFromTheEdit() {
    inForce = inForce("@every 24h", LONG_AGO);
    assertThat(pass("@every 3m", EDIT)).containsExactly(waits(EDIT.plusSeconds(180), TWO));
    assertThat(pass("@every 3m", EDIT.plusSeconds(100)))
        .containsExactly(waits(EDIT.plusSeconds(180), TWO));
    assertThat(pass("@every 3m", EDIT.plusSeconds(400)))
        .containsExactly(
            skip(2, EDIT.plusSeconds(180), EDIT.plusSeconds(360)),
            waits(EDIT.plusSeconds(540), EDIT.plusSeconds(360)));
  }

  @Test
  void owesAMinuteBeforeTheEditThatIsDueAfterItByTheJitter() {
    offset = Duration.ofMinutes(5);
    next = at(TWO, offset);
    assertThat(pass("* * * * *", EDIT))
        .containsExactly(new Wait(Optional.of(minute(8)), at(TWO, offset)));
    assertThat(pass("* * * * *", minute(8)))
        .containsExactly(
            new Skip(MissedReason.CONCURRENCY, 1, TWO, at(minute(3), offset)),
            new Wait(Optional.of(minute(9)), at(minute(3), offset)));
  }

  /** Else nothing would supersede what waits until the clock is where it was. */
  @ParameterizedTest
  @ValueSource(longs = {0, 100})
  void countsFromNowOnWhenTheClockWasSetBackBehindTheEdit(long daysBack) {
    inForce = inForce("* * * * *", minute(60));
    next = at(minute(-9), Duration.ZERO);
    assertThat(pass("* * * * *", TWO)).containsExactly(waits(minute(1), minute(-9)));
    assertThat(inForce).isEqualTo(inForce("* * * * *", TWO));
    Instant back = TWO.minus(Duration.ofDays(daysBack));
    pass("* * * * *", back);
    assertThat(inForce).isEqualTo(inForce("* * * * *", back));
  }

  @Test
  void followsNoScheduleWhileSuspended() {
    suspended = true;
    pass("* * * * *", EDIT);
    assertThat(inForce).isEmpty();
    suspended = false;
    assertThat(pass("* * * * *", minute(20))).containsExactly(waits(minute(21), minute(21)));
  }

  /** One pass as the reconciler does it: what is decided until there is only waiting. */
  private List<ScheduleDecision> pass(String expression, Instant now) {
    RunTiming timing =
        new RunTiming(
            Optional.of(
                new Recurrence(CronScheduleTest.valid(expression), ZoneId.of(zone), offset)),
            Duration.ofHours(1),
            Concurrency.FORBID,
            suspended,
            Optional.empty());
    RunHistory history =
        new RunHistory(
                "nightly",
                "uid",
                LONG_AGO,
                sight,
                inForce,
                next,
                Optional.empty(),
                missed,
                Optional.empty(),
                LONG_AGO,
                runs)
            .following(timing, now);
    List<ScheduleDecision> decisions = new ArrayList<>();
    do {
      decisions.add(Scheduler.decide(timing, history, now));
      history = history.after(decisions.getLast());
    } while (!(decisions.getLast() instanceof Wait));
    sight = Sight.FOLLOWED;
    inForce = history.inForce();
    next = history.next();
    missed = history.lastMissedTime();
    return decisions;
  }

  private Optional<ScheduleInForce> inForce(String expression, Instant since) {
    return Optional.of(new ScheduleInForce(expression + " " + zone, since));
  }

  private static Instant minute(int minute) {
    return TWO.plusSeconds(60L * minute);
  }

  private static Wait waits(Instant until, Instant next) {
    return new Wait(Optional.of(until), at(next, Duration.ZERO));
  }

  private static Skip skip(long count, Instant last, Instant next) {
    return new Skip(MissedReason.CONCURRENCY, count, last, at(next, Duration.ZERO));
  }

  private static Optional<Occurrence> at(Instant minute, Duration offset) {
    return Optional.of(new Occurrence(minute, minute.plus(offset)));
  }
}
