package dev.loadline.operator.kube;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** When a controller last finished a pass, by a monotonic clock of nanoseconds. */
final class Pulse {
  private final LongSupplier nanoTime;
  private final AtomicLong last;

  Pulse(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.last = new AtomicLong(nanoTime.getAsLong());
  }

  void beat() {
    last.set(nanoTime.getAsLong());
  }

  Duration silence() {
    return Duration.ofNanos(nanoTime.getAsLong() - last.get());
  }
}
