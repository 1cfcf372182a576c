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

  /** The same for as long as what its token asks for cannot be. */
  public RunTiming withoutToken() {
    return new RunTiming(recurrence, startingDeadline, concurrency, suspended, Optional.empty());
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

  /**
   * A schedule read in a zone.
   *
   * @param offset how long after the time that the schedule names a run starts, whole seconds, not
   *     negative; see {@link ScheduleJitter}
   */
  public record Recurrence(CronSchedule schedule, ZoneId zone, Duration offset) {
    /** Expression and zone, as people write them. */
    String text() {
      return schedule.expression() + " " + zone.getId();
    }

    /** The first that the schedule names after {@code scheduledTime}. */
    Optional<Occurrence> following(Instant scheduledTime) {
      return schedule.next(scheduledTime, zone).map(this::at);
    }

    /**
     * The first that is due after {@code instant} and named after {@code handled}; of {@code
     * @every} the first distance is counted from the later of the two.
     */
    Optional<Occurrence> firstDueAfter(Instant instant, Instant handled) {
      Instant from = isDistance() ? instant : instant.minus(offset);
      return following(from.isBefore(handled) ? handled : from);
    }

    /** Whether the schedule names this time; any may be one of {@code @every}. */
    boolean names(Instant scheduledTime) {
      return isDistance()
          || schedule.next(scheduledTime.minusSeconds(1), zone).equals(Optional.of(scheduledTime));
    }

    /** A distance, without times of its own. */
    boolean isDistance() {
      return schedule instanceof EveryInterval;
    }

    Occurrence at(Instant scheduledTime) {
      return new Occurrence(scheduledTime, scheduledTime.plus(offset));
    }
  }
}
