package dev.loadline.runner.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.StageResult;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a request shows that was cut off. */
class RecorderCutTest {
  private static Latency latency(StageResult result, Metric metric) {
    return Optional.ofNullable(result.latencies().get(metric)).orElseThrow();
  }

  private static Latency withCut(StageResult result, Metric metric) {
    return Optional.ofNullable(result.withCut().get(metric)).orElseThrow();
  }

  @Test
  void aCutRequestWithoutATokenCountsWithItsElapsedTime() {
    Scene scene = Scene.openLoop();
    scene.sent(1_100).tokens(1_200).succeeds(1_200);
    scene.intended(1_100).sentAt(1_200).isCut(2_300);
    StageResult result = scene.result();
    assertThat(latency(result, Metric.ttft).count()).isEqualTo(1);
    for (Metric metric : new Metric[] {Metric.ttft, Metric.ttfo, Metric.e2e}) {
      assertThat(withCut(result, metric).count()).as(metric.name()).isEqualTo(2);
      assertThat(withCut(result, metric).max()).as(metric.name()).isEqualTo(1_100_000);
    }
    assertThat(withCut(result, Metric.ttftScheduled).max()).isEqualTo(1_200_000);
    assertThat(withCut(result, Metric.e2eScheduled).max()).isEqualTo(1_200_000);
    assertThat(result.withCut().keySet())
        .doesNotContain(Metric.tpot, Metric.maxGap, Metric.itl, Metric.sendLag, Metric.ttfb);
  }

  @Test
  void aCutRequestKeepsTheLatenciesThatItHasShown() {
    Scene scene = Scene.openLoop();
    scene.intended(1_090).sentAt(1_100).token(1_150, false, 0).token(1_200, true, 0).isCut(2_100);
    StageResult result = scene.result();
    assertThat(withCut(result, Metric.ttft).max()).isEqualTo(50_000);
    assertThat(withCut(result, Metric.ttftScheduled).max()).isEqualTo(60_000);
    assertThat(withCut(result, Metric.ttfo).max()).isEqualTo(100_000);
    assertThat(withCut(result, Metric.e2e).max()).isEqualTo(1_000_000);
    assertThat(withCut(result, Metric.e2eScheduled).max()).isEqualTo(1_010_000);
    assertThat(withCut(result, Metric.maxGap).max()).isEqualTo(900_000);
    // (1200 − 1150)/(2 − 1), less than (2100 − 1150)/(10 − 1).
    assertThat(withCut(result, Metric.tpot).max()).isEqualTo(50_000);
    assertThat(result.latencies()).isEmpty();
  }

  @Test
  void aStalledRequestsPaceIsBoundedByTheTokensThatWereAskedFor() {
    Scene scene = Scene.closedLoop();
    scene.sent(1_100).tokens(1_150, 1_550).isCut(2_050);
    // (2050 − 1150)/(10 − 1), less than (1550 − 1150)/(2 − 1).
    assertThat(withCut(scene.result(), Metric.tpot).max()).isEqualTo(100_000);
    assertThat(withCut(scene.result(), Metric.maxGap).max()).isEqualTo(500_000);
  }

  @Test
  void nothingIsCensoredWhereNothingWasCut() {
    Scene scene = Scene.openLoop();
    scene.sent(1_100).tokens(1_200, 1_300).succeeds(1_300);
    scene.sent(500).isCut(2_500);
    assertThat(scene.result().requests().cut()).isZero();
    assertThat(scene.result().withCut()).isEmpty();
  }

  @Test
  void whatIsNeverSentIsCutAtItsElapsedTime() {
    Scene scene = Scene.openLoop();
    scene.sent(1_100).tokens(1_200).succeeds(1_200);
    scene.recorder.neverSent(Scene.ms(1_500), Scene.ms(3_000), 3_000_000_000L);
    scene.recorder.neverSent(Scene.ms(999), Scene.ms(3_000), 7);
    StageResult result = scene.result();
    assertThat(result.requests().sent()).isEqualTo(3_000_000_001L);
    assertThat(result.requests().cut()).isEqualTo(3_000_000_000L);
    assertThat(result.inWindow().sent()).isEqualTo(1);
    for (Metric metric :
        new Metric[] {
          Metric.ttft, Metric.ttfo, Metric.e2e, Metric.ttftScheduled, Metric.e2eScheduled
        }) {
      assertThat(withCut(result, metric).count()).as(metric.name()).isEqualTo(3_000_000_001L);
      assertThat(withCut(result, metric).mean()).as(metric.name()).isEqualTo(1_500_000);
    }
    assertThat(scene.recorder.snapshot().sent()).isEqualTo(3_000_000_008L);
    assertThat(scene.recorder.snapshot().inFlight()).isZero();
    Scene closed = Scene.closedLoop();
    closed.recorder.neverSent(Scene.ms(1_500), Scene.ms(3_000), 1);
    assertThat(closed.result().withCut().keySet())
        .containsExactlyInAnyOrder(Metric.ttft, Metric.ttfo, Metric.e2e);
  }
}
