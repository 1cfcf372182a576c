package dev.loadline.operator.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * When a test wants to run.
 *
 * @param recurrence schedule and zone; empty means once, as soon as the test is free to run
 * @param startingDeadline how late a run may still start, not negative
 * @param concurrency what to do when a run is due and another is active
 * @param suspended start nothing by the clock
 * @param runNowToken a token that was not handled yet asks for one run at once, even while
 *     suspended
 */
public record RunTiming(
    Optional<Recurrence> recurrence,
    Duration startingDeadline,
    Concurrency concurrency,
    boolean suspended,
    Optional<String> runNowToken) {

  /** Checks the deadline. */
  public RunTiming {
    if (startingDeadline.isNegative()) {
      throw new IllegalArgumentException("negative starting deadline: " + startingDeadline);
    }
  }

  /** What to do when a run is due and another is active. */
  public enum Concurrency {
    /** Start it beside the other. */
    ALLOW,
    /** Start it when the other has ended, if that is within the deadline. */
    FORBID,
    /** Stop the other, wait until it is terminal, then start. */
    REPLACE
  }

  /** A schedule read in a zone. */
  public record Recurrence(CronSchedule schedule, ZoneId zone) {
    /** The first due instant after {@code after}. */
    public Optional<Instant> next(Instant after) {
      return schedule.next(after, zone);
    }

    /** Whether {@code instant} is a due time of these fields; any instant may be one of @every. */
    boolean holds(Instant instant) {
      return schedule instanceof EveryInterval
          || next(instant.minusSeconds(1)).equals(Optional.of(instant));
    }
  }
}
