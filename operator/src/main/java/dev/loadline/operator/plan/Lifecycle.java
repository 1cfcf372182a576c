package dev.loadline.operator.plan;

import java.time.Duration;
import java.util.Optional;

/**
 * Deadlines, attempts and what stays afterwards.
 *
 * @param startupDeadline from the run's start to its first request
 * @param activeDeadline from the run's start to its end
 * @param maxStartAttempts attempts before the first request, at least 1
 * @param ttlAfterFinished deletes the run this long after it finished; empty means never
 * @param podRetention whether the runner's Job and pod stay
 */
public record Lifecycle(
    Duration startupDeadline,
    Duration activeDeadline,
    int maxStartAttempts,
    Optional<Duration> ttlAfterFinished,
    PodRetention podRetention) {
  /** Beside start and load: to end the pod and to see it. */
  static final Duration GRACE = Duration.ofMinutes(1);

  /** The same for a runner that lives no longer than this: its run is over soon after. */
  Lifecycle within(Optional<Duration> runnerPodTime) {
    return runnerPodTime
        .map(time -> startupDeadline.plus(time).plus(GRACE))
        .filter(most -> most.compareTo(activeDeadline) < 0)
        .map(most ->
            new Lifecycle(startupDeadline, most, maxStartAttempts, ttlAfterFinished, podRetention))
        .orElse(this);
  }

  /** Whether the runner's Job and pod stay after the run. */
  public enum PodRetention {
    /** They are deleted. */
    Never,
    /** They stay if the run failed. */
    OnFailure,
    /** They stay. */
    Always
  }
}
