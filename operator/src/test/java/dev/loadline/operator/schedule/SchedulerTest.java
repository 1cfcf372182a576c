package dev.loadline.operator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.schedule.RunHistory.PastRun;
import dev.loadline.operator.schedule.RunHistory.ScheduleInForce;
import dev.loadline.operator.schedule.RunHistory.Sight;
import dev.loadline.operator.schedule.RunTiming.Concurrency;
import dev.loadline.operator.schedule.RunTiming.Recurrence;
import dev.loadline.operator.schedule.ScheduleDecision.Replace;
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
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Schedule 02:00 UTC daily unless said otherwise; the deadline is ten minutes. */
class SchedulerTest {
  private static final Instant TWO = Instant.parse("2026-11-24T02:00:00Z");
  private static final Instant TWO_TOMORROW = Instant.parse("2026-11-25T02:00:00Z");
  private static final Instant TWO_YESTERDAY = Instant.parse("2026-11-23T02:00:00Z");
  private static final Instant LONG_AGO = Instant.parse("2026-11-01T12:00:00Z");
  private static final Duration DEADLINE = Duration.ofMinutes(10);

  private final Timing timing = new Timing();
  private final Past past = new Past();

  @Test
  void waitsForTheRecordedDueTime() {
    assertThat(decide(TWO.minusSeconds(1))).isEqualTo(new Wait(Optional.of(TWO), at(TWO)));
  }

  @Test
  void startsARunNamedByItsMinuteInUtc() {
    timing.recurrence = cron("0 3 * * *", "Europe/Berlin");
    assertThat(decide(TWO)).isEqualTo(clock(TWO, "nightly-202611240200", TWO_TOMORROW));
  }

  @Test
  void givesTheLongestTestNameRunsThatAJobCanBeNamedAfter() {
    assertThat(RunNames.ofMinute("a".repeat(40), TWO)).hasSizeLessThanOrEqualTo(57);
    assertThat(RunNames.ofText("a".repeat(40), "token")).hasSizeLessThanOrEqualTo(57);
  }

  @Test
  void startsLateWithinTheDeadline() {
    assertThat(decide(TWO.plus(DEADLINE)))
        .isEqualTo(clock(TWO, "nightly-202611240200", TWO_TOMORROW));
  }

  @Test
  void startsAgainWhatItStartedButDidNotRecord() {
    past.active("nightly-202611240200", TWO.plusSeconds(1));
    assertThat(decide(TWO.plusSeconds(3)))
        .isEqualTo(clock(TWO, "nightly-202611240200", TWO_TOMORROW));
    assertThat(decide(TWO.plus(Duration.ofHours(3))))
        .isEqualTo(clock(TWO, "nightly-202611240200", TWO_TOMORROW));
  }

  @Test
  void skipsMissedRunOlderThanDeadline() {
    assertThat(decide(TWO.plus(DEADLINE).plusNanos(1)))
        .isEqualTo(skip(MissedReason.DEADLINE_EXCEEDED, 1, TWO, TWO_TOMORROW));
  }

  @Test
  void saysThatTheOperatorWasDownIfItBeganToWatchLater() {
    past.watchingSince = TWO.plusSeconds(1);
    assertThat(decide(TWO.plus(Duration.ofHours(1))))
        .isEqualTo(skip(MissedReason.OPERATOR_DOWN, 1, TWO, TWO_TOMORROW));
  }

  @Test
  void saysThatTheDeadlinePassedIfItWatchedFromTheDueTimeOn() {
    past.watchingSince = TWO;
    assertThat(decide(TWO.plus(Duration.ofHours(1))))
        .isEqualTo(skip(MissedReason.DEADLINE_EXCEEDED, 1, TWO, TWO_TOMORROW));
  }

  @Test
  void catchesUpOnlyTheLastOfSeveralMissedRuns() {
    past.next = at(Instant.parse("2026-11-20T02:00:00Z"));
    past.watchingSince = TWO.plusSeconds(30);
    Instant now = TWO.plusSeconds(30);
    assertThat(decide(now)).isEqualTo(skip(MissedReason.OPERATOR_DOWN, 4, TWO_YESTERDAY, TWO));
    assertThat(decideAll(now))
        .containsExactly(
            skip(MissedReason.OPERATOR_DOWN, 4, TWO_YESTERDAY, TWO),
            clock(TWO, "nightly-202611240200", TWO_TOMORROW),
            new Wait(Optional.of(TWO_TOMORROW), at(TWO_TOMORROW)));
  }

