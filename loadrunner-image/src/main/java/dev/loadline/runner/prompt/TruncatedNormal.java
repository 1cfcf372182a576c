package dev.loadline.runner.prompt;

import java.util.random.RandomGenerator;

/**
 * A standard normal variable under the condition that it lies in an interval, exactly, with few
 * draws whatever the interval: Robert, Simulation of truncated normal variables, Statistics and
 * Computing 5, 1995.
 */
final class TruncatedNormal {
  private static final double SQRT_TWO_PI = Math.sqrt(2 * Math.PI);

  private TruncatedNormal() {}

  /** A draw in [low, high], which is not empty; either end may be infinite. */
  static double next(double low, double high, RandomGenerator random) {
    if (low > 0) {
      return tail(low, high, random);
    }
    if (high < 0) {
      return -tail(-high, -low, random);
    }
    return high - low < SQRT_TWO_PI ? flat(low, high, 0, random) : untruncated(low, high, random);
  }

  private static double untruncated(double low, double high, RandomGenerator random) {
    while (true) {
      double drawn = random.nextGaussian();
      if (drawn >= low && drawn <= high) {
        return drawn;
      }
    }
  }

  /** Uniform proposals, accepted with the density's share of its peak, which is there. */
  private static double flat(double low, double high, double peak, RandomGenerator random) {
    while (true) {
      double drawn = low + (high - low) * random.nextDouble();
      if (random.nextDouble() <= Math.exp((peak * peak - drawn * drawn) / 2)) {
        return drawn;
      }
    }
  }

  /** Above 0: exponential proposals from the lower end on, with the best rate for it. */
  private static double tail(double low, double high, RandomGenerator random) {
    double root = Math.sqrt(low * low + 4);
    double flatIsBetter = 2 / (low + root) * Math.exp((low * low - low * root) / 4 + 0.5);
    if (high - low <= flatIsBetter) {
      return flat(low, high, low, random);
    }
    double rate = (low + root) / 2;
    while (true) {
      double drawn = low - Math.log1p(-random.nextDouble()) / rate;
      double off = drawn - rate;
      if (drawn <= high && random.nextDouble() <= Math.exp(-off * off / 2)) {
        return drawn;
      }
    }
  }
}
