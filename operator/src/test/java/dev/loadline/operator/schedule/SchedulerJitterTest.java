package dev.loadline.operator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.schedule.RunHistory.PastRun;
import dev.loadline.operator.schedule.RunHistory.Sight;
import dev.loadline.operator.schedule.RunTiming.Concurrency;
import dev.loadline.operator.schedule.RunTiming.Recurrence;
import dev.loadline.operator.schedule.ScheduleDecision.Skip;
import dev.loadline.operator.schedule.ScheduleDecision.Start;
import dev.loadline.operator.schedule.ScheduleDecision.Trigger;
import dev.loadline.operator.schedule.ScheduleDecision.Wait;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Schedule 02:00 UTC daily, offset 50 minutes, deadline ten minutes unless said otherwise. */
class SchedulerJitterTest {
  private static final Instant TWO = Instant.parse("2026-11-24T02:00:00Z");
  private static final Instant TWO_TOMORROW = Instant.parse("2026-11-25T02:00:00Z");
  private static final Duration DEADLINE = Duration.ofMinutes(10);
  private static final Duration FIFTY = Duration.ofMinutes(50);

  private String expression = "0 2 * * *";
  private Duration offset = FIFTY;
  private Instant created = Instant.parse("2026-11-01T12:00:00Z");
  private Optional<Occurrence> next = at(TWO, FIFTY);
  private Optional<Instant> last = Optional.empty();
  private Optional<Instant> missed = Optional.empty();
  private final List<PastRun> runs = new ArrayList<>();

  @Test
  void startsTheOffsetAfterTheMinuteAndNamesTheRunByTheMinute() {
    assertThat(decide(TWO.plus(FIFTY).minusMillis(1))).isEqualTo(waitFor(TWO, FIFTY));
    assertThat(decide(TWO.plus(FIFTY)))
        .isEqualTo(start(TWO, TWO.plus(FIFTY), at(TWO_TOMORROW, FIFTY)));
  }

  @Test
  void countsTheDeadlineFromWhenARunIsDue() {
    Instant end = TWO.plus(FIFTY).plus(DEADLINE);
    assertThat(decide(end)).isInstanceOf(Start.class);
    assertThat(decide(end.plusMillis(1)))
        .isEqualTo(new Skip(MissedReason.DEADLINE_EXCEEDED, 1, TWO, at(TWO_TOMORROW, FIFTY)));
  }

  @Test
  void startsAtOnceWhatASmallerJitterMakesDueInThePast() {
    offset = Duration.ZERO;
    Instant edit = TWO.plusSeconds(1800);
    assertThat(decide(edit.plusMillis(400))).isEqualTo(start(TWO, edit, at(TWO_TOMORROW, offset)));
    runs.add(new PastRun("other", TWO, Optional.empty(), false, Optional.empty()));
    assertThat(decide(edit))
        .isEqualTo(
            new Wait(
                Optional.of(edit.plus(DEADLINE).plusMillis(1)),
                Optional.of(new Occurrence(TWO, edit))));
  }

  @Test
  void countsTheDeadlineOfWhatAnEditMadeDueFromTheEdit() {
    offset = Duration.ZERO;
    Instant edit = TWO.plusSeconds(1800);
    next = Optional.of(new Occurrence(TWO, edit));
    assertThat(decide(edit.plus(DEADLINE))).isInstanceOf(Start.class);
    assertThat(decide(edit.plus(DEADLINE).plusMillis(1))).isInstanceOf(Skip.class);
  }

  @Test
  void startsTheLastOfSeveralThatASmallerJitterMakesDueInThePastAndCountsTheOthers() {
    expression = "*/20 * * * *";
    offset = Duration.ZERO;
    Instant edit = TWO.plusSeconds(45 * 60);
    ScheduleDecision first = decide(edit);
    assertThat(first)
        .isEqualTo(
            new Skip(
                MissedReason.DEADLINE_EXCEEDED,
                2,
                TWO.plusSeconds(1200),
                Optional.of(new Occurrence(TWO.plusSeconds(2400), edit))));
    assertThat(Scheduler.decide(timing(), history().after(first), edit))
        .isEqualTo(start(TWO.plusSeconds(2400), edit, at(TWO.plusSeconds(3600), offset)));
  }

  @Test
  void countsTheDeadlineOfTheLastFromTheEditAlsoWhereTheOthersHaveTheirRuns() {
    expression = "*/30 * * * *";
    offset = Duration.ZERO;
    runs.add(
        new PastRun(
            "t-202611240200", TWO, Optional.of(TWO.plusSeconds(60)), false, Optional.of(TWO)));
    Instant half = TWO.plusSeconds(1800);
    Instant edit = half.plus(DEADLINE).plusSeconds(1);
    assertThat(decide(edit)).isEqualTo(start(half, edit, at(TWO.plusSeconds(3600), offset)));
  }

  @ParameterizedTest
  @CsvSource({"ran", "ran and was pruned", "was missed"})
  void neverComesBackToAMinuteForALargerJitter(String before) {
    next = at(TWO_TOMORROW, Duration.ZERO);
    if (before.equals("was missed")) {
      missed = Optional.of(TWO);
    } else {
      last = Optional.of(TWO);
    }
    if (before.equals("ran")) {
      runs.add(
          new PastRun(
              "t-202611240200", TWO, Optional.of(TWO.plusSeconds(60)), false, Optional.of(TWO)));
    }
    assertThat(decide(TWO.plusSeconds(600))).isEqualTo(waitFor(TWO_TOMORROW, FIFTY));
    assertThat(decide(TWO.plus(FIFTY))).isEqualTo(waitFor(TWO_TOMORROW, FIFTY));
  }

