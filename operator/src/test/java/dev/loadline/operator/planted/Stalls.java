package dev.loadline.operator.planted;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * How late a thread wakes up that only sleeps: what holds it up holds up a load generator, too,
 * though no process of this machine need have run meanwhile, as where a hypervisor does not count
 * the time that it takes.
 */
final class Stalls implements AutoCloseable {
  /** Longer than a compiler's turn, which is a clock tick of 4 ms. */
  static final Duration LONG = Duration.ofMillis(10);

  private static final long SLEEP_NANOS = 1_000_000;

  private final AtomicLong longestNanos = new AtomicLong();
  private final Thread sleeper = Thread.ofPlatform().daemon().name("stalls").start(this::sleep);

  private void sleep() {
    long due = System.nanoTime() + SLEEP_NANOS;
    while (!Thread.interrupted()) {
      LockSupport.parkNanos(due - System.nanoTime());
      long now = System.nanoTime();
      longestNanos.accumulateAndGet(now - due, Math::max);
      due = now + SLEEP_NANOS;
    }
  }

  /** The longest so far. */
  Duration longest() {
    return Duration.ofNanos(longestNanos.get());
  }

  @Override
  public void close() {
    sleeper.interrupt();
  }
}
