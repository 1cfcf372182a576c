package dev.loadline.operator.verdict;

import dev.loadline.operator.plan.Objective.Statistic;

/**
 * How many samples a statistic needs before it means something. Percentiles: 99 % confidence, the
 * table of MLPerf Endpoints. Below that a percentile is absent from the status and an objective on
 * it is not judged. Mean and maximum are what they are from the first sample on.
 */
public final class SmallestSample {
  private SmallestSample() {}

  /** The number of samples. */
  public static long of(Statistic statistic) {
    return switch (statistic) {
      case mean, max -> 1;
      case p50 -> 11;
      case p90 -> 64;
      case p95 -> 130;
      case p99 -> 662;
    };
  }

  /** Whether so many samples are enough. */
  public static boolean enough(Statistic statistic, long count) {
    return count >= of(statistic);
  }
}
