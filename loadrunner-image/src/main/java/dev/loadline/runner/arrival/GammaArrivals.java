package dev.loadline.runner.arrival;

import java.util.SplittableRandom;

/**
 * A renewal process whose gaps have the Gamma distribution with shape k and mean 1, that is scale
 * {@code 1/k}: standard deviation {@code 1/√k}. It is an ordinary renewal process, as in vLLM's
 * benchmark: the first arrival comes after one full gap, so the n-th one is at n in the mean.
 * (Counts from the start, where the process is not yet stationary, are off by {@code (1/k − 1)/2}
 * arrivals in total and no more: Cox, Renewal Theory, 1962, 4.2.) Unlike there the gaps are not
 * stretched afterwards to end at an exact instant, which would make them dependent.
 *
 * <p>Gaps are drawn exactly by the squeeze-rejection method of Marsaglia and Tsang, A Simple Method
 * for Generating Gamma Variables, 2000: with {@code d = k − 1/3}, {@code c = 1/√(9d)}, Z normal and
 * {@code v = (1 + c·Z)³ > 0}, {@code d·v} is Gamma(k) if {@code ln U < Z²/2 + d·(1 − v + ln v)}. It
 * needs k ≥ 1; below that Gamma(k) is {@code Gamma(k + 1)·U^(1/k)} (the same, section 6).
 */
final class GammaArrivals implements UnitArrivals {
  private static final double SQUEEZE = 0.0331;

  private final SplittableRandom random;
  private final double shape;
  private final double d;
  private final double c;
  private double sum;

  GammaArrivals(double shape, long seed) {
    if (!(shape > 0) || Double.isInfinite(shape)) {
      throw new IllegalArgumentException("a burstiness must be above 0 and finite: " + shape);
    }
    this.shape = shape;
    random = new SplittableRandom(seed);
    d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
    c = 1 / Math.sqrt(9 * d);
  }

  @Override
  public double next() {
    double gamma = gammaOfAtLeastOne();
    if (shape < 1) {
      gamma *= Math.pow(1 - random.nextDouble(), 1 / shape);
    }
    sum += gamma / shape;
    return sum;
  }

  private double gammaOfAtLeastOne() {
    while (true) {
      double z = random.nextGaussian();
      double root = 1 + c * z;
      if (root > 0) {
        double v = root * root * root;
        double u = 1 - random.nextDouble();
        double zz = z * z;
        if (u < 1 - SQUEEZE * zz * zz || Math.log(u) < zz / 2 + d * (1 - v + Math.log(v))) {
          return d * v;
        }
      }
    }
  }
}
