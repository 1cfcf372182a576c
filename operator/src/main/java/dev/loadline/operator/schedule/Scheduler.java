package dev.loadline.operator.schedule;

import dev.loadline.operator.schedule.RunTiming.Concurrency;
import dev.loadline.operator.schedule.RunTiming.Recurrence;
import dev.loadline.operator.schedule.ScheduleDecision.Replace;
import dev.loadline.operator.schedule.ScheduleDecision.Skip;
import dev.loadline.operator.schedule.ScheduleDecision.Start;
import dev.loadline.operator.schedule.ScheduleDecision.Trigger;
import dev.loadline.operator.schedule.ScheduleDecision.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is due, by the rules of Kubernetes' CronJob. Of several due times that passed, only the last
 * one is still started, and only within the starting deadline; the others are missed. A due time
 * that an active run blocks waits for that run's end within the same deadline; one for which a run
 * was told to stop, without a deadline.
 *
 * <p>Where a CronJob is vague, this is definite. Due times count from the recorded next one, so
 * nothing is owed for the time during which a test was suspended or its specification was unusable,
 * and a changed schedule counts from the moment it is seen. A test without schedule runs once, as
 * soon as it is free to: at first sight, or when it is resumed or mended if it was suspended or
 * unusable ever since. Taking the schedule off a test that was free to run starts nothing. A token
 * that it has at first sight is its only run. A token starts its run whatever the clock says, even
 * while suspended, and has no deadline; going back to an old token starts nothing while that run
 * still exists.
 */
public final class Scheduler {
  private Scheduler() {}

  /** The next thing to do. */
  public static ScheduleDecision decide(RunTiming timing, RunHistory history, Instant now) {
    Optional<Instant> firstDue =
        timing.suspended()
            ? Optional.empty()
            : timing.recurrence().flatMap(recurrence -> firstDue(recurrence, history, now));
    Optional<ScheduleDecision> asked = askedFor(timing, history, now, firstDue);
    if (asked.isPresent()) {
      return asked.get();
    }
    if (timing.recurrence().isEmpty() && !timing.suspended() && !history.hadItsChance()) {
      String name = RunNames.ofText(history.test(), history.uid());
      return new Start(history.created(), name, new Trigger.Once(), Optional.empty());
    }
    if (firstDue.isEmpty() || firstDue.get().isAfter(now)) {
      return new Wait(firstDue, firstDue);
    }
    return byTheClock(timing, history, now, Due.upTo(now, firstDue.get(), timing));
  }

  /**
   * The first due time that was not handled: the recorded one, unless it belongs to another
   * schedule than the present one. Nothing of an unchanged schedule is due between now and the
   * recorded time; what is, and lies after the last run, tells of a change.
   */
  private static Optional<Instant> firstDue(
      Recurrence recurrence, RunHistory history, Instant now) {
    boolean unseen = history.sight() == RunHistory.Sight.NEW;
    Optional<Instant> counted = recurrence.next(unseen ? lastSignOfLife(history) : now);
    Optional<Instant> recorded = history.nextScheduleTime().filter(recurrence::holds);
    if (recorded.isEmpty() || !recorded.get().isAfter(now)) {
      return recorded.or(() -> counted);
    }
    boolean dueBefore =
        counted
            .filter(due -> due.isBefore(recorded.get()))
            .filter(due -> history.lastScheduleTime().map(due::isAfter).orElse(true))
            .isPresent();
    return dueBefore || farther(recurrence, history, recorded.get()) ? counted : recorded;
  }

  /**
   * Whether an edit has made a distance of {@code @every} longer: the recorded time is not one such
   * distance after the last due time or the creation. (A test that was resumed, or that missed its
   * last due time, counts anew at any edit: nobody remembers from when it counted.)
   */
  private static boolean farther(Recurrence recurrence, RunHistory history, Instant recorded) {
    Instant base = history.lastScheduleTime().orElse(history.created());
    return history.sight() == RunHistory.Sight.EDITED
        && !recurrence.next(base).equals(Optional.of(recorded));
  }

  private static Instant lastSignOfLife(RunHistory history) {
    return Stream.concat(
            Stream.of(history.created()), history.runs().stream().map(RunHistory.PastRun::created))
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  /** What a new token asks for; empty if there is none or if it has to wait for an active run. */
  private static Optional<ScheduleDecision> askedFor(
      RunTiming timing, RunHistory history, Instant now, Optional<Instant> nextDue) {
    Optional<String> token =
        timing.runNowToken().filter(text -> !history.lastHandledToken().equals(Optional.of(text)));
    if (token.isEmpty()) {
      return Optional.empty();
    }
    String name = RunNames.ofText(history.test(), token.get());
    List<String> blocking = history.hasRun(name) ? List.of() : blocking(timing, history);
    if (blocking.isEmpty()) {
      return Optional.of(new Start(now, name, new Trigger.Token(token.get()), nextDue));
    }
    return timing.concurrency() == Concurrency.REPLACE
        ? Optional.of(new Replace(blocking, nextDue))
        : Optional.empty();
  }

  private static ScheduleDecision byTheClock(
      RunTiming timing, RunHistory history, Instant now, Due due) {
    Optional<Skip> superseded = due.superseded(history, timing);
    if (superseded.isPresent()) {
      return superseded.get();
    }
    Instant last = due.last();
    Instant deadline = plus(last, timing.startingDeadline());
    String name = RunNames.ofMinute(history.test(), last);
    if (history.hasRun(name)) {
      return new Start(last, name, new Trigger.Clock(), due.following());
    }
    if (now.isAfter(deadline) && !roomIsMade(last, timing, history)) {
      return new Skip(Due.reason(last, history, timing), 1, last, due.following());
    }
    List<String> blocking = blocking(timing, history);
    if (blocking.isEmpty()) {
      return new Start(last, name, new Trigger.Clock(), due.following());
    }
    if (timing.concurrency() == Concurrency.REPLACE) {
      return new Replace(blocking, Optional.of(last));
    }
    // One millisecond later it is too late for certain.
    Instant tooLate = plus(deadline, Duration.ofMillis(1));
    Instant until = due.following().filter(tooLate::isAfter).orElse(tooLate);
    return new Wait(Optional.of(until), Optional.of(last));
  }

  /**
   * Whether a run is being stopped, or was, to make room for the one that is due: then that one
   * comes, however long the old pod takes to go. Not beside a run that began after the due time.
   */
  private static boolean roomIsMade(Instant due, RunTiming timing, RunHistory history) {
    return timing.concurrency() == Concurrency.REPLACE
        && history.runs().stream().anyMatch(run -> run.toldToStop() && run.activeAt(due))
        && history.runs().stream().noneMatch(run -> run.active() && run.created().isAfter(due));
  }

  private static List<String> blocking(RunTiming timing, RunHistory history) {
    return timing.concurrency() == Concurrency.ALLOW ? List.of() : history.activeRuns();
  }

  private static Instant plus(Instant instant, Duration duration) {
    return duration.compareTo(Duration.between(instant, Instant.MAX)) < 0
        ? instant.plus(duration)
        : Instant.MAX;
  }
}
