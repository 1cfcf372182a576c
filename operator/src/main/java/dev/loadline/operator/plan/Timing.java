package dev.loadline.operator.plan;

import dev.loadline.operator.schedule.CronSchedule;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;

/**
 * When a test runs and how much of it is kept.
 *
 * @param schedule cron expression; empty means once, when first seen
 * @param zone zone in which it is read
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
    Duration startingDeadline,
    ConcurrencyPolicy concurrencyPolicy,
    boolean suspend,
    Optional<String> runNowToken,
    int successfulRunsHistoryLimit,
    int failedRunsHistoryLimit) {

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
