package dev.loadline.operator.plan;

import dev.loadline.operator.schedule.CronSchedule;
import dev.loadline.operator.schedule.RunTiming;
import dev.loadline.operator.schedule.ScheduleJitter;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;

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
