package dev.loadline.runner.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loadline.runner.contract.RunPlan.RequestBound;
import dev.loadline.runner.contract.StageResult;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which requests are good. */
class RequestBoundsTest {
  private static RequestBound bound(String metric, long maxMicros) {
    return new RequestBound(metric, maxMicros, Optional.empty());
  }

  @Test
  void goodRequestsKeepEveryBound() {
    Scene scene = Scene.openLoop(bound("ttft", 100_000), bound("e2eScheduled", 500_000));
    scene.sent(1_000).tokens(1_100, 1_500).succeeds(1_600);
    scene.sent(1_000).tokens(1_100.001, 1_200).succeeds(1_200);
    scene.intended(1_000).sentAt(1_100).tokens(1_150, 1_501).succeeds(1_501);
    scene.sent(500).tokens(550, 1_000).succeeds(1_000);
    scene.sent(1_900).tokens(1_950, 2_100).succeeds(2_100);
    scene.sent(1_000).fails(1_010, ErrorClass.HTTP_4XX, "");
    StageResult result = scene.result();
    assertThat(result.requests().good()).isEqualTo(2);
    assertThat(result.inWindow().good()).isEqualTo(2);
    assertThat(result.requests().completed()).isEqualTo(4);
    assertThat(result.inWindow().completed()).isEqualTo(4);
  }

  @Test
  void aBoundOfAnotherStageDoesNotBind() {
    Scene scene =
        Scene.openLoop(
            new RequestBound("ttft", 1, Optional.of("other")),
            new RequestBound("ttft", 100_000, Optional.of(Scene.STAGE)));
    scene.sent(1_100).tokens(1_200).succeeds(1_200);
    scene.sent(1_100).tokens(1_201).succeeds(1_201);
    assertThat(scene.result().requests().good()).isEqualTo(1);
  }

  @Test
  void aScheduledBoundDoesNotBindInAClosedLoop() {
    Scene scene = Scene.closedLoop(bound("ttftScheduled", 1));
    scene.sent(1_100).tokens(1_200).succeeds(1_200);
    assertThat(scene.result().requests().good()).isEqualTo(1);
  }

  @Test
  void oneTokenKeepsAnyPaceAndNoTokenKeepsNoLatency() {
    Scene pace = Scene.closedLoop(bound("tpot", 1), bound("maxGap", 1));
    pace.sent(1_100).tokens(1_200).succeeds(1_200);
    assertThat(pace.result().requests().good()).isEqualTo(1);
    Scene latency = Scene.closedLoop(bound("ttft", 1_000_000));
    latency.sent(1_100).plainJson(1_200).succeeds(1_200);
    assertThat(latency.result().requests().good()).isZero();
    assertThat(latency.result().requests().completed()).isEqualTo(1);
  }

  @Test
  void aBoundOnAPooledMetricIsRefused() {
    for (String pooled : new String[] {"itl", "itlPerToken"}) {
      assertThatThrownBy(() -> Scene.closedLoop(bound(pooled, 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("\"" + pooled + "\"");
    }
  }
}
