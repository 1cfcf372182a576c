package dev.loadline.runner.drive;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The two clocks of a run.
 *
 * @param nanoTime monotonic, the same that stamps the requests; all durations come from it
 * @param wall for people
 */
public record Clocks(LongSupplier nanoTime, InstantSource wall) {
  /** The system's clocks. */
  public static final Clocks SYSTEM = new Clocks(System::nanoTime, InstantSource.system());

  /**
   * The instant so long after another, or the last one that there is; the length is not negative.
   */
  static long later(long nanos, long lengthNanos) {
    long sum = nanos + lengthNanos;
    return sum < nanos ? Long.MAX_VALUE : sum;
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /** The wall clock's time at an instant of the monotonic one, epoch milliseconds. */
  long millisAt(long nanos) {
    return wall.millis() + Math.floorDiv(nanos - now(), 1_000_000L);
  }
}
