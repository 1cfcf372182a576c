package dev.loadline.operator.schedule;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is known about a test's past: its status and its runs.
 *
 * @param test the test's name
 * @param uid the test's UID
 * @param created when the test was created
 * @param sight what earlier passes saw of the test
 * @param nextScheduleTime the first due time that was not handled, as the last pass recorded it
 * @param lastScheduleTime the due time of the last run that the clock started
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
    Optional<Instant> nextScheduleTime,
    Optional<Instant> lastScheduleTime,
    Optional<String> lastHandledToken,
    Instant watchingSince,
    List<PastRun> runs) {

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
   */
  public record PastRun(String name, Instant created, Optional<Instant> ended, boolean toldToStop) {
    boolean active() {
      return ended.isEmpty();
    }

    boolean activeAt(Instant instant) {
      return !created.isAfter(instant) && ended.map(instant::isBefore).orElse(true);
    }
  }

  /** The past once a decision has been carried out. */
  public RunHistory after(ScheduleDecision decision) {
    return switch (decision) {
      case ScheduleDecision.Start start -> afterStart(start);
      case ScheduleDecision.Skip skip -> with(skip.nextDue(), lastScheduleTime, lastHandledToken);
      case ScheduleDecision.Replace replace ->
          with(replace.nextDue(), lastScheduleTime, lastHandledToken);
      case ScheduleDecision.Wait wait -> with(wait.nextDue(), lastScheduleTime, lastHandledToken);
    };
  }

  private RunHistory afterStart(ScheduleDecision.Start start) {
    RunHistory known = hasRun(start.name()) ? this : withRun(start);
    return switch (start.trigger()) {
      case ScheduleDecision.Trigger.Token(String token) ->
          known.with(start.nextDue(), lastScheduleTime, Optional.of(token));
      case ScheduleDecision.Trigger.Clock() ->
          known.with(start.nextDue(), Optional.of(start.scheduledTime()), lastHandledToken);
      case ScheduleDecision.Trigger.Once() ->
          known.with(start.nextDue(), Optional.of(start.scheduledTime()), lastHandledToken);
    };
  }

  private RunHistory withRun(ScheduleDecision.Start start) {
    List<PastRun> all = new ArrayList<>(runs);
    all.add(new PastRun(start.name(), start.scheduledTime(), Optional.empty(), false));
    return new RunHistory(
        test,
        uid,
        created,
        sight,
        nextScheduleTime,
        lastScheduleTime,
        lastHandledToken,
        watchingSince,
        all);
  }

  private RunHistory with(Optional<Instant> next, Optional<Instant> last, Optional<String> token) {
    return new RunHistory(
        test, uid, created, Sight.FOLLOWED, next, last, token, watchingSince, runs);
  }

  /** Whether the test was ever free to start its only run, as far as anyone remembers. */
  boolean hadItsChance() {
    return sight == Sight.FOLLOWED
        || sight == Sight.EDITED
        || lastScheduleTime.isPresent()
        || lastHandledToken.isPresent()
        || !runs.isEmpty();
  }

  boolean hasRun(String name) {
    return runs.stream().anyMatch(run -> run.name().equals(name));
  }

  List<String> activeRuns() {
    return runs.stream().filter(PastRun::active).map(PastRun::name).sorted().toList();
  }
}