  @Test
  void doesNotCountAMissedTimeThatDidLeadToARun() {
    past.next = at(Instant.parse("2026-11-22T02:00:00Z"));
    past.ended("nightly-202611230200", TWO_YESTERDAY, TWO_YESTERDAY.plusSeconds(60));
    assertThat(decide(TWO))
        .isEqualTo(
            skip(MissedReason.DEADLINE_EXCEEDED, 1, Instant.parse("2026-11-22T02:00:00Z"), TWO));
  }

  @Test
  void countsAYearOfMissedMinutes() {
    timing.recurrence = cron("* * * * *", "Etc/UTC");
    past.created = TWO.minus(Duration.ofDays(400));
    past.next = at(TWO.minus(Duration.ofDays(365)));
    past.watchingSince = TWO;
    assertThat(decide(TWO))
        .isEqualTo(skip(MissedReason.OPERATOR_DOWN, 365 * 1440, TWO.minusSeconds(60), TWO));
  }

  @Test
  void givesEachMissedTimeItsOwnReason() {
    timing.recurrence = cron("0 * * * *", "Etc/UTC");
    past.next = at(TWO.minus(Duration.ofHours(4)));
    past.watchingSince = TWO.minus(Duration.ofMinutes(90));
    past.ended("other", TWO.minus(Duration.ofMinutes(190)), TWO.minus(Duration.ofMinutes(100)));
    assertThat(decideAll(TWO))
        .containsExactly(
            skip(MissedReason.OPERATOR_DOWN, 1, hours(-4), hours(-3)),
            skip(MissedReason.CONCURRENCY, 2, hours(-2), hours(-1)),
            skip(MissedReason.DEADLINE_EXCEEDED, 1, hours(-1), TWO),
            clock(TWO, "nightly-202611240200", hours(1)),
            new Wait(Optional.of(hours(1)), at(hours(1))));
  }

  @Test
  void forbidsASecondRunUntilTheFirstEndsOrTheDeadlineIsOver() {
    past.active("other", TWO.minusSeconds(60));
    assertThat(decide(TWO))
        .isEqualTo(new Wait(Optional.of(TWO.plus(DEADLINE).plusMillis(1)), at(TWO)));
    assertThat(decide(TWO.plus(DEADLINE).plusMillis(1)))
        .isEqualTo(skip(MissedReason.CONCURRENCY, 1, TWO, TWO_TOMORROW));
    past.runs.clear();
    past.ended("other", TWO.minusSeconds(60), TWO.plusSeconds(240));
    assertThat(decide(TWO.plusSeconds(241)))
        .isEqualTo(clock(TWO, "nightly-202611240200", TWO_TOMORROW));
  }

  @Test
  void looksAgainAtTheNextDueTimeIfThatComesBeforeTheDeadline() {
    timing.recurrence = cron("*/2 * * * *", "Etc/UTC");
    past.active("other", TWO.minusSeconds(60));
    assertThat(decide(TWO)).isEqualTo(new Wait(Optional.of(TWO.plusSeconds(120)), at(TWO)));
    assertThat(decide(TWO.plusSeconds(120)))
        .isEqualTo(skip(MissedReason.CONCURRENCY, 1, TWO, TWO.plusSeconds(120)));
  }

  @Test
  void allowsRunsBesideEachOther() {
    timing.concurrency = Concurrency.ALLOW;
    past.active("other", TWO.minusSeconds(60));
    assertThat(decide(TWO)).isEqualTo(clock(TWO, "nightly-202611240200", TWO_TOMORROW));
  }

