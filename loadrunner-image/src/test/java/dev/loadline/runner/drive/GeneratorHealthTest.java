package dev.loadline.runner.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.loadline.runner.contract.RunResult.Generator;
import dev.loadline.runner.drive.GeneratorHealth.Reading;
import dev.loadline.runner.measure.StageSummary;
import dev.loadline.runner.measure.Window;
import java.util.List;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class GeneratorHealthTest {
  private static Reading reading(long gcMillis, long cpuMillis, long throttled) {
    return new Reading(
        gcMillis, OptionalLong.of(cpuMillis * 1_000_000), OptionalLong.of(throttled));
  }

  @Test
  void sumsTheRiseOfEachCounterButTellsTheBusiestWindowsCpu() {
    GeneratorHealth health = new GeneratorHealth(2);
    health.window(1_000_000_000, reading(10, 500, 7), reading(13, 1_500, 8));
    health.window(3_000_000_000L, reading(50, 9_000, 20), reading(54, 9_600, 22));
    Generator generator = health.result();
    assertThat(generator.loops()).isEqualTo(2);
    assertThat(generator.gcPauseMillis()).isEqualTo(7);
    assertThat(generator.cpuShare().orElseThrow()).isCloseTo(0.5, within(1e-9));
    assertThat(generator.throttledPeriods()).hasValue(3);
    assertThat(generator.loopDelayP99Micros()).isEmpty();
  }

  @Test
  void whatOneReadingLacksIsAbsent() {
    GeneratorHealth health = new GeneratorHealth(1);
    health.window(1_000_000_000, reading(0, 0, 0), reading(0, 0, 0));
    health.window(
        1_000_000_000,
        reading(0, 0, 0),
        new Reading(0, OptionalLong.empty(), OptionalLong.empty()));
    assertThat(health.result().cpuShare()).isEmpty();
    assertThat(health.result().throttledPeriods()).isEmpty();
  }

  @Test
  void withoutAWindowThereIsNothingToTell() {
    Generator generator = new GeneratorHealth(1).result();
    assertThat(generator.cpuShare()).isEmpty();
    assertThat(generator.throttledPeriods()).isEmpty();
    assertThat(generator.loopDelayP99Micros()).isEmpty();
    assertThat(generator.portsExhausted()).isFalse();
  }

  @Test
  void loopDelaysOfAllLoopsAreMerged() {
    GeneratorHealth health = new GeneratorHealth(2);
    Histogram quiet = LoopDelay.newHistogram();
    quiet.recordValueWithCount(100, 98);
    Histogram late = LoopDelay.newHistogram();
    late.recordValueWithCount(5_000, 2);
    health.stage(List.of(quiet, late), new StageSummary(new Window(0, 1), List.of()));
    assertThat(health.result().loopDelayP99Micros().orElseThrow()).isBetween(5_000L, 5_003L);
  }

  @Test
  void aQuietStageDoesNotHideTheDelaysOfAnother() {
    GeneratorHealth health = new GeneratorHealth(1);
    for (long micros : new long[] {100, 5_000, 200}) {
      Histogram delays = LoopDelay.newHistogram();
      delays.recordValueWithCount(micros, micros == 5_000 ? 10 : 100_000);
      health.stage(List.of(delays), new StageSummary(new Window(0, 1), List.of()));
    }
    assertThat(health.result().loopDelayP99Micros().orElseThrow()).isBetween(5_000L, 5_003L);
  }

  @Test
  void readsThisProcess() {
    Reading reading = Reading.now(new CgroupCpu());
    assertThat(reading.cpuNanos().orElseThrow()).isPositive();
    assertThat(reading.gcMillis()).isNotNegative();
  }
}
