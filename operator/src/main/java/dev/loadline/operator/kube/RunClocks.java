package dev.loadline.operator.kube;

import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The time that a run goes by. From its admission until its end is recorded that is a clock of its
 * own, which nobody sets: the node's clock as it was when this operator first saw the run under
 * way, and the monotonic time since. So no deadline comes sooner or later because the node's clock
 * was set. Before and afterwards it is the node's clock: what was due, and how long a finished run
 * is kept, are told by the calendar.
 */
final class RunClocks {
  private final InstantSource clock;
  private final LongSupplier nanoTime;

  /** When the monotonic clock stood at 0, for each run under way, by UID. */
  private final Map<String, Instant> zeros = new ConcurrentHashMap<>();

  RunClocks(InstantSource clock, LongSupplier nanoTime) {
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** The present, by the node's clock. */
  Instant wall() {
    return clock.instant();
  }

  /** The present, for this run. */
  RunTime now(LoadTestRun run) {
    long nanos = nanoTime.getAsLong();
    Instant wall = clock.instant();
    if (!underWay(run)) {
      forget(run);
      return new RunTime(wall, wall);
    }
    Instant zero =
        zeros.computeIfAbsent(run.getMetadata().getUid(), first -> wall.minusNanos(nanos));
    return new RunTime(zero.plusNanos(nanos), wall);
  }

  private static boolean underWay(LoadTestRun run) {
    Optional<LoadTestRunStatus> status = Optional.ofNullable(run.getStatus());
    return status.map(LoadTestRunStatus::startTime).isPresent()
        && status.map(LoadTestRunStatus::verdict).isEmpty()
        && status.map(LoadTestRunStatus::completionTime).isEmpty();
  }

  /** The run is gone. */
  void forget(LoadTestRun run) {
    zeros.remove(run.getMetadata().getUid());
  }
}