  /** What has no bound fills a cluster: here with runs that wait for one another's target. */
  @Test
  void allowsAHundredRunsBesideEachOtherAndNoMore() {
    timing.concurrency = Concurrency.ALLOW;
    for (int i = 1; i < Scheduler.MOST_ACTIVE; i++) {
      past.active("other-" + i, TWO.minusSeconds(60));
    }
    assertThat(decide(TWO)).isEqualTo(clock(TWO, "nightly-202611240200", TWO_TOMORROW));
    past.active("other", TWO.minusSeconds(60));
    assertThat(decide(TWO))
        .isEqualTo(new Wait(Optional.of(TWO.plus(DEADLINE).plusMillis(1)), at(TWO)));
    assertThat(decide(TWO.plus(DEADLINE).plusMillis(1)))
        .isEqualTo(skip(MissedReason.CONCURRENCY, 1, TWO, TWO_TOMORROW));
    past.runs.removeFirst();
    assertThat(decide(TWO.plus(DEADLINE)))
        .isEqualTo(clock(TWO, "nightly-202611240200", TWO_TOMORROW));
  }

  @Test
  void replacesByStoppingFirstAndStartsWhenTheOldRunIsTerminal() {
    timing.concurrency = Concurrency.REPLACE;
    past.active("b", TWO.minusSeconds(60));
    past.active("a", TWO.minusSeconds(50));
    past.ended("c", TWO.minusSeconds(90), TWO.minusSeconds(80));
    assertThat(decide(TWO)).isEqualTo(new Replace(List.of("a", "b"), at(TWO)));
    past.runs.clear();
    assertThat(decide(TWO.plusSeconds(5)))
        .isEqualTo(clock(TWO, "nightly-202611240200", TWO_TOMORROW));
  }

  @Test
  void stopsNothingAfterTheDeadline() {
    timing.concurrency = Concurrency.REPLACE;
    past.active("other", TWO.minusSeconds(60));
    assertThat(decide(TWO.plus(DEADLINE).plusMillis(1)))
        .isEqualTo(skip(MissedReason.DEADLINE_EXCEEDED, 1, TWO, TWO_TOMORROW));
  }

  @Test
  void blamesNoRunThatItWouldHaveReplacedForTheOperatorsAbsence() {
    timing.concurrency = Concurrency.REPLACE;
    past.watchingSince = TWO.plus(DEADLINE);
    past.active("other", TWO.minusSeconds(60));
    assertThat(decide(TWO.plus(DEADLINE).plusMillis(1)))
        .isEqualTo(skip(MissedReason.OPERATOR_DOWN, 1, TWO, TWO_TOMORROW));
  }

  @Test
  void startsTheReplacementHoweverLongTheOldRunTakesToGo() {
    timing.concurrency = Concurrency.REPLACE;
    past.watchingSince = TWO.plusSeconds(30);
    past.stopping("other", TWO.minusSeconds(60));
    Instant late = TWO.plus(DEADLINE).plusSeconds(60);
    assertThat(decide(late)).isEqualTo(new Replace(List.of("other"), at(TWO)));
    past.runs.clear();
    past.stopped("other", TWO.minusSeconds(60), late);
    assertThat(decide(late)).isEqualTo(clock(TWO, "nightly-202611240200", TWO_TOMORROW));
  }

  @Test
  void startsTheLastOfTheRunsThatWereDueWhileTheOldOneWasGoing() {
    timing.concurrency = Concurrency.REPLACE;
    timing.recurrence = cron("*/30 * * * *", "Etc/UTC");
    past.stopped("other", TWO.minusSeconds(60), TWO.plusSeconds(45 * 60));
    Instant half = TWO.plusSeconds(30 * 60);
    assertThat(decideAll(TWO.plusSeconds(45 * 60)).subList(0, 2))
        .containsExactly(
            skip(MissedReason.CONCURRENCY, 1, TWO, half),
            clock(half, "nightly-202611240230", TWO.plusSeconds(3600)));
  }

  @Test
  void replacesNoNewerRunAfterTheDeadline() {
    timing.concurrency = Concurrency.REPLACE;
    Instant late = TWO.plus(DEADLINE).plusSeconds(60);
    past.stopped("other", TWO.minusSeconds(60), late);
    past.active("by-token", late);
    assertThat(decide(late)).isEqualTo(skip(MissedReason.CONCURRENCY, 1, TWO, TWO_TOMORROW));
  }

