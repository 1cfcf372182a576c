package dev.loadline.runner.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.contract.RunResult.Latency;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
  @Test
  void percentilesHaveThreeSignificantDigits() {
    LatencyHistogram histogram = new LatencyHistogram();
    for (long micros = 1; micros <= 100_000; micros++) {
      histogram.recordMicros(micros);
    }
    Latency latency = histogram.latency().orElseThrow();
    assertThat(latency.count()).isEqualTo(100_000);
    assertThat(latency.mean()).isEqualTo(50_001);
    assertThat(latency.p50()).isBetween(50_000L, 50_050L);
    assertThat(latency.p90()).isBetween(90_000L, 90_090L);
    assertThat(latency.p95()).isBetween(95_000L, 95_095L);
    assertThat(latency.p99()).isBetween(99_000L, 99_099L);
    assertThat(latency.max()).isEqualTo(100_000);
    assertThat(latency.clamped()).isZero();
  }

  @Test
  void noPercentileExceedsTheMaximum() {
    LatencyHistogram histogram = new LatencyHistogram();
    histogram.recordMicros(1_000_001);
    assertThat(histogram.latency().orElseThrow().p99()).isEqualTo(1_000_001);
  }

  @Test
  void roundsToMicroseconds() {
    LatencyHistogram histogram = new LatencyHistogram();
    histogram.recordNanos(1_499);
    histogram.recordNanos(2_500);
    assertThat(histogram.latency().orElseThrow().mean()).isEqualTo(2);
    assertThat(histogram.latency().orElseThrow().max()).isEqualTo(3);
  }

  @Test
  void samplesOutsideTheRangeCountAtItsEdges() {
    LatencyHistogram histogram = new LatencyHistogram();
    histogram.recordNanos(0);
    histogram.recordNanos(-5_000_000);
    histogram.recordMicros(LatencyHistogram.MAX_MICROS);
    histogram.recordMicros(LatencyHistogram.MAX_MICROS + 1);
    LatencyHistogram merged = new LatencyHistogram();
    merged.add(histogram);
    Latency latency = merged.latency().orElseThrow();
    assertThat(latency.count()).isEqualTo(4);
    assertThat(latency.clamped()).isEqualTo(3);
    assertThat(latency.p50()).isEqualTo(1);
    assertThat(latency.max()).isEqualTo(3_600_000_000L);
  }

  @Test
  void noSampleIsNoLatency() {
    assertThat(new LatencyHistogram().latency()).isEmpty();
  }
}
