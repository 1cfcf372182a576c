package dev.loadline.operator.kube;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The real time and what a test adds to it; a monotonic clock goes along unless this one is set.
 */
final class MovingClock implements InstantSource {
  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
  private final AtomicReference<Duration> passed = new AtomicReference<>(Duration.ZERO);

  @Override
  public Instant instant() {
    return Instant.now().plus(ahead.get());
  }

  /** Monotonic. */
  long nanoTime() {
    return System.nanoTime() + passed.get().toNanos();
  }

  /** So much time passes. */
  void advance(Duration by) {
    passed.updateAndGet(is -> is.plus(by));
    set(by);
  }

  /** The clock is set by so much. */
  void set(Duration by) {
    ahead.updateAndGet(is -> is.plus(by));
  }
}
