package dev.loadline.runner.measure;

/**
 * Ranks of the two order statistics between which a percentile of the population lies with 95 %
 * confidence, whatever the distribution: {@code ⌈np ± 1.96·√(np(1 − p))⌉}, the normal approximation
 * of the binomial number of samples below the percentile (Conover, Practical Nonparametric
 * Statistics, 3rd edition, section 3.2).
 *
 * @param low rank of the lower end, from 1
 * @param high rank of the upper end, at most the number of samples
 */
record OrderStatistics(long low, long high) {
  /** 0.975 quantile of the normal distribution. */
  private static final double Z = 1.96;

  /** Whether both ranks exist: a sample may be too small to bound the percentile on both sides. */
  static boolean exist(long samples, double p) {
    OrderStatistics ranks = of(samples, p);
    return ranks.low >= 1 && ranks.high <= samples;
  }

  /**
   * The ranks, which may lie outside of the sample.
   *
   * @param p the percentile, 0 to 1
   */
  static OrderStatistics of(long samples, double p) {
    double expected = samples * p;
    double spread = Z * Math.sqrt(expected * (1 - p));
    return new OrderStatistics(
        (long) Math.ceil(expected - spread), (long) Math.ceil(expected + spread));
  }
}
