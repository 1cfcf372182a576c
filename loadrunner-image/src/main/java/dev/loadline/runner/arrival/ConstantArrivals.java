package dev.loadline.runner.arrival;

/**
 * Arrivals with equal gaps: the k-th one, counted from 0, is at k. It is not computed from its
 * predecessor, so that rounding never adds up.
 */
final class ConstantArrivals implements UnitArrivals {
  private long k;

  @Override
  public double next() {
    return k++;
  }
}
