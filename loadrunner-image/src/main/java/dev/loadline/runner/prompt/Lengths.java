package dev.loadline.runner.prompt;

import dev.loadline.runner.contract.Distribution;
import java.util.random.RandomGenerator;

/** Draws lengths in tokens. */
final class Lengths {
  private static final double SQRT_TWO_PI = Math.sqrt(2 * Math.PI);

  private Lengths() {}

  /** The next length, at least 1. */
  static int next(Distribution length, RandomGenerator random) {
    return switch (length) {
      case Distribution.Fixed fixed -> (int) fixed.value();
      case Distribution.Normal normal -> normal(normal, random);
      case Distribution.Lognormal ignored -> throw new UnsupportedOperationException("Lognormal");
      case Distribution.Uniform ignored -> throw new UnsupportedOperationException("Uniform");
      case Distribution.Exponential ignored ->
          throw new UnsupportedOperationException("Exponential");
    };
  }

  /**
   * A normal variable, rounded, under the condition that it lies within [min, max]. Where the range
   * is wide, normal proposals are drawn again until one is within it; where it is narrow, uniform
   * proposals are accepted with the density's share of its peak (Robert, Simulation of truncated
   * normal variables, 1995): the same law, and the expected number of draws stays small for a mean
   * within the range.
   */
  private static int normal(Distribution.Normal normal, RandomGenerator random) {
    if (normal.stddev() == 0 || normal.min() == normal.max()) {
      return (int) Math.clamp(Math.round(normal.mean()), normal.min(), normal.max());
    }
    boolean narrow = normal.max() - normal.min() + 1 < normal.stddev() * SQRT_TWO_PI;
    while (true) {
      double proposed =
          narrow
              ? random.nextDouble(normal.min() - 0.5, normal.max() + 0.5)
              : random.nextGaussian(normal.mean(), normal.stddev());
      long tokens = Math.round(proposed);
      double z = (proposed - normal.mean()) / normal.stddev();
      boolean likely = !narrow || random.nextDouble() < Math.exp(-z * z / 2);
      if (likely && tokens >= normal.min() && tokens <= normal.max()) {
        return (int) tokens;
      }
    }
  }
}
