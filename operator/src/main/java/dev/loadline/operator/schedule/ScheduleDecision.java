package dev.loadline.operator.schedule;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The next thing to do for a test. After doing it, decide again, until there is only waiting
 * ({@link Wait}, {@link Replace}).
 */
public sealed interface ScheduleDecision {

  /**
   * Create this run. It may exist already: then it is done.
   *
   * @param scheduledTime the due time; of a run that was asked for at once, now
   * @param name deterministic, so that creating twice is harmless
   * @param nextDue the first due time that is not handled once this run exists
   */
  record Start(Instant scheduledTime, String name, Trigger trigger, Optional<Instant> nextDue)
      implements ScheduleDecision {}

  /**
   * Give up due times. One reason for all: decide again if others are left.
   *
   * @param count how many, at least 1
   * @param last the latest of them
   * @param nextDue the first due time after them; empty if there is none
   */
  record Skip(MissedReason reason, long count, Instant last, Optional<Instant> nextDue)
      implements ScheduleDecision {}

  /**
   * Stop these runs to make room, and look again when they are terminal.
   *
   * @param runs at least one, all active
   * @param nextDue the first due time not handled yet; empty if there is none
   */
  record Replace(List<String> runs, Optional<Instant> nextDue) implements ScheduleDecision {
    /** Copies the list. */
    public Replace {
      runs = List.copyOf(runs);
    }
  }

  /**
   * Nothing to do before {@code until} or the end of an active run.
   *
   * @param until the next due time, or the end of the deadline of one that waits; empty if nothing
   *     will be due by the clock
   * @param nextDue the first due time not handled yet, to be recorded as the next one
   */
  record Wait(Optional<Instant> until, Optional<Instant> nextDue) implements ScheduleDecision {}

  /** What started a run. */
  sealed interface Trigger {
    /** The schedule. */
    record Clock() implements Trigger {}

    /** A test without schedule was seen for the first time. */
    record Once() implements Trigger {}

    /** A new token in {@code runNow}. */
    record Token(String token) implements Trigger {}
  }
}
