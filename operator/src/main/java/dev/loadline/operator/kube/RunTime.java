package dev.loadline.operator.kube;

import java.time.Duration;
import java.time.Instant;

/**
 * The present of a pass over a run.
 *
 * @param now by the clock that the run goes by
 * @param wall by the node's clock; what Kubernetes has stamped is compared with this one
 */
record RunTime(Instant now, Instant wall) {

  /** Added to what Kubernetes has stamped, it gives that by the run's clock; in whole seconds. */
  Duration ofStamps() {
    Duration step = Duration.between(wall, now);
    return step.abs().compareTo(ClockSteps.TOLERANCE) > 0
        ? Duration.ofSeconds(step.plusMillis(500).toSeconds())
        : Duration.ZERO;
  }
}
