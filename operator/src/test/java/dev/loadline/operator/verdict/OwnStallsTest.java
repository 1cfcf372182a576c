package dev.loadline.operator.verdict;

import static dev.loadline.operator.verdict.Measured.latency;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.plan.Objective;
import dev.loadline.operator.plan.Objective.FigureName;
import dev.loadline.operator.plan.Objective.Statistic;
import dev.loadline.runner.contract.RunResult.Metric;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that stalls is blamed; one that a stall of the load runner makes look so is not. */
class OwnStallsTest {
  private static final Objective NO_GAP_ABOVE_50 =
      Measured.max(Metric.maxGap, Statistic.p95, 50_000);

  private final Measured stage = new Measured("steady");

  private Judgement judged(long loopDelayMicros, long pauseMillis, Objective... objectives) {
    MeasuredGenerator generator = new MeasuredGenerator();
    generator.longestLoopDelayMicros = OptionalLong.of(loopDelayMicros);
    generator.longestGcPauseMillis = OptionalLong.of(pauseMillis);
    return Judge.judge(Measured.of(generator, stage), List.of(objectives));
  }

  @ParameterizedTest
  @CsvSource({
    "50000, 45000, 45, ObjectivesMet",
    "62000, 4000, 4, ObjectiveMissed",
    "62000, 11999, 11, ObjectiveMissed",
    "62000, 12000, 11, GeneratorSaturated",
    "62000, 4000, 12, GeneratorSaturated",
    "96000, 45000, 45, ObjectiveMissed",
  })
  void aLongestGapIsMissedOnlyIfItWouldBeWithoutTheLongestStall(
      long gap, long loopDelay, long pause, String reason) {
    stage.latencies.put(Metric.maxGap, latency(1000, gap));
    assertThat(judged(loopDelay, pause, NO_GAP_ABOVE_50).reason()).isEqualTo(reason);
  }

  /** One request that the longest stall has hit is the maximum; a percentile it cannot be. */
  @ParameterizedTest
  @CsvSource({
    "itl, max, 45000, GeneratorSaturated",
    "ttft, max, 45000, GeneratorSaturated",
    "ttfo, max, 45000, GeneratorSaturated",
    "tpot, max, 45000, GeneratorSaturated",
    "e2e, max, 45000, GeneratorSaturated",
    "e2e, max, 4000, ObjectiveMissed",
    "e2e, p99, 45000, ObjectiveMissed",
  })
  void aMaximumIsMissedOnlyIfItWouldBeWithoutTheLongestStall(
      Metric metric, Statistic statistic, long loopDelay, String reason) {
    stage.latencies.put(metric, latency(1000, 62_000));
    Objective objective = Measured.max(metric, statistic, 50_000);
    assertThat(judged(loopDelay, 4, objective).reason()).isEqualTo(reason);
  }

  @Test
  void saysWhatIsInDoubt() {
    stage.latencies.put(Metric.maxGap, latency(1000, 62_000));
    assertThat(judged(45_000, 45, NO_GAP_ABOVE_50).message())
        .isEqualTo(
            "the measurement is not valid: maxGap p95 62ms in steady with stalls of the load"
                + " runner's own of up to 45ms (bound max 50000us without them)");
  }

  @Test
  void leavesRunsAloneThatDoNotJudgeIt() {
    stage.latencies.put(Metric.maxGap, latency(1000, 62_000));
    Objective ttft = Measured.max(Metric.ttft, Statistic.p95, 300_000);
    assertThat(judged(45_000, 45, ttft).reason()).isEqualTo("ObjectivesMet");
    assertThat(judged(45_000, 45, ttft, Measured.reported(NO_GAP_ABOVE_50)).reason())
        .isEqualTo("ObjectivesMet");
  }

  @Test
  void anotherObjectiveThatIsMissedForSureDecides() {
    stage.latencies.put(Metric.maxGap, latency(1000, 62_000));
    Objective ttft = Measured.max(Metric.ttft, Statistic.p95, 100_000);
    assertThat(judged(45_000, 45, NO_GAP_ABOVE_50, ttft).reason()).isEqualTo("ObjectiveMissed");
  }

  /** Of 1,000 requests 900 are good, which keep the bound on maxGap too. */
  @ParameterizedTest
  @CsvSource({"5000, ObjectiveMissed", "5001, GeneratorSaturated"})
  void theShareOfGoodRequestsIsInDoubtWhereStallsAreLongBesideTheBound(
      long loopDelay, String reason) {
    stage.good = 900;
    stage.latencies.put(Metric.maxGap, latency(1000, 20_000));
    Objective good = Measured.min(FigureName.goodFraction, "0.95");
    assertThat(judged(loopDelay, 3, NO_GAP_ABOVE_50, good).reason()).isEqualTo(reason);
    assertThat(judged(loopDelay, 3, good).reason()).isEqualTo("ObjectiveMissed");
  }
}
