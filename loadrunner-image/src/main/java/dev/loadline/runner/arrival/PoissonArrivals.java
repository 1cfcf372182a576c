package dev.loadline.runner.arrival;

import java.util.SplittableRandom;

/**
 * A Poisson process: independent exponential gaps with mean 1, each drawn by inversion as {@code
 * −ln(1 − U)} with U uniform on [0, 1) (Devroye, Non-Uniform Random Variate Generation, 1986,
 * II.2.1 and VI.1.2). The first arrival comes after such a gap as well. The sum of the gaps is kept
 * as a double: at any rate exact to a nanosecond for more than a hundred days.
 */
final class PoissonArrivals implements UnitArrivals {
  private final SplittableRandom random;
  private double sum;

  PoissonArrivals(long seed) {
    random = new SplittableRandom(seed);
  }

  @Override
  public double next() {
    sum -= Math.log(1 - random.nextDouble());
    return sum;
  }
}
