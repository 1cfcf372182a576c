package dev.loadline.operator.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.plan.Objective.Statistic;
import dev.loadline.runner.contract.RunResult.Intervals;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import java.math.BigDecimal;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StageMeasurementTest {
  private final Measured measured = new Measured("steady");

  @Test
  void dividesFailuresByAllThatEndedAndLeavesOutTheCut() {
    measured.completed = 970;
    measured.failed = 10;
    measured.cut = 20;
    measured.good = 490;
    assertThat(measured.stage().errorRate().orElseThrow())
        .isEqualByComparingTo(
            BigDecimal.valueOf(10)
                .divide(BigDecimal.valueOf(980), java.math.MathContext.DECIMAL64));
    assertThat(measured.stage().goodFraction().orElseThrow()).isEqualByComparingTo("0.5");
  }

  @Test
  void dividesWhatEndedInTheWindowByItsLength() {
    measured.windowMicros = 30_000_000;
    StageMeasurement stage = measured.stage();
    assertThat(stage.requestsPerSecond().orElseThrow()).isEqualByComparingTo("33");
    assertThat(stage.outputTokensPerSecond().orElseThrow()).isEqualByComparingTo("1056");
    assertThat(stage.totalTokensPerSecond().orElseThrow()).isEqualByComparingTo("4356");
    assertThat(stage.goodputRequestsPerSecond().orElseThrow().doubleValue())
        .isCloseTo(32.666667, org.assertj.core.data.Offset.offset(1e-6));
    assertThat(stage.concurrencyMean().orElseThrow()).isEqualByComparingTo("16");
  }

  @Test
  void saysNothingWhereThereIsNothingToSay() {
    measured.completed = 0;
    measured.failed = 0;
    measured.windowMicros = 0;
    measured.endedInWindowInputTokens = OptionalLong.empty();
    StageMeasurement stage = measured.stage();
    assertThat(stage.errorRate()).isEmpty();
    assertThat(stage.goodFraction()).isEmpty();
    assertThat(stage.requestsPerSecond()).isEmpty();
    assertThat(stage.outputTokensPerSecond()).isEmpty();
    assertThat(stage.totalTokensPerSecond()).isEmpty();
    assertThat(stage.concurrencyMean()).isEmpty();
    assertThat(stage.statistic(Metric.tpot, Statistic.max)).isEmpty();
  }

  @Test
  void leavesTotalTokensOutIfTheServerNeverSaidHowManyWentIn() {
    measured.endedInWindowInputTokens = OptionalLong.empty();
    assertThat(measured.stage().totalTokensPerSecond()).isEmpty();
  }

  /** The table of MLPerf Endpoints at 99 % confidence. */
  @ParameterizedTest
  @CsvSource({"mean, 1", "max, 1", "p50, 11", "p90, 64", "p95, 130", "p99, 662"})
  void showsAStatisticFromItsSmallestSampleOn(Statistic statistic, long smallest) {
    assertThat(SmallestSample.of(statistic)).isEqualTo(smallest);
    assertThat(with(smallest).statistic(Metric.e2e, statistic)).isPresent();
    assertThat(with(smallest - 1).statistic(Metric.e2e, statistic)).isEmpty();
  }

  private StageMeasurement with(long count) {
    measured.latencies.put(Metric.e2e, Measured.latency(count, 5));
    return measured.stage();
  }

  @Test
  void readsEachStatisticFromItsOwnField() {
    measured.latencies.put(Metric.e2e, new Latency(1000, 1, 2, 3, 4, 5, 6, 0, Intervals.NONE));
    Statistic[] order = {
      Statistic.mean, Statistic.p50, Statistic.p90, Statistic.p95, Statistic.p99, Statistic.max
    };
    for (int i = 0; i < order.length; i++) {
      assertThat(measured.stage().statistic(Metric.e2e, order[i])).hasValue(i + 1);
    }
  }
}
