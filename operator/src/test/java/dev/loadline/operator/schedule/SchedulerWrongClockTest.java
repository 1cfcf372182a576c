package dev.loadline.operator.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The node's clock is days ahead for one pass, in which a run is made, and then put right. */
class SchedulerWrongClockTest {
  private static final Instant MONDAY = Instant.parse("2026-10-05T00:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);

  /** More decisions than any pass of these tests has reason for. */
  private static final int MOST = 10;

  private final List<Instant> started = new ArrayList<>();
  private String expression = "0 * * * *";
  private boolean suspended;
  private RunHistory history = followed(MONDAY.minus(Duration.ofDays(3)));

  /** Days ahead, and whether the clock of the API server was the same. */
  @ParameterizedTest
  @CsvSource({"2, false", "2, true", "9, false", "9, true", "40, false", "40, true"})
  void runsEachHourOnceAfterAClockThatWasDaysAhead(int days, boolean apiServerToo) {
    Instant wrong = MONDAY.plus(Duration.ofDays(days));
    pass(wrong.plusSeconds(5), apiServerToo ? wrong : MONDAY);
    assertThat(started).containsExactly(wrong);
    for (Instant now = MONDAY.plusSeconds(65);
        now.isBefore(wrong.plus(DAY));
        now = now.plusSeconds(900)) {
      pass(now, now);
    }
    assertThat(started)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(1, (days + 1) * 24)
                .mapToObj(hour -> MONDAY.plus(Duration.ofHours(hour)))
                .toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0 * * * *", "0 0 * * *", "0 0 * * 4"})
  void makesNoRunOfAWrongClockOnceMoreWhileItIsThere(String schedule) {
    expression = schedule;
    history = followed(MONDAY.minus(Duration.ofDays(3)));
    Instant wrong = MONDAY.plus(Duration.ofDays(3));
    pass(wrong.plusSeconds(5), wrong);
    pass(wrong.minus(Duration.ofMinutes(24 * 60 + 30)), wrong);
    assertThat(history.next().orElseThrow().scheduledTime()).isNotEqualTo(wrong);
    pass(wrong.minusSeconds(5), wrong);
    pass(wrong.plusSeconds(5), wrong);
    assertThat(started.stream().filter(wrong::equals)).hasSize(1);
  }

  @Test
  void forgetsForGoodWhatWasRecordedMoreThanADayAhead() {
    pass(MONDAY.plus(Duration.ofDays(2)), MONDAY);
    assertThat(history.lastMissedTime()).isPresent();
    history = withoutRuns();
    pass(MONDAY.plusSeconds(60), MONDAY);
    assertThat(history.lastScheduleTime()).isEmpty();
    assertThat(history.lastMissedTime()).isEmpty();
  }

  @Test
  void remembersWhatWasRecordedUpToADayAhead() {
    pass(MONDAY.plus(DAY), MONDAY);
    pass(MONDAY, MONDAY);
    assertThat(history.lastScheduleTime()).contains(MONDAY.plus(DAY));
    assertThat(history.next().map(Occurrence::scheduledTime))
        .contains(MONDAY.plus(DAY).plusSeconds(3600));
  }

  @Test
  void scheduleIsInForceFromWhenItIsResumed() {
    suspended = true;
    pass(MONDAY.plusSeconds(60), MONDAY);
    assertThat(history.inForce()).isEmpty();
    suspended = false;
    Instant resumed = MONDAY.plus(Duration.ofMinutes(90));
    pass(resumed, resumed);
    assertThat(history.inForce().map(ScheduleInForce::since)).contains(resumed);
    pass(resumed.plusSeconds(60), resumed);
    assertThat(history.inForce().map(ScheduleInForce::since)).contains(resumed);
  }

  @Test
  void refusesToDecideAboutATimeOnceMore() {
    Start start = clock(MONDAY.plusSeconds(3600), MONDAY.plusSeconds(7200));
    RunHistory after = history.after(start);
    assertThatThrownBy(() -> after.after(start)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatComesNextIsLaterThanWhatWasDecidedAbout() {
    assertThatThrownBy(() -> clock(MONDAY, MONDAY)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Skip(MissedReason.CONCURRENCY, 1, MONDAY, at(MONDAY)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Start clock(Instant minute, Instant next) {
    return new Start(minute, RunNames.ofMinute("t", minute), new Trigger.Clock(minute), at(next));
  }

  private static Optional<Occurrence> at(Instant minute) {
    return Optional.of(new Occurrence(minute, minute));
  }

  /** A test that was followed until now, and whose next run is due in an hour. */
  private RunHistory followed(Instant since) {
    return new RunHistory(
        "t",
        "uid",
        since,
        Sight.FOLLOWED,
        Optional.of(new ScheduleInForce(timing().recurrence().orElseThrow().text(), since)),
        timing().recurrence().orElseThrow().firstDueAfter(MONDAY, MONDAY),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        since,
        List.of());
  }

  private RunHistory withoutRuns() {
    return with(List.of());
  }

  private RunHistory with(List<PastRun> runs) {
    return new RunHistory(
        history.test(),
        history.uid(),
        history.created(),
        history.sight(),
        history.inForce(),
        history.next(),
        history.lastScheduleTime(),
        history.lastMissedTime(),
        Optional.empty(),
        history.watchingSince(),
        runs);
  }

  private RunTiming timing() {
    Recurrence recurrence =
        new Recurrence(CronScheduleTest.valid(expression), ZoneOffset.UTC, Duration.ZERO);
    return new RunTiming(
        Optional.of(recurrence),
        Duration.ofMinutes(10),
        Concurrency.FORBID,
        suspended,
        Optional.empty());
  }

  /**
   * One pass; its runs end at once. Only the first run stays: the others are pruned.
   *
   * @param apiServer what the API server's clock says
   */
  private void pass(Instant now, Instant apiServer) {
    List<PastRun> runs = history.runs();
    RunHistory at = history.following(timing(), now);
    boolean atRest = false;
    for (int decisions = 1; !atRest; decisions++) {
      assertThat(decisions).as("decisions at %s", now).isLessThan(MOST);
      ScheduleDecision decision = Scheduler.decide(timing(), at, now);
      if (decision instanceof Start start && !at.hasRun(start.name())) {
        started.add(start.scheduledTime());
        Optional<Instant> minute = Optional.of(start.scheduledTime());
        PastRun run = new PastRun(start.name(), apiServer, Optional.of(apiServer), false, minute);
        runs = Stream.concat(runs.stream(), Stream.of(run)).limit(1).toList();
      }
      atRest = decision instanceof Wait;
      at = at.after(decision);
    }
    history = at;
    history = with(runs);
  }
}
