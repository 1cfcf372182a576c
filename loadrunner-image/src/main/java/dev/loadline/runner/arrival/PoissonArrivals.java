package dev.loadline.runner.arrival;

import java.util.SplittableRandom;

/**
 * A Poisson process: independent exponential gaps with mean {@code 1/rate}, each drawn by inversion
 * as {@code −ln(1 − U)/rate} with U uniform on [0, 1) (Devroye, Non-Uniform Random Variate
 * Generation, 1986, II.2.1 and VI.1.2). The first arrival comes after such a gap as well. The sum
 * of the gaps is kept as a double: exact to a nanosecond for more than a hundred days.
 */
final class PoissonArrivals implements ArrivalProcess {
  private final SplittableRandom random;
  private final double meanGapNanos;
  private double sumNanos;

  PoissonArrivals(double ratePerSecond, long seed) {
    meanGapNanos = Rates.gapNanos(ratePerSecond);
    random = new SplittableRandom(seed);
  }

  @Override
  public long nextNanos() {
    sumNanos -= Math.log(1 - random.nextDouble()) * meanGapNanos;
    return Math.round(sumNanos);
  }
}
