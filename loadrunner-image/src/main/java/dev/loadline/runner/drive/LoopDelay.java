package dev.loadline.runner.drive;

import dev.loadline.runner.measure.Window;
import org.HdrHistogram.Histogram;

/**
 * Loop delay: a tick is due each 10 ms, and its delay is when it ran − when it was due. A loop that
 * was held up for long owes a sample for every tick it missed, so a stall is not seen just once.
 */
final class LoopDelay {
  static final long TICK_NANOS = 10_000_000;
  private static final long MAX_MICROS = 3_600_000_000L;

  private final Window window;
  private final Histogram micros = newHistogram();
  private long dueNanos;

  /**
   * Measures the ticks that are due in the window.
   *
   * @param startNanos when the first tick is due
   */
  LoopDelay(Window window, long startNanos) {
    this.window = window;
    dueNanos = startNanos;
  }

  static Histogram newHistogram() {
    return new Histogram(1, MAX_MICROS, 3);
  }

  /** Runs all ticks that are due and returns when the next one is. */
  long run(long nowNanos) {
    while (dueNanos <= nowNanos) {
      if (window.contains(dueNanos)) {
        micros.recordValue(Math.clamp((nowNanos - dueNanos) / 1_000, 1, MAX_MICROS));
      }
      dueNanos += TICK_NANOS;
    }
    return dueNanos;
  }

  /** Delays in microseconds. */
  Histogram histogram() {
    return micros;
  }
}
