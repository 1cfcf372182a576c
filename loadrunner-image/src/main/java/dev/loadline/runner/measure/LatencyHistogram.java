package dev.loadline.runner.measure;

import dev.loadline.runner.contract.RunResult.Interval;
import dev.loadline.runner.contract.RunResult.Intervals;
import dev.loadline.runner.contract.RunResult.Latency;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * Samples of one metric in microseconds: an HdrHistogram of 3 significant digits from 1 µs to 1 h.
 * A sample outside is counted at the edge, and counted as clamped. Mean (of 285 years together) and
 * maximum are exact.
 */
final class LatencyHistogram {
  static final long MIN_MICROS = 1;
  static final long MAX_MICROS = 3_600_000_000L;
  private static final int DIGITS = 3;

  private final Histogram histogram = new Histogram(MIN_MICROS, MAX_MICROS, DIGITS);
  private double sumMicros;
  private long maxMicros;
  private long clamped;

  /** Rounds to microseconds. */
  void recordNanos(long nanos) {
    recordNanos(nanos, 1);
  }

  /** The same sample so many times, at least once. */
  void recordNanos(long nanos, long count) {
    record(Math.floorDiv(nanos + 500, 1_000L), count);
  }

  void recordMicros(long micros) {
    record(micros, 1);
  }

  private void record(long micros, long count) {
    long value = Math.clamp(micros, MIN_MICROS, MAX_MICROS);
    if (value != micros) {
      clamped += count;
    }
    histogram.recordValueWithCount(value, count);
    sumMicros += (double) value * count;
    maxMicros = Math.max(maxMicros, value);
  }

  void add(LatencyHistogram other) {
    histogram.add(other.histogram);
    sumMicros += other.sumMicros;
    maxMicros = Math.max(maxMicros, other.maxMicros);
    clamped += other.clamped;
  }

  long count() {
    return histogram.getTotalCount();
  }

  /** Absent without samples. */
  Optional<Latency> latency() {
    long count = count();
    return count == 0
        ? Optional.empty()
        : Optional.of(
            new Latency(
                count,
                Math.round(sumMicros / count),
                percentile(50),
                percentile(90),
                percentile(95),
                percentile(99),
                maxMicros,
                clamped,
                new Intervals(interval(0.5), interval(0.9), interval(0.95), interval(0.99))));
  }

  /** Absent where the sample is too small to bound the percentile on both sides. */
  private Optional<Interval> interval(double p) {
    long count = count();
    if (!OrderStatistics.exist(count, p)) {
      return Optional.empty();
    }
    OrderStatistics ranks = OrderStatistics.of(count, p);
    return Optional.of(new Interval(atRank(ranks.low()), atRank(ranks.high())));
  }

  private long atRank(long rank) {
    return percentile(100.0 * rank / count());
  }

  /** The histogram's value is the upper end of its bucket, which may lie above the maximum. */
  long percentile(double percentile) {
    return Math.min(maxMicros, histogram.getValueAtPercentile(percentile));
  }
}
