package dev.loadline.operator.schedule;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The next thing to do for a test. After doing it, decide again, until there is only waiting
 * ({@link Wait}, {@link Replace}).
 */
public sealed interface ScheduleDecision {

  /** The time of the schedule that is handled by this, with all before it; empty if none is. */
  default Optional<Instant> handles() {
    return Optional.empty();
  }

  /**
   * Create this run. It may exist already: then it is done.
   *
   * @param scheduledTime the time that the schedule names; of a run that was asked for at once, now
   * @param name deterministic, so that creating twice is harmless
   * @param next the first that is not handled once this run exists
   */
  record Start(Instant scheduledTime, String name, Trigger trigger, Optional<Occurrence> next)
      implements ScheduleDecision {
    /** Checks that by the clock what is next comes after this. */
    public Start {
      if (trigger instanceof Trigger.Clock) {
        requireLater(next, scheduledTime);
      }
    }

    @Override
    public Optional<Instant> handles() {
      return trigger instanceof Trigger.Clock ? Optional.of(scheduledTime) : Optional.empty();
    }
  }

  /**
   * Give up what is due. One reason for all: decide again if others are left.
   *
   * @param count how many, at least 1
   * @param last the scheduled time of the latest
   * @param next the first after them; empty if there is none
   */
  record Skip(MissedReason reason, long count, Instant last, Optional<Occurrence> next)
      implements ScheduleDecision {
    /** Checks that what is next comes after this. */
    public Skip {
      requireLater(next, last);
    }

    @Override
    public Optional<Instant> handles() {
      return Optional.of(last);
    }
  }

  /**
   * Stop these runs to make room, and look again when they are terminal.
   *
   * @param runs at least one, all active
   * @param next the first not handled yet; empty if there is none
   */
  record Replace(List<String> runs, Optional<Occurrence> next) implements ScheduleDecision {
    /** Copies the list. */
    public Replace {
      runs = List.copyOf(runs);
    }
  }

  /**
   * Nothing to do before {@code until} or the end of an active run.
   *
   * @param until when the next is due, or the end of the deadline of one that waits; empty if
   *     nothing will be due by the clock
   * @param next the first not handled yet, to be recorded as the next one
   */
  record Wait(Optional<Instant> until, Optional<Occurrence> next) implements ScheduleDecision {}

  private static void requireLater(Optional<Occurrence> next, Instant handled) {
    if (next.filter(is -> !is.scheduledTime().isAfter(handled)).isPresent()) {
      throw new IllegalArgumentException(next.get() + " is not after " + handled);
    }
  }

  /** What started a run. */
  sealed interface Trigger {
    /** The schedule; its deadline counts from {@code due}. */
    record Clock(Instant due) implements Trigger {}

    /** A test without schedule was seen for the first time. */
    record Once() implements Trigger {}

    /** A new token in {@code runNow}. */
    record Token(String token) implements Trigger {}
  }
}
