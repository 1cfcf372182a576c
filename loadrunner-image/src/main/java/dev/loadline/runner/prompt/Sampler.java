package dev.loadline.runner.prompt;

import dev.loadline.runner.contract.Distribution;
import java.util.random.RandomGenerator;

/**
 * Draws whole numbers: tokens, turns, milliseconds. Where a law has bounds, the draw is one of the
 * law under the condition that it lies, rounded, within them: as if it were drawn again until it
 * does, though the expected number of draws is small for any bounds. So mean and standard deviation
 * of what is drawn are those that the plan names only if the bounds are wide.
 */
public final class Sampler {
  private Sampler() {}

  /** The next number. */
  public static long next(Distribution law, RandomGenerator random) {
    return switch (law) {
      case Distribution.Fixed fixed -> fixed.value();
      case Distribution.Normal normal -> normal(normal, random);
      case Distribution.Lognormal lognormal -> lognormal(lognormal, random);
      case Distribution.Uniform uniform ->
          uniform.min() == uniform.max()
              ? uniform.min()
              : random.nextLong(uniform.min(), uniform.max() + 1);
      case Distribution.Exponential exponential -> exponential(exponential, random);
    };
  }

  /** A number of tokens, at least 1. */
  static int tokens(Distribution law, RandomGenerator random) {
    return Math.clamp(next(law, random), 1, Integer.MAX_VALUE);
  }

  private static long normal(Distribution.Normal law, RandomGenerator random) {
    if (law.stddev() == 0 || law.min() == law.max()) {
      return Math.clamp(Math.round(law.mean()), law.min(), law.max());
    }
    double low = (law.min() - 0.5 - law.mean()) / law.stddev();
    double high = (law.max() + 0.5 - law.mean()) / law.stddev();
    double drawn = law.mean() + law.stddev() * TruncatedNormal.next(low, high, random);
    return Math.clamp(Math.round(drawn), law.min(), law.max());
  }

  /**
   * {@code exp(μ + σZ)} with {@code σ² = ln(1 + s²/m²)} and {@code μ = ln m − σ²/2} has mean m and
   * standard deviation s (Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1, 1994,
   * 14.3).
   */
  private static long lognormal(Distribution.Lognormal law, RandomGenerator random) {
    if (law.stddev() == 0 || law.min() == law.max()) {
      return Math.clamp(Math.round(law.mean()), law.min(), law.max());
    }
    double variation = law.stddev() / law.mean();
    double variance = Math.log1p(variation * variation);
    double mu = Math.log(law.mean()) - variance / 2;
    double sigma = Math.sqrt(variance);
    double low =
        law.min() < 1 ? Double.NEGATIVE_INFINITY : (Math.log(law.min() - 0.5) - mu) / sigma;
    double high = (Math.log(Math.max(0, law.max()) + 0.5) - mu) / sigma;
    double drawn = Math.exp(mu + sigma * TruncatedNormal.next(low, high, random));
    return Math.clamp(Math.round(drawn), law.min(), law.max());
  }

  /**
   * By inversion of the truncated distribution function: {@code a − m·ln(1 − U·(1 − exp(−(b −
   * a)/m)))} on [a, b] (Devroye, Non-Uniform Random Variate Generation, 1986, II.2).
   */
  private static long exponential(Distribution.Exponential law, RandomGenerator random) {
    if (law.mean() == 0 || law.min() == law.max()) {
      return Math.clamp(0, law.min(), law.max());
    }
    double low = Math.max(0, law.min() - 0.5);
    double width = law.max() + 0.5 - low;
    double share = Math.expm1(-width / law.mean());
    double drawn = low - law.mean() * Math.log1p(random.nextDouble() * share);
    return Math.clamp(Math.round(drawn), law.min(), law.max());
  }
}
