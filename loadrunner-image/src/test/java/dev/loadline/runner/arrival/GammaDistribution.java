package dev.loadline.runner.arrival;

/** The Gamma distribution's cumulative distribution function, to hold samples to it. */
final class GammaDistribution {
  private static final double EPSILON = 1e-14;

  private GammaDistribution() {}

  /**
   * The regularised lower incomplete gamma function P(k, x): the series for x below k + 1, else one
   * minus Legendre's continued fraction (Abramowitz and Stegun, 6.5.29 and 6.5.31).
   */
  static double below(double x, double k) {
    if (x <= 0) {
      return 0;
    }
    double factor = Math.exp(k * Math.log(x) - x - logGamma(k));
    return x < k + 1 ? factor * series(x, k) : 1 - factor * fraction(x, k);
  }

  private static double series(double x, double k) {
    double term = 1 / k;
    double sum = term;
    for (int n = 1; term > EPSILON * sum; n++) {
      term *= x / (k + n);
      sum += term;
    }
    return sum;
  }

  /** Evaluated from behind: its error nears e^(−4√(n·x)) with n steps. */
  private static double fraction(double x, double k) {
    double tail = 0;
    for (int n = 60; n >= 1; n--) {
      tail = n * (n - k) / (x + 2 * n + 1 - k - tail);
    }
    return 1 / (x + 1 - k - tail);
  }

  /** Stirling's series at k + 10, then down by the recurrence (Abramowitz and Stegun, 6.1.41). */
  private static double logGamma(double k) {
    double product = 1;
    for (int i = 0; i < 10; i++) {
      product *= k + i;
    }
    double z = k + 10;
    double stirling =
        (z - 0.5) * Math.log(z)
            - z
            + Math.log(2 * Math.PI) / 2
            + 1 / (12 * z)
            - 1 / (360 * z * z * z)
            + 1 / (1260 * Math.pow(z, 5))
            - 1 / (1680 * Math.pow(z, 7));
    return stirling - Math.log(product);
  }
}