  @Test
  void keepsDueWhatWaitsWhenTheJitterGrows() {
    next = at(TWO, Duration.ZERO);
    runs.add(new PastRun("other", TWO, Optional.empty(), false, Optional.empty()));
    assertThat(decide(TWO.plusSeconds(60)))
        .isEqualTo(new Wait(Optional.of(TWO.plus(DEADLINE).plusMillis(1)), at(TWO, Duration.ZERO)));
  }

  @Test
  void passesOverARunThatIsThereThoughTheClockWasSetBackBeforeItsTime() {
    runs.add(new PastRun("t-202611240200", TWO, Optional.empty(), false, Optional.of(TWO)));
    assertThat(decide(TWO.minusSeconds(3600))).isEqualTo(waitFor(TWO_TOMORROW, FIFTY));
  }

  @Test
  void remembersTheMinuteOfARunThatIsThereForWhenItIsGone() {
    Instant before = TWO.minusSeconds(3600);
    runs.add(new PastRun("t-202611240200", before, Optional.empty(), false, Optional.of(TWO)));
    assertThat(history().following(timing(), before).lastScheduleTime()).contains(TWO);
  }

  @Test
  void comesBackToNothingThatRanOrWasMissedWhenTheClockIsSetBack() {
    expression = "0 * * * *";
    offset = Duration.ZERO;
    next = at(TWO.plusSeconds(3600), offset);
    missed = Optional.of(TWO);
    last = Optional.of(TWO.minusSeconds(3600));
    assertThat(decide(TWO.minusSeconds(3 * 3600)))
        .isEqualTo(waitFor(TWO.plusSeconds(3600), offset));
  }

  @Test
  void goesOnEveryNightAfterTheClockWasWrongByAYear() {
    last = Optional.of(TWO.plus(Duration.ofDays(365)));
    missed = Optional.of(TWO.plus(Duration.ofDays(364)));
    next = at(TWO.plus(Duration.ofDays(366)), FIFTY);
    assertThat(decide(TWO.minusSeconds(60))).isEqualTo(waitFor(TWO, FIFTY));
  }

  @Test
  void startsNothingThatWasDueBeforeTheCreationWhenTheClockIsSetBackBeforeIt() {
    expression = "0 * * * *";
    offset = Duration.ZERO;
    created = TWO.plusSeconds(5);
    next = at(TWO.plusSeconds(3600), offset);
    assertThat(decide(TWO.minusSeconds(7200))).isEqualTo(waitFor(TWO.plusSeconds(3600), offset));
  }

  @Test
  void delaysADistanceToo() {
    expression = "@every 3h";
    next = Optional.empty();
    assertThat(decide(TWO)).isEqualTo(waitFor(TWO.plusSeconds(3 * 3600), FIFTY));
  }

  @Test
  void stillOwesARunThatCouldNotBeCreatedAtFirstSight() {
    next = Optional.empty();
    created = TWO.minusSeconds(60);
    RunHistory unseen = history(Sight.NEW);
    Start start = (Start) Scheduler.decide(timing(), unseen, TWO.plus(FIFTY));
    assertThat(Scheduler.decide(timing(), unseen.without(start), TWO.plus(FIFTY).plusSeconds(30)))
        .isEqualTo(start);
  }

  @Test
  void spreadsTestsEvenlyInWholeSecondsAndAlwaysTheSame() {
    List<Long> offsets =
        IntStream.range(0, 6000)
            .mapToObj(i -> ScheduleJitter.offset(Duration.ofSeconds(60), "uid-" + i).toSeconds())
            .toList();
    for (long second = 0; second < 60; second++) {
      long here = second;
      // 100 are expected; five standard deviations.
      assertThat(offsets.stream().filter(offset -> offset == here).count()).isBetween(50L, 150L);
    }
    assertThat(ScheduleJitter.offset(Duration.ofHours(1), "u-1"))
        .isEqualTo(Duration.ofSeconds(38 * 60 + 2));
    assertThat(ScheduleJitter.offset(Duration.ZERO, "u-1")).isZero();
    assertThat(ScheduleJitter.offset(Duration.ofMillis(999), "u-1")).isZero();
  }

  private ScheduleDecision decide(Instant now) {
    return Scheduler.decide(timing(), history().following(timing(), now), now);
  }

  private RunTiming timing() {
    Recurrence recurrence =
        new Recurrence(CronScheduleTest.valid(expression), ZoneOffset.UTC, offset);
    return new RunTiming(
        Optional.of(recurrence), DEADLINE, Concurrency.FORBID, false, Optional.empty());
  }

  private RunHistory history() {
    return history(Sight.FOLLOWED);
  }

  private RunHistory history(Sight sight) {
    return new RunHistory(
        "t",
        "uid",
        created,
        sight,
        Optional.empty(),
        next,
        last,
        missed,
        Optional.empty(),
        created,
        runs);
  }

  private static Wait waitFor(Instant minute, Duration offset) {
    return new Wait(Optional.of(minute.plus(offset)), at(minute, offset));
  }

  private static Start start(Instant minute, Instant due, Optional<Occurrence> next) {
    return new Start(minute, RunNames.ofMinute("t", minute), new Trigger.Clock(due), next);
  }

  private static Optional<Occurrence> at(Instant minute, Duration offset) {
    return Optional.of(new Occurrence(minute, minute.plus(offset)));
  }
}
