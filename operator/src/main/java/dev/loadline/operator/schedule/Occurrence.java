package dev.loadline.operator.schedule;

import java.time.Instant;

/**
 * One time at which a test runs by its schedule.
 *
 * @param scheduledTime the time that the schedule names, a whole minute but of {@code @every}; the
 *     run is named by it, and of one such time there is at most one run
 * @param due when the run starts, and from when its deadline counts: the scheduled time plus the
 *     test's offset, later where an edit made that a time that had passed
 */
public record Occurrence(Instant scheduledTime, Instant due) {

  /** The same, due no earlier than {@code instant}. */
  Occurrence notBefore(Instant instant) {
    return due.isBefore(instant) ? new Occurrence(scheduledTime, instant) : this;
  }
}
