package dev.loadline.runner.drive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.measure.Window;
import org.junit.jupiter.api.Test;

class LoopDelayTest {
  private static final long MS = 1_000_000;

  @Test
  void aTickIsAsLateAsItRunsAfterItsInstant() {
    LoopDelay delay = new LoopDelay(new Window(0, 1_000 * MS), 0);
    assertThat(delay.run(2 * MS)).isEqualTo(10 * MS);
    assertThat(delay.run(11 * MS)).isEqualTo(20 * MS);
    assertThat(delay.histogram().getTotalCount()).isEqualTo(2);
    assertThat(delay.histogram().getMaxValue()).isBetween(2_000L, 2_001L);
    assertThat(delay.histogram().getMinValue()).isEqualTo(1_000);
  }

  @Test
  void aStallIsSeenByEveryTickThatItHeldUp() {
    LoopDelay delay = new LoopDelay(new Window(0, 1_000 * MS), 0);
    assertThat(delay.run(95 * MS)).isEqualTo(100 * MS);
    assertThat(delay.histogram().getTotalCount()).isEqualTo(10);
    assertThat(delay.histogram().getValueAtPercentile(50)).isBetween(45_000L, 55_100L);
  }

  @Test
  void onlyTicksThatAreDueInTheWindowCount() {
    LoopDelay delay = new LoopDelay(new Window(20 * MS, 40 * MS), 0);
    delay.run(19 * MS);
    assertThat(delay.histogram().getTotalCount()).isZero();
    delay.run(70 * MS);
    assertThat(delay.histogram().getTotalCount()).isEqualTo(2);
    assertThat(delay.histogram().getMaxValue()).isBetween(50_000L, 50_100L);
  }
}
