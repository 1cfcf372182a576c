package dev.loadline.runner.measure;

import dev.loadline.runner.contract.StageResult.Length;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * Lengths of prompts or answers in tokens: an HdrHistogram of 3 significant digits, exact to 2,047.
 * Mean, minimum and maximum are exact.
 */
final class LengthHistogram {
  private static final int DIGITS = 3;
  private static final double HUNDREDTHS = 100;

  private final Histogram histogram = new Histogram(DIGITS);
  private long sum;
  private long min = Long.MAX_VALUE;
  private long max;

  void record(long tokens) {
    histogram.recordValue(tokens);
    sum += tokens;
    min = Math.min(min, tokens);
    max = Math.max(max, tokens);
  }

  void add(LengthHistogram other) {
    histogram.add(other.histogram);
    sum += other.sum;
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
  }

  /** Absent without samples. */
  Optional<Length> length() {
    long count = histogram.getTotalCount();
    return count == 0
        ? Optional.empty()
        : Optional.of(
            new Length(
                count,
                Math.round(HUNDREDTHS * sum / count) / HUNDREDTHS,
                min,
                percentile(50),
                percentile(90),
                percentile(99),
                max));
  }

  private long percentile(double percentile) {
    return Math.min(max, histogram.getValueAtPercentile(percentile));
  }
}