  @Test
  void keepsTheDeadlineForARunThatWasStoppedBeforeTheDueTime() {
    timing.concurrency = Concurrency.REPLACE;
    past.stopped("other", TWO.minusSeconds(60), TWO.minusSeconds(1));
    assertThat(decide(TWO.plus(DEADLINE).plusMillis(1)))
        .isEqualTo(skip(MissedReason.DEADLINE_EXCEEDED, 1, TWO, TWO_TOMORROW));
  }

  @Test
  void startsNothingByTheClockWhileSuspended() {
    timing.suspended = true;
    assertThat(decide(TWO)).isEqualTo(new Wait(Optional.empty(), Optional.empty()));
  }

  @Test
  void doesNotCatchUpASuspendedPeriod() {
    past.next = Optional.empty();
    assertThat(decide(TWO.plusSeconds(1)))
        .isEqualTo(new Wait(Optional.of(TWO_TOMORROW), at(TWO_TOMORROW)));
  }

  @Test
  void countsAChangedScheduleFromWhenItIsSeen() {
    timing.recurrence = cron("30 1 * * *", "Etc/UTC");
    Instant next = Instant.parse("2026-11-25T01:30:00Z");
    assertThat(decide(TWO.plusSeconds(1))).isEqualTo(new Wait(Optional.of(next), at(next)));
  }

  @ParameterizedTest(name = "{0} at {1} is due at {2}")
  @CsvSource({
    "0 * * * *, 2026-11-24T10:00:01Z, 2026-11-24T11:00:00Z",
    "*/5 2 * * *, 2026-11-25T01:59:59Z, 2026-11-25T02:00:00Z",
    "0 2-4 * * *, 2026-11-24T03:30:00Z, 2026-11-24T04:00:00Z",
    "@every 5m, 2026-11-24T10:00:00Z, 2026-11-24T10:05:00Z",
    "@every 47h, 2026-11-24T10:00:00Z, 2026-11-26T09:00:00Z"
  })
  void countsAChangedScheduleFromWhenItIsSeenAlsoIfTheRecordedTimeWouldFit(
      String expression, Instant now, Instant due) {
    timing.recurrence = cron(expression, "Etc/UTC");
    past.sight = Sight.EDITED;
    past.last = Optional.of(TWO);
    past.next = at(TWO_TOMORROW);
    assertThat(decide(now)).isEqualTo(new Wait(Optional.of(due), at(due)));
  }

  @Test
  void countsAShorterDistanceFromWhenItIsSeenEvenIfTheEditWentUnnoticed() {
    timing.recurrence = cron("@every 5m", "Etc/UTC");
    past.next = at(Instant.parse("2027-01-01T00:00:00Z"));
    Instant due = TWO.plusSeconds(300);
    assertThat(decide(TWO)).isEqualTo(new Wait(Optional.of(due), at(due)));
  }

  @Test
  void keepsTheDistanceFromTheLastDueTimeOrTheCreationWhenSomethingElseIsEdited() {
    timing.recurrence = cron("@every 24h", "Etc/UTC");
    past.sight = Sight.EDITED;
    past.last = Optional.of(TWO_YESTERDAY);
    assertThat(decide(TWO.minusSeconds(60))).isEqualTo(new Wait(Optional.of(TWO), at(TWO)));
    past.last = Optional.empty();
    past.created = TWO_YESTERDAY;
    assertThat(decide(TWO.minusSeconds(60))).isEqualTo(new Wait(Optional.of(TWO), at(TWO)));
  }

