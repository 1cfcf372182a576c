package dev.loadline.operator.plan;

import dev.loadline.operator.schedule.CronSchedule;
import dev.loadline.operator.schedule.RunTiming;
import dev.loadline.operator.schedule.ScheduleJitter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a test runs and how much of it is kept.
 *
 * @param schedule cron expression; empty means once, when first seen
 * @param zone zone in which it is read
 * @param scheduleJitter bound on how long after its minute a run is due
 * @param startingDeadline how late a run may start
 * @param concurrencyPolicy what an active run does to the next
 * @param suspend start nothing
 * @param runNowToken token that starts a run when it changes
 * @param successfulRunsHistoryLimit runs kept that measured something
 * @param failedRunsHistoryLimit runs kept that failed or were stopped
 */
public record Timing(
    Optional<CronSchedule> schedule,
    ZoneId zone,
    Duration scheduleJitter,
    Duration startingDeadline,
    ConcurrencyPolicy concurrencyPolicy,
    boolean suspend,
    Optional<String> runNowToken,
    int successfulRunsHistoryLimit,
    int failedRunsHistoryLimit) {

  static final Duration STARTING_DEADLINE = Duration.ofMinutes(10);

  /** How late a run may start; text that is no duration counts as absent. */
  public static Duration startingDeadline(@Nullable String text) {
    return Optional.ofNullable(text).flatMap(Problems::durationOf).orElse(STARTING_DEADLINE);
  }

  /** When a run of this test and of a minute of its schedule was due. */
  public static Instant due(Instant scheduledTime, @Nullable String jitter, String uid) {
    Duration bound =
        Optional.ofNullable(jitter).flatMap(Problems::durationOf).orElse(Duration.ZERO);
    return scheduledTime.plus(ScheduleJitter.offset(bound, uid));
  }

  /** What the scheduler needs of it, for the test of this UID. */
  public RunTiming toRunTiming(String uid) {
    Duration offset = ScheduleJitter.offset(scheduleJitter, uid);
    return new RunTiming(
        schedule.map(cron -> new RunTiming.Recurrence(cron, zone, offset)),
        startingDeadline,
        switch (concurrencyPolicy) {
          case Forbid -> RunTiming.Concurrency.FORBID;
          case Allow -> RunTiming.Concurrency.ALLOW;
          case Replace -> RunTiming.Concurrency.REPLACE;
        },
        suspend,
        runNowToken);
  }

  /** What an active run does to the next one. */
  public enum ConcurrencyPolicy {
    /** The next one is skipped. */
    Forbid,
    /** Both run. */
    Allow,
    /** The active one is stopped first. */
    Replace
  }
}
