package dev.loadline.operator.kube;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** Since when this operator looks at tests and runs: what was due before, nobody could start. */
final class Watching {
  private final InstantSource clock;
  private final AtomicReference<Instant> since;

  Watching(InstantSource clock) {
    this.clock = clock;
    this.since = new AtomicReference<>(clock.instant());
  }

  /** The controllers start: the Lease was won. */
  void begins() {
    since.set(clock.instant());
  }

  /** No later than now, whatever the clock was set to. */
  Instant since(Instant present) {
    return since.accumulateAndGet(present, (is, now) -> now.isBefore(is) ? now : is);
  }
}
