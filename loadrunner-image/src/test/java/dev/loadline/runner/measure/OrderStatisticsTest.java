package dev.loadline.runner.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrderStatisticsTest {
  /** np ± 1.96·√(np(1 − p)), both rounded up: computed by hand from Conover's formula. */
  @ParameterizedTest
  @CsvSource({
    "11, 0.5, 3, 9",
    "100, 0.5, 41, 60",
    "1000, 0.5, 470, 531",
    "64, 0.9, 53, 63",
    "1000, 0.9, 882, 919",
    "130, 0.95, 119, 129",
    "1000, 0.95, 937, 964",
    "662, 0.99, 651, 661",
    "10000, 0.99, 9881, 9920",
  })
  void ranksLieAroundThePercentile(long samples, double p, long low, long high) {
    assertThat(OrderStatistics.of(samples, p)).isEqualTo(new OrderStatistics(low, high));
    assertThat(OrderStatistics.exist(samples, p)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"3, 0.5", "10, 0.9", "20, 0.95", "100, 0.99", "1, 0.5"})
  void smallSamplesBoundNoPercentileOnBothSides(long samples, double p) {
    assertThat(OrderStatistics.exist(samples, p)).isFalse();
  }

  /** The interval holds the percentile if low ≤ K < high, K the binomial count of samples below. */
  @ParameterizedTest
  @CsvSource({"0.5, 11", "0.9, 64", "0.95, 130", "0.99, 662"})
  void coverageIsCloseToNinetyFivePercentFromTheSmallestSampleOn(double p, int smallest) {
    double sum = 0;
    for (int n = smallest; n < smallest + 300; n++) {
      double coverage = coverage(n, p);
      assertThat(coverage).isBetween(0.92, 0.98);
      sum += coverage;
    }
    assertThat(sum / 300).isBetween(0.945, 0.955);
  }

  @Test
  void intervalsComeFromTheMergedHistogram() {
    LatencyHistogram one = new LatencyHistogram();
    LatencyHistogram other = new LatencyHistogram();
    for (int i = 1; i <= 1000; i++) {
      (i % 3 == 0 ? one : other).recordMicros(i);
    }
    one.add(other);

    assertThat(one.latency().orElseThrow().intervals().p50().orElseThrow().low()).isEqualTo(470);
    assertThat(one.latency().orElseThrow().intervals().p50().orElseThrow().high()).isEqualTo(531);
    assertThat(one.latency().orElseThrow().intervals().p95().orElseThrow().high()).isEqualTo(964);
  }

  private static double coverage(int n, double p) {
    OrderStatistics ranks = OrderStatistics.of(n, p);
    double logProbability = n * Math.log(1 - p);
    double sum = 0;
    for (int k = 0; k < ranks.high(); k++) {
      sum += k >= ranks.low() ? Math.exp(logProbability) : 0;
      logProbability += Math.log((double) (n - k) / (k + 1)) + Math.log(p / (1 - p));
    }
    return sum;
  }
}
