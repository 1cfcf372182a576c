package dev.loadline.runner.arrival;

import java.util.PrimitiveIterator;

/** The arrivals of a trace: the i-th one is due at {@code offset(i)/speed}; then none. */
final class ReplayArrivals implements ArrivalProcess {
  private final PrimitiveIterator.OfLong offsets;
  private final double speed;

  ReplayArrivals(PrimitiveIterator.OfLong offsets, double speed) {
    if (!(speed > 0) || Double.isInfinite(speed)) {
      throw new IllegalArgumentException("a speed must be above 0 and finite: " + speed);
    }
    this.offsets = offsets;
    this.speed = speed;
  }

  @Override
  public long nextNanos() {
    return offsets.hasNext() ? Math.round(offsets.nextLong() / speed) : Long.MAX_VALUE;
  }
}
