package dev.loadline.runner.measure;

import java.util.Arrays;

/** Samples counted in fixed buckets, as Prometheus' classic histograms have them. */
public final class BucketCounts {
  private static final long[] BOUNDS_MICROS = {
    1_000,
    2_500,
    5_000,
    10_000,
    20_000,
    30_000,
    40_000,
    60_000,
    80_000,
    100_000,
    150_000,
    200_000,
    250_000,
    300_000,
    400_000,
    500_000,
    750_000,
    1_000_000,
    1_500_000,
    2_000_000,
    3_000_000,
    5_000_000,
    7_500_000,
    10_000_000,
    20_000_000,
    30_000_000,
    60_000_000,
    120_000_000,
    300_000_000
  };

  private final long[] counts = new long[BOUNDS_MICROS.length + 1];
  private long sumMicros;

  BucketCounts() {}

  /** Upper bounds, included, in seconds and ascending; what is above the last has a bucket too. */
  public static double[] boundsSeconds() {
    return Arrays.stream(BOUNDS_MICROS).mapToDouble(micros -> micros / 1e6).toArray();
  }

  void record(long micros) {
    int found = Arrays.binarySearch(BOUNDS_MICROS, micros);
    counts[found >= 0 ? found : -found - 1]++;
    sumMicros += micros;
  }

  /** Samples per bucket (not cumulative), one more than there are bounds. */
  public long[] counts() {
    return counts.clone();
  }

  /** All samples. */
  public long count() {
    return Arrays.stream(counts).sum();
  }

  /** Sum of the samples in seconds. */
  public double sumSeconds() {
    return sumMicros / 1e6;
  }

  void add(BucketCounts other) {
    Arrays.setAll(counts, i -> counts[i] + other.counts[i]);
    sumMicros += other.sumMicros;
  }

  BucketCounts copy() {
    BucketCounts copy = new BucketCounts();
    copy.add(this);
    return copy;
  }
}
