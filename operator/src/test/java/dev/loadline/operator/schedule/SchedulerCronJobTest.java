package dev.loadline.operator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.schedule.RunHistory.Sight;
import dev.loadline.operator.schedule.RunTiming.Concurrency;
import dev.loadline.operator.schedule.RunTiming.Recurrence;
import dev.loadline.operator.schedule.ScheduleDecision.Start;
import dev.loadline.operator.schedule.ScheduleDecision.Wait;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The cases of Kubernetes' CronJob controller ({@code pkg/controller/cronjob/utils_test.go}):
 * created at, last started at, seen at, each as the time since 10:00 on Thursday, 19 May 2016. What
 * it calls the most recent time is here the run that starts, with a deadline of a year; its
 * starting deadline, which only shortens what it looks back at, is the subject of other tests. Two
 * answers differ on purpose:
 *
 * <ul>
 *   <li>In "30 10,11,12 * * 1-5" it finds nothing, since it guesses how many times were missed from
 *       the distance of the first two and jumps over the last; here the last is found by walking.
 *   <li>For "59 23 31 2 *", which never comes, it has an error; here there is nothing to wait for.
 * </ul>
 */
class SchedulerCronJobTest {
  private static final Instant TEN = Instant.parse("2016-05-19T10:00:00Z");

  /** TestMostRecentScheduleTime, then the cases of TestNextScheduleTime. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 * * * *            | PT0S    |         | PT30S      |
          0 * * * *            | PT0S    |         | PT61M      | PT1H
          0 * * * *            | PT10S   |         | PT301M     | PT5H
          30 6-16/4 * * 1-5    | PT0S    | PT30M   | PT24H31M   | PT24H30M
          30 10,11,12 * * 1-5  | PT0S    | PT30M   | PT30H30M   | PT26H30M
          30 6-16/4 * * 1-5    | PT0S    | PT30M   | PT96H31M   | PT96H30M
          30 6-16/4 * * 1-5    | PT0S    |         | PT24H31M   | PT24H30M
          @every 1h            | -PT59M  | PT1M    | P7D        | P6DT23H1M
          59 23 31 2 *         | PT10S   |         | PT1H       |
          0 * * * *            | PT0S    | PT0S    | PT30S      |
          */5 * * * *          | PT0S    | PT30M   | PT31M      |
          */5 * * * *          | PT0S    | PT30M   | PT32M      |
          0 * * * ?            | -PT10M  |         | -PT7M      |
          0 * * * ?            | -PT10M  |         | PT2S       | PT0S
          0 * * * ?            | -PT10M  | PT0S    | PT2M       |
          0 * * * ?            | -PT10M  | PT0S    | PT65M      | PT1H
          0 * * * ?            | -PT2H   | -PT1H   | PT65M      | PT1H
          0 * * * ?            | -PT2H   | -PT1H   | P10DT1H    | P10DT1H
          """)
  void startsTheMostRecentTimeThatWasNotStarted(
      String expression, Duration created, Duration last, Duration now, Duration recent) {
    List<Instant> started =
        decisions(expression, created, last, TEN.plus(now)).stream()
            .filter(Start.class::isInstance)
            .map(start -> ((Start) start).scheduledTime())
            .toList();
    assertThat(started).isEqualTo(recent == null ? List.of() : List.of(TEN.plus(recent)));
  }

  /** TestNextScheduleTimeDuration, without the 100 ms that are added there. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          30 6-16/4 * * 1-5    | PT0S | PT30M | PT24H31M     | PT3H59M
          30 10,11,12 * * 1-5  | PT0S | PT30M | PT30H30M     | PT66H
          0 12 * * 4           | PT0S | PT2H  | P19DT1H30M   | PT48H30M
          0 12 * * 5           | PT0S |       | PT6H         | PT20H
          """)
  void looksAgainWhenTheNextIsDue(
      String expression, Duration created, Duration last, Duration now, Duration until) {
    Wait wait = (Wait) decisions(expression, created, last, TEN.plus(now)).getLast();
    assertThat(wait.until()).contains(TEN.plus(now).plus(until));
  }

  private static List<ScheduleDecision> decisions(
      String expression, Duration created, Duration last, Instant now) {
    Recurrence recurrence =
        new Recurrence(CronScheduleTest.valid(expression), ZoneOffset.UTC, Duration.ZERO);
    RunTiming timing =
        new RunTiming(
            Optional.of(recurrence),
            Duration.ofDays(365),
            Concurrency.ALLOW,
            false,
            Optional.empty());
    Optional<Instant> started = Optional.ofNullable(last).map(TEN::plus);
    RunHistory history =
        new RunHistory(
                "t",
                "uid",
                TEN.plus(created),
                started.isPresent() ? Sight.FOLLOWED : Sight.NEW,
                Optional.empty(),
                started.flatMap(recurrence::following),
                started,
                Optional.empty(),
                Optional.empty(),
                TEN.plus(created),
                List.of())
            .following(timing, now);
    List<ScheduleDecision> decisions = new ArrayList<>();
    do {
      decisions.add(Scheduler.decide(timing, history, now));
      history = history.after(decisions.getLast());
    } while (!(decisions.getLast() instanceof Wait));
    return decisions;
  }
}