  @Test
  void doesNotTurnBackWithTheClock() {
    past.last = Optional.of(TWO);
    past.next = at(TWO_TOMORROW);
    assertThat(decide(TWO.minusSeconds(90)))
        .isEqualTo(new Wait(Optional.of(TWO_TOMORROW), at(TWO_TOMORROW)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "* * * * *",
        "*/7 3,4 * * *",
        "0 2 * * *",
        "30 2 * * 1-5",
        "@every 9m",
        "@every 1h"
      })
  void neitherSkipsNorDoublesADueTimeHoweverOftenItLooks(String expression) {
    timing.recurrence = cron(expression, "Europe/Berlin");
    timing.concurrency = Concurrency.ALLOW;
    past.created = Instant.parse("2026-10-24T20:00:13Z");
    past.next = Optional.empty();
    past.sight = Sight.NEW;
    Instant end = past.created.plus(Duration.ofDays(3));
    Random random = new Random(7);
    List<Instant> started = new ArrayList<>();
    RunHistory history = past.build();
    for (Instant now = past.created;
        now.isBefore(end);
        now = now.plusMillis(random.nextInt(45_000))) {
      ScheduleDecision decision = Scheduler.decide(timing.build(), history, now);
      while (!comesToRest(decision)) {
        started.add(((Start) decision).scheduledTime());
        history = over(history.after(decision), now);
        decision = Scheduler.decide(timing.build(), history, now);
      }
      history = history.after(decision);
    }
    List<Instant> due = new ArrayList<>();
    Recurrence recurrence = timing.recurrence.orElseThrow();
    for (Instant next = next(recurrence, past.created);
        next.isBefore(end.minusSeconds(60));
        next = next(recurrence, next)) {
      due.add(next);
    }
    assertThat(due).isNotEmpty();
    assertThat(started.subList(0, due.size())).isEqualTo(due);
    assertThat(started.size() - due.size()).isBetween(0, 1);
  }

  @Test
  void countsANewTestFromItsCreation() {
    past.sight = Sight.NEW;
    past.next = Optional.empty();
    past.created = TWO.minusSeconds(5);
    assertThat(decide(TWO.plusSeconds(60)))
        .isEqualTo(clock(TWO, "nightly-202611240200", TWO_TOMORROW));
  }

  @Test
  void countsATestWhoseStatusWasLostFromItsNewestRun() {
    past.sight = Sight.NEW;
    past.next = Optional.empty();
    past.runs.add(scheduled(TWO_YESTERDAY));
    assertThat(decide(TWO.minusSeconds(1))).isEqualTo(new Wait(Optional.of(TWO), at(TWO)));
  }

  @Test
  void waitsWithoutEndForAScheduleThatIsNeverDue() {
    timing.recurrence = cron("0 0 30 2 *", "Etc/UTC");
    assertThat(decide(TWO)).isEqualTo(new Wait(Optional.empty(), Optional.empty()));
  }

  @Test
  void countsAFixedDistanceFromTheRecordedTime() {
    timing.recurrence = cron("@every 7h", "Etc/UTC");
    past.next = at(Instant.parse("2026-11-24T01:59:37Z"));
    Instant due = Instant.parse("2026-11-24T01:59:37Z");
    assertThat(decide(TWO))
        .isEqualTo(clock(due, "nightly-202611240159", due.plus(Duration.ofHours(7))));
  }

  @Test
  void runsATestWithoutScheduleOnce() {
    timing.recurrence = Optional.empty();
    past.next = Optional.empty();
    past.sight = Sight.NEW;
    assertThat(decideAll(TWO))
        .containsExactly(
            new Start(LONG_AGO, "nightly-4a49acf8", new Trigger.Once(), Optional.empty()),
            new Wait(Optional.empty(), Optional.empty()));
  }

  @Test
  void neverRunsATestWithoutScheduleAgain() {
    timing.recurrence = Optional.empty();
    past.next = Optional.empty();
    past.last = Optional.of(LONG_AGO);
    assertThat(decide(TWO)).isEqualTo(new Wait(Optional.empty(), Optional.empty()));
    past.last = Optional.empty();
    past.ended("nightly-4a49acf8", LONG_AGO, LONG_AGO.plusSeconds(60));
    assertThat(decide(TWO)).isEqualTo(new Wait(Optional.empty(), Optional.empty()));
  }

  @Test
  void takesTheTokenOfANewTestWithoutScheduleAsItsOnlyRun() {
    timing.recurrence = Optional.empty();
    timing.token = Optional.of("build-1");
    past.next = Optional.empty();
    past.sight = Sight.NEW;
    assertThat(decideAll(TWO))
        .containsExactly(
            token("build-1", "nightly-e844adc6", TWO, Optional.empty()),
            new Wait(Optional.empty(), Optional.empty()));
  }

  @Test
  void runsOnceWhatCouldNotRunWhenItWasFirstSeen() {
    timing.recurrence = Optional.empty();
    past.next = Optional.empty();
    past.sight = Sight.SEEN;
    assertThat(decide(TWO))
        .isEqualTo(new Start(LONG_AGO, "nightly-4a49acf8", new Trigger.Once(), Optional.empty()));
  }

  @ParameterizedTest
  @EnumSource(names = {"FOLLOWED", "EDITED"})
  void startsNothingWhenTheScheduleOfATestThatNeverRanIsRemoved(Sight sight) {
    timing.recurrence = Optional.empty();
    past.sight = sight;
    assertThat(decide(TWO.minusSeconds(60)))
        .isEqualTo(new Wait(Optional.empty(), Optional.empty()));
  }

  @Test
  void keepsASuspendedTestWithoutScheduleAsADefinition() {
    timing.recurrence = Optional.empty();
    timing.suspended = true;
    past.next = Optional.empty();
    assertThat(decide(TWO)).isEqualTo(new Wait(Optional.empty(), Optional.empty()));
  }

  @Test
  void startsOneRunForANewTokenEvenWhileSuspended() {
    timing.suspended = true;
    timing.token = Optional.of("build-1");
    assertThat(decideAll(TWO))
        .containsExactly(
            token("build-1", "nightly-e844adc6", TWO, Optional.empty()),
            new Wait(Optional.empty(), Optional.empty()));
  }

  @Test
  void startsNothingForATokenThatWasHandled() {
    timing.token = Optional.of("build-1");
    past.token = Optional.of("build-1");
    assertThat(decide(TWO.minusSeconds(1))).isEqualTo(new Wait(Optional.of(TWO), at(TWO)));
  }

  @Test
  void keepsTheClockGoingBesideAToken() {
    timing.token = Optional.of("build-1");
    timing.concurrency = Concurrency.ALLOW;
    assertThat(decideAll(TWO))
        .containsExactly(
            token("build-1", "nightly-e844adc6", TWO, at(TWO)),
            clock(TWO, "nightly-202611240200", TWO_TOMORROW),
            new Wait(Optional.of(TWO_TOMORROW), at(TWO_TOMORROW)));
  }

  @Test
  void letsATokenWaitForAnActiveRunWithoutDeadline() {
    timing.token = Optional.of("build-1");
    past.active("other", LONG_AGO);
    assertThat(decideAll(TWO.plus(Duration.ofHours(1))))
        .containsExactly(
            skip(MissedReason.CONCURRENCY, 1, TWO, TWO_TOMORROW),
            new Wait(Optional.of(TWO_TOMORROW), at(TWO_TOMORROW)));
    past.runs.clear();
    assertThat(decide(TWO.plus(Duration.ofHours(2)))).isInstanceOf(Start.class);
  }

  @Test
  void replacesForAToken() {
    timing.token = Optional.of("build-1");
    timing.concurrency = Concurrency.REPLACE;
    past.active("other", LONG_AGO);
    assertThat(decide(TWO.minusSeconds(9))).isEqualTo(new Replace(List.of("other"), at(TWO)));
  }

  @Test
  void recordsATokenWhoseRunExists() {
    timing.token = Optional.of("build-1");
    past.active("nightly-e844adc6", TWO.minusSeconds(99));
    assertThat(decide(TWO.minusSeconds(9)))
        .isEqualTo(token("build-1", "nightly-e844adc6", TWO.minusSeconds(9), at(TWO)));
  }

  @ParameterizedTest
  @EnumSource(Concurrency.class)
  void alwaysComesToRest(Concurrency concurrency) {
    timing.concurrency = concurrency;
    timing.recurrence = cron("* * * * *", "Etc/UTC");
    timing.token = Optional.of("t");
    past.next = at(TWO.minus(Duration.ofHours(9)));
    past.ended("x", hours(-8), hours(-7));
    past.ended("y", hours(-6), hours(-5));
    assertThat(decideAll(TWO)).hasSizeLessThan(10).last().matches(SchedulerTest::comesToRest);
  }

  private ScheduleDecision decide(Instant now) {
    return Scheduler.decide(timing.build(), past.build().following(timing.build(), now), now);
  }

  /** As the reconciler does it: carry out and decide again until there is only waiting. */
  private List<ScheduleDecision> decideAll(Instant now) {
    List<ScheduleDecision> decisions = new ArrayList<>();
    RunHistory history = past.build().following(timing.build(), now);
    ScheduleDecision decision;
    do {
      decision = Scheduler.decide(timing.build(), history, now);
      decisions.add(decision);
      history = history.after(decision);
    } while (!comesToRest(decision) && decisions.size() < 100);
    return decisions;
  }

  private static boolean comesToRest(ScheduleDecision decision) {
    return decision instanceof Wait || decision instanceof Replace;
  }

  private static PastRun scheduled(Instant minute) {
    String name = RunNames.ofMinute("nightly", minute);
    return new PastRun(
        name, minute, Optional.of(minute.plusSeconds(60)), false, Optional.of(minute));
  }

  private static Instant next(Recurrence recurrence, Instant after) {
    return recurrence.following(after).orElseThrow().scheduledTime();
  }

  private static Optional<Occurrence> at(Instant due) {
    return Optional.of(new Occurrence(due, due));
  }

  private static Instant hours(int hours) {
    return TWO.plus(Duration.ofHours(hours));
  }

  private static Start clock(Instant due, String name, Instant next) {
    return new Start(due, name, new Trigger.Clock(due), at(next));
  }

  private static Start token(String token, String name, Instant now, Optional<Occurrence> next) {
    return new Start(now, name, new Trigger.Token(token), next);
  }

  private static Skip skip(MissedReason reason, long count, Instant last, Instant next) {
    return new Skip(reason, count, last, at(next));
  }

  private static Optional<Recurrence> cron(String expression, String zone) {
    return Optional.of(
        new Recurrence(CronScheduleTest.valid(expression), ZoneId.of(zone), Duration.ZERO));
  }

  private static final class Timing {
    Optional<Recurrence> recurrence = cron("0 2 * * *", "Etc/UTC");
    Concurrency concurrency = Concurrency.FORBID;
    boolean suspended;
    Optional<String> token = Optional.empty();

    RunTiming build() {
      return new RunTiming(recurrence, DEADLINE, concurrency, suspended, token);
    }
  }

  /** The same past, in which all runs are over by now. */
  private static RunHistory over(RunHistory past, Instant now) {
    return new RunHistory(
        past.test(),
        past.uid(),
        past.created(),
        past.sight(),
        past.inForce(),
        past.next(),
        past.lastScheduleTime(),
        past.lastMissedTime(),
        past.lastHandledToken(),
        past.watchingSince(),
        past.runs().stream()
            .map(run ->
                new PastRun(
                    run.name(),
                    run.created(),
                    run.ended().or(() -> Optional.of(now)),
                    run.toldToStop(),
                    run.scheduledTime()))
            .toList());
  }

  private static final class Past {
    Instant created = LONG_AGO;
    Sight sight = Sight.FOLLOWED;
    Optional<ScheduleInForce> inForce = Optional.empty();
    Optional<Occurrence> next = at(TWO);
    Optional<Instant> last = Optional.empty();
    Optional<Instant> missed = Optional.empty();
    Optional<String> token = Optional.empty();
    Instant watchingSince = LONG_AGO;
    final List<PastRun> runs = new ArrayList<>();

    void active(String name, Instant since) {
      runs.add(new PastRun(name, since, Optional.empty(), false, Optional.empty()));
    }

    void ended(String name, Instant since, Instant until) {
      runs.add(new PastRun(name, since, Optional.of(until), false, Optional.empty()));
    }

    void stopping(String name, Instant since) {
      runs.add(new PastRun(name, since, Optional.empty(), true, Optional.empty()));
    }

    void stopped(String name, Instant since, Instant until) {
      runs.add(new PastRun(name, since, Optional.of(until), true, Optional.empty()));
    }

    RunHistory build() {
      return new RunHistory(
          "nightly",
          "uid-1",
          created,
          sight,
          inForce,
          next,
          last,
          missed,
          token,
          watchingSince,
          runs);
    }
  }
}
