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
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

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
  /** Active runs of one test beside which no further one is started, even if they may overlap. */
  public static final int MOST_ACTIVE = 100;

  private Scheduler() {}

  /** The next thing to do; the history follows the timing ({@link RunHistory#following}). */
  public static ScheduleDecision decide(RunTiming timing, RunHistory history, Instant now) {
    Optional<Occurrence> next =
        timing.suspended()
            ? Optional.empty()
            : timing.recurrence().flatMap(recurrence -> next(recurrence, history, now));
    Optional<ScheduleDecision> asked = askedFor(timing, history, now, next);
    if (asked.isPresent()) {
      return asked.get();
    }
    if (timing.recurrence().isEmpty() && !timing.suspended() && !history.hadItsChance()) {
      String name = RunNames.ofText(history.test(), history.uid());
      return new Start(history.created(), name, new Trigger.Once(), Optional.empty());
    }
    if (next.isEmpty() || isToCome(next.get(), now)) {
      return new Wait(next.map(Occurrence::due), next);
    }
    return byTheClock(timing, history, now, Due.upTo(now, next.get(), timing, history));
  }

  /**
   * The first that was not handled. One that was recorded and has come stays until it leads to a
   * run or is missed, as long as the schedule names it; all else follows from the schedule as it is
   * now: what is due next, after all that was handled. That a schedule, a zone or a jitter was
   * edited, or a clock was set back, need not be known.
   *
   * <p>What is still to come has no run, so that there is only waiting once all that has come is
   * handled.
   */
  private static Optional<Occurrence> next(Recurrence recurrence, RunHistory history, Instant now) {
    Instant handled = history.handled();
    if (history.sight() == RunHistory.Sight.NEW) {
      return recurrence.firstDueAfter(history.created(), handled);
    }
    Instant from = now.isBefore(history.created()) ? history.created() : now;
    Optional<Occurrence> counted = withoutRun(recurrence, from, handled, history);
    Optional<Occurrence> recorded =
        history
            .next()
            .filter(next -> recurrence.names(next.scheduledTime()))
            .map(next -> atPresent(next, recurrence, now))
            .filter(next -> !next.due().isAfter(now) || !history.hasRun(next));
    if (recorded.filter(next -> isToCome(next, now)).isEmpty()) {
      return recorded.or(() -> counted);
    }
    boolean kept =
        recurrence.isDistance() && !isCountedAnew(recurrence, history, recorded, counted);
    return kept ? recorded : counted;
  }

  /** The first of these that has no run yet, whatever clock made that run. */
  static Optional<Occurrence> withoutRun(
      Recurrence recurrence, Instant dueAfter, Instant handled, RunHistory history) {
    Optional<Occurrence> first = recurrence.firstDueAfter(dueAfter, handled);
    while (first.filter(history::hasRun).isPresent()) {
      first = recurrence.firstDueAfter(dueAfter, first.get().scheduledTime());
    }
    return first;
  }

  /**
   * When a recorded one is due by the present jitter. What was due already stays so; what a smaller
   * jitter makes due in the past is due now.
   */
  private static Occurrence atPresent(Occurrence recorded, Recurrence recurrence, Instant now) {
    return recorded.due().isAfter(now)
        ? recurrence.at(recorded.scheduledTime()).notBefore(now.truncatedTo(ChronoUnit.SECONDS))
        : recorded;
  }

  private static boolean isToCome(Occurrence next, Instant now) {
    return next.due().isAfter(now);
  }

  /**
   * A distance is counted anew from now if that comes sooner than what was recorded, or if an edit
   * has made it longer: the recorded time is not one such distance after the last one or the
   * creation. (A test that was resumed counts anew at any edit: nobody remembers from when it
   * counted.)
   */
  private static boolean isCountedAnew(
      Recurrence recurrence,
      RunHistory history,
      Optional<Occurrence> recorded,
      Optional<Occurrence> counted) {
    Instant time = recorded.orElseThrow().scheduledTime();
    boolean sooner = counted.filter(next -> next.scheduledTime().isBefore(time)).isPresent();
    Instant base = history.handled();
    boolean edited = history.sight() == RunHistory.Sight.EDITED;
    return sooner
        || (edited && !recurrence.firstDueAfter(history.created(), base).equals(recorded));
  }

  /** The name of the run that a new token asks for; empty if there is no new token. */
  public static Optional<String> asked(RunTiming timing, RunHistory history) {
    return timing
        .runNowToken()
        .filter(text -> !history.lastHandledToken().equals(Optional.of(text)))
        .map(token -> RunNames.ofText(history.test(), token));
  }

  /** What a new token asks for; empty if there is none or if it has to wait for an active run. */
  private static Optional<ScheduleDecision> askedFor(
      RunTiming timing, RunHistory history, Instant now, Optional<Occurrence> next) {
    Optional<String> asked = asked(timing, history);
    if (asked.isEmpty()) {
      return Optional.empty();
    }
    String name = asked.get();
    List<String> blocking = history.hasRun(name) ? List.of() : blocking(timing, history);
    if (blocking.isEmpty()) {
      Trigger byToken = new Trigger.Token(timing.runNowToken().orElseThrow());
      return Optional.of(new Start(now, name, byToken, next));
    }
    return timing.concurrency() == Concurrency.REPLACE
        ? Optional.of(new Replace(blocking, next))
        : Optional.empty();
  }

  private static ScheduleDecision byTheClock(
      RunTiming timing, RunHistory history, Instant now, Due due) {
    Optional<Skip> superseded = due.superseded(history, timing);
    if (superseded.isPresent()) {
      return superseded.get();
    }
    Occurrence last = due.last();
    Instant deadline = plus(last.due(), timing.startingDeadline());
    String name = RunNames.ofMinute(history.test(), last.scheduledTime());
    boolean exists = history.hasRun(name);
    if (!exists && now.isAfter(deadline) && !roomIsMade(last.due(), timing, history)) {
      MissedReason reason = Due.reason(last, history, timing);
      return new Skip(reason, 1, last.scheduledTime(), due.following());
    }
    List<String> blocking = exists ? List.of() : blocking(timing, history);
    if (blocking.isEmpty()) {
      Trigger byTheClock = new Trigger.Clock(last.due());
      return new Start(last.scheduledTime(), name, byTheClock, due.following());
    }
    if (timing.concurrency() == Concurrency.REPLACE) {
      return new Replace(blocking, Optional.of(last));
    }
    // One millisecond later it is too late for certain.
    Instant tooLate = plus(deadline, Duration.ofMillis(1));
    Instant until = due.following().map(Occurrence::due).filter(tooLate::isAfter).orElse(tooLate);
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
    List<String> active = history.activeRuns();
    return timing.concurrency() == Concurrency.ALLOW && active.size() < MOST_ACTIVE
        ? List.of()
        : active;
  }

  private static Instant plus(Instant instant, Duration duration) {
    return duration.compareTo(Duration.between(instant, Instant.MAX)) < 0
        ? instant.plus(duration)
        : Instant.MAX;
  }
}
