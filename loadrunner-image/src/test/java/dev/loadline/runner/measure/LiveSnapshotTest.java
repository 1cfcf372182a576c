package dev.loadline.runner.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.contract.RunResult.Metric;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveSnapshotTest {
  private static BucketCounts buckets(LiveSnapshot snapshot, Metric metric) {
    return snapshot.buckets().getOrDefault(metric, new BucketCounts());
  }

  @Test
  void countsEverythingSinceTheStageBegan() {
    Scene scene = Scene.closedLoop();
    scene.sent(500).tokens(600, 610).succeeds(610);
    scene.sent(1_100).token(1_200, true, 3).fails(1_210, ErrorClass.RESET, "");
    scene.sent(1_100).isCut(1_300);
    Scene.Call running = scene.sent(1_100);
    LiveSnapshot snapshot = scene.recorder.snapshot();
    assertThat(snapshot.sent()).isEqualTo(4);
    assertThat(snapshot.completed()).isEqualTo(1);
    assertThat(snapshot.failed()).isEqualTo(1);
    assertThat(snapshot.inFlight()).isEqualTo(1);
    assertThat(snapshot.tokens()).isEqualTo(5);
    running.succeeds(1_400);
    assertThat(snapshot.completed()).isEqualTo(1);
    assertThat(scene.recorder.snapshot().inFlight()).isZero();
  }

  @Test
  void latenciesBeginAnewWithTheWindow() {
    Scene scene = Scene.closedLoop();
    assertThat(scene.recorder.snapshot().ttftMicros(50)).isEmpty();
    scene.sent(100).tokens(900).succeeds(900);
    assertThat(scene.recorder.snapshot().ttftMicros(50).orElseThrow())
        .isBetween(800_000L, 808_000L);
    scene.sent(1_100).tokens(1_200).succeeds(1_200);
    scene.sent(100).tokens(1_200).succeeds(1_200);
    assertThat(scene.recorder.snapshot().ttftMicros(99).orElseThrow())
        .isBetween(100_000L, 101_000L);
  }

  @Test
  void bucketsHoldTheWindowsSuccesses() {
    Scene scene = Scene.closedLoop();
    scene.sent(500).tokens(600).succeeds(600);
    scene.sent(1_100).tokens(1_200).succeeds(1_200);
    scene.sent(1_100).tokens(1_200.001).succeeds(1_201);
    LiveSnapshot snapshot = scene.recorder.snapshot();
    BucketCounts ttft = buckets(snapshot, Metric.ttft);
    int bucket = Arrays.binarySearch(BucketCounts.boundsSeconds(), 0.1);
    assertThat(ttft.counts()[bucket]).isEqualTo(1);
    assertThat(ttft.counts()[bucket + 1]).isEqualTo(1);
    assertThat(ttft.count()).isEqualTo(2);
    assertThat(ttft.sumSeconds()).isEqualTo(0.200001);
    assertThat(buckets(snapshot, Metric.tpot).count()).isZero();
  }

  @Test
  void anOpenLoopShowsLatenciesFromTheIntendedInstantAsWell() {
    Scene open = Scene.openLoop();
    open.intended(1_100).sentAt(1_200).tokens(1_300).succeeds(1_300);
    LiveSnapshot snapshot = LiveSnapshot.sum(List.of(open.recorder.snapshot()));
    assertThat(snapshot.ttftMicros(50).orElseThrow()).isBetween(100_000L, 101_000L);
    assertThat(snapshot.ttftScheduledMicros(50).orElseThrow()).isBetween(200_000L, 202_000L);
    assertThat(buckets(snapshot, Metric.ttftScheduled).sumSeconds()).isEqualTo(0.2);
    Scene closed = Scene.closedLoop();
    closed.intended(1_100).sentAt(1_200).tokens(1_300).succeeds(1_300);
    snapshot = LiveSnapshot.sum(List.of(closed.recorder.snapshot()));
    assertThat(snapshot.ttftScheduledMicros(50)).isEmpty();
    assertThat(snapshot.buckets()).doesNotContainKey(Metric.ttftScheduled);
  }

  @Test
  void gapsBetweenTokensArePooledOverTheWindowsSuccesses() {
    Scene scene = Scene.closedLoop();
    scene.sent(500).tokens(600, 700).succeeds(700);
    scene.sent(1_100).tokens(1_200, 1_210, 1_240).succeeds(1_240);
    scene.sent(1_100).tokens(1_200, 1_300).fails(1_300, ErrorClass.RESET, "");
    BucketCounts itl = buckets(scene.recorder.snapshot(), Metric.itl);
    assertThat(itl.count()).isEqualTo(2);
    assertThat(itl.sumSeconds()).isEqualTo(0.04);
  }

  @Test
  void addsTheLoopsOfAStage() {
    Scene one = Scene.closedLoop();
    Scene other = Scene.closedLoop();
    one.sent(1_100).tokens(1_200).succeeds(1_200);
    other.sent(1_100).tokens(1_300).succeeds(1_300);
    other.sent(1_100);
    LiveSnapshot sum =
        LiveSnapshot.sum(List.of(one.recorder.snapshot(), other.recorder.snapshot()));
    assertThat(sum.sent()).isEqualTo(3);
    assertThat(sum.completed()).isEqualTo(2);
    assertThat(sum.inFlight()).isEqualTo(1);
    assertThat(sum.tokens()).isEqualTo(2);
    assertThat(sum.ttftMicros(50).orElseThrow()).isBetween(100_000L, 101_000L);
    assertThat(sum.ttftMicros(99).orElseThrow()).isBetween(200_000L, 202_000L);
    assertThat(buckets(sum, Metric.e2e).count()).isEqualTo(2);
  }
}
