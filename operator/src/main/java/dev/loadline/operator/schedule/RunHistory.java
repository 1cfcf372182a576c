package dev.loadline.operator.schedule;

import dev.loadline.operator.schedule.RunTiming.Recurrence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is known about a test's past: its status and its runs.
 *
 * @param test the test's name
 * @param uid the test's UID
 * @param created when the test was created
 * @param sight what earlier passes saw of the test
 * @param inForce the schedule that the last pass went by; empty if it went by none
 * @param next the first that was not handled, as the last pass recorded it
 * @param lastScheduleTime the scheduled time of the last run that the clock started
 * @param lastMissedTime the scheduled time of the last that was missed
 * @param lastHandledToken the last token of {@code runNow} that led to a run
 * @param watchingSince since when this operator looks at tests; what was due before that, nobody
 *     saw
 * @param runs all runs of the test that still exist
 */
public record RunHistory(
    String test,
    String uid,
    Instant created,
    Sight sight,
    Optional<ScheduleInForce> inForce,
    Optional<Occurrence> next,
    Optional<Instant> lastScheduleTime,
    Optional<Instant> lastMissedTime,
    Optional<String> lastHandledToken,
    Instant watchingSince,
    List<PastRun> runs) {

  /** A time that is recorded so far ahead was recorded by a clock that was wrong. */
  private static final Duration FARTHEST_AHEAD = Duration.ofDays(1);

  /** What earlier passes saw of a test. */
  public enum Sight {
    /** Nothing: no pass has left a status. */
    NEW,
    /** It was seen, but could start nothing: suspended, or its specification unusable. */
    SEEN,
    /** It was free to start runs in an earlier pass, whether or not one was due. */
    FOLLOWED,
    /** The same, and its specification was edited since. */
    EDITED
  }

  /**
   * A schedule that is followed.
   *
   * @param schedule expression and zone
   * @param since when it was first seen; of the times before that it owes nothing
   */
  public record ScheduleInForce(String schedule, Instant since) {}

  /** Copies the list. */
  public RunHistory {
    runs = List.copyOf(runs);
  }

  /**
   * A run of the test.
   *
   * @param created when it was created
   * @param ended when it became terminal; empty while it is active
   * @param toldToStop by a user or to make room for another run
   * @param scheduledTime the time that the schedule names; empty if something else started it
   */
  public record PastRun(
      String name,
      Instant created,
      Optional<Instant> ended,
      boolean toldToStop,
      Optional<Instant> scheduledTime) {
    boolean active() {
      return ended.isEmpty();
    }

    boolean activeAt(Instant instant) {
      return !created.isAfter(instant) && ended.map(instant::isBefore).orElse(true);
    }

    /**
     * The minute that the run is for, by which nothing before it is due any more; empty if the run
     * says nothing of the kind: it was made by a clock that was far ahead of the API server's, or
     * the two were ahead together and are set right now.
     */
    Optional<Instant> handled(Instant now) {
      return scheduledTime.filter(minute -> !created.isAfter(now) && !isFarAhead(minute, created));
    }
  }

  /**
   * The past as the pass of now sees it: by which schedule it goes, and since when that counts. A
   * schedule that is not the one before counts from now. What was recorded more than a day ahead is
   * forgotten, for good: a test must not sleep for a year because a clock was once wrong by a year,
   * nor for a day when that year is over. What runs tell is remembered for when they are gone.
   */
  public RunHistory following(RunTiming timing, Instant now) {
    Optional<Recurrence> followed = timing.recurrence().filter(any -> !timing.suspended());
    return new RunHistory(
        test,
        uid,
        created,
        sight,
        followed.map(recurrence -> inForce(recurrence.text(), now)),
        sight == Sight.NEW ? Optional.empty() : next,
        latest(
            Stream.concat(
                lastScheduleTime.stream().filter(time -> !isFarAhead(time, now)),
                runs.stream().flatMap(run -> run.handled(now).stream()))),
        lastMissedTime.filter(time -> !isFarAhead(time, now)),
        lastHandledToken,
        watchingSince,
        runs);
  }

  private static boolean isFarAhead(Instant time, Instant now) {
    return time.isAfter(now.plus(FARTHEST_AHEAD));
  }

  private ScheduleInForce inForce(String schedule, Instant now) {
    boolean other =
        inForce.map(before -> !before.schedule().equals(schedule)).orElse(hadNothingDue());
    Instant since = countedSince();
    return new ScheduleInForce(schedule, other || since.isAfter(now) ? now : since);
  }

  /** Nothing was followed until now: the test was suspended, unusable or without schedule. */
  private boolean hadNothingDue() {
    return sight != Sight.NEW && next.isEmpty();
  }

  /** What is due up to then is owed only if it was recorded. */
  Instant countedSince() {
    return inForce.map(ScheduleInForce::since).orElse(created);
  }

  /**
   * The past once a decision has been carried out. Of the times of the schedule each decision is
   * about a later one than the decision before, so that a pass comes to an end.
   */
  public RunHistory after(ScheduleDecision decision) {
    Optional<Instant> minute = decision.handles();
    if (minute.isPresent()
        && next.map(Occurrence::scheduledTime).filter(minute.get()::isBefore).isPresent()) {
      throw new IllegalStateException("decided once more, after " + next.get() + ": " + decision);
    }
    return switch (decision) {
      case ScheduleDecision.Start start -> afterStart(start);
      case ScheduleDecision.Skip skip ->
          with(skip.next(), lastScheduleTime, Optional.of(skip.last()), lastHandledToken);
      case ScheduleDecision.Replace replace -> waitingFor(replace.next());
      case ScheduleDecision.Wait wait -> waitingFor(wait.next());
    };
  }

  /** The past once a run could not be created: it is still due. */
  public RunHistory without(ScheduleDecision.Start start) {
    return switch (start.trigger()) {
      case ScheduleDecision.Trigger.Clock(Instant due) ->
          waitingFor(Optional.of(new Occurrence(start.scheduledTime(), due)));
      case ScheduleDecision.Trigger.Once ignored -> waitingFor(start.next());
      case ScheduleDecision.Trigger.Token ignored -> waitingFor(start.next());
    };
  }

  private RunHistory afterStart(ScheduleDecision.Start start) {
    RunHistory known = hasRun(start.name()) ? this : withRun(start);
    Optional<Instant> last = Optional.of(start.scheduledTime());
    Optional<Instant> latest = latest(Stream.concat(lastScheduleTime.stream(), last.stream()));
    return switch (start.trigger()) {
      case ScheduleDecision.Trigger.Token(String token) ->
          known.with(start.next(), lastScheduleTime, lastMissedTime, Optional.of(token));
      case ScheduleDecision.Trigger.Clock(Instant ignored) ->
          known.with(start.next(), latest, lastMissedTime, lastHandledToken);
      case ScheduleDecision.Trigger.Once() ->
          known.with(start.next(), last, lastMissedTime, lastHandledToken);
    };
  }

  private RunHistory withRun(ScheduleDecision.Start start) {
    Optional<Instant> scheduled =
        start.trigger() instanceof ScheduleDecision.Trigger.Clock
            ? Optional.of(start.scheduledTime())
            : Optional.empty();
    List<PastRun> all = new ArrayList<>(runs);
    all.add(new PastRun(start.name(), start.scheduledTime(), Optional.empty(), false, scheduled));
    return new RunHistory(
        test,
        uid,
        created,
        sight,
        inForce,
        next,
        lastScheduleTime,
        lastMissedTime,
        lastHandledToken,
        watchingSince,
        all);
  }

  private RunHistory waitingFor(Optional<Occurrence> occurrence) {
    return with(occurrence, lastScheduleTime, lastMissedTime, lastHandledToken);
  }

  private RunHistory with(
      Optional<Occurrence> occurrence,
      Optional<Instant> last,
      Optional<Instant> missed,
      Optional<String> token) {
    return new RunHistory(
        test,
        uid,
        created,
        Sight.FOLLOWED,
        inForce,
        occurrence,
        last,
        missed,
        token,
        watchingSince,
        runs);
  }

  /**
   * The latest scheduled time that led to a run or was missed: nothing up to it is due again,
   * whatever became of the clock, the schedule or the run.
   */
  Instant handled() {
    return latest(Stream.of(lastScheduleTime, lastMissedTime).flatMap(Optional::stream))
        .orElse(Instant.MIN);
  }

  private static Optional<Instant> latest(Stream<Instant> times) {
    return times.max(Comparator.naturalOrder());
  }

  /** Whether the test was ever free to start its only run, as far as anyone remembers. */
  boolean hadItsChance() {
    return sight == Sight.FOLLOWED
        || sight == Sight.EDITED
        || lastScheduleTime.isPresent()
        || lastHandledToken.isPresent()
        || !runs.isEmpty();
  }

  /** Whether this time has its run, whoever made it and by whatever clock. */
  boolean hasRun(Occurrence occurrence) {
    return hasRun(RunNames.ofMinute(test, occurrence.scheduledTime()));
  }

  boolean hasRun(String name) {
    return runs.stream().anyMatch(run -> run.name().equals(name));
  }

  List<String> activeRuns() {
    return runs.stream().filter(PastRun::active).map(PastRun::name).sorted().toList();
  }
}
