package dev.loadline.runner.arrival;

/**
 * Arrivals with equal gaps: the k-th one, counted from 0, is due at {@code phase + k/rate}. It is
 * computed from k and not from its predecessor, so that rounding to nanoseconds never adds up. What
 * is due beyond the range of nanoseconds is due at its end.
 */
final class ConstantArrivals implements ArrivalProcess {
  private final double gapNanos;
  private final long phaseNanos;
  private long k;

  ConstantArrivals(double ratePerSecond, long phaseNanos) {
    if (phaseNanos < 0) {
      throw new IllegalArgumentException("a phase is negative: " + phaseNanos);
    }
    this.gapNanos = Rates.gapNanos(ratePerSecond);
    this.phaseNanos = phaseNanos;
  }

  @Override
  public long nextNanos() {
    long offset = Math.round(k++ * gapNanos);
    return offset > Long.MAX_VALUE - phaseNanos ? Long.MAX_VALUE : phaseNanos + offset;
  }
}
