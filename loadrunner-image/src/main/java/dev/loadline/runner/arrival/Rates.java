package dev.loadline.runner.arrival;

/** The mean gap that belongs to a rate. */
final class Rates {
  private Rates() {}

  /** {@code 1e9/rate}, the mean gap in nanoseconds. */
  static double gapNanos(double ratePerSecond) {
    if (!(ratePerSecond > 0) || Double.isInfinite(ratePerSecond)) {
      throw new IllegalArgumentException("a rate must be above 0 and finite: " + ratePerSecond);
    }
    return 1e9 / ratePerSecond;
  }
}
