package dev.loadline.runner.measure;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gaps between a request's tokens, which are kept until its end. */
class RecorderGapsTest {
  private static final long KIBIBYTE = 1 << 10;

  private static Latency latency(Scene scene, Metric metric) {
    return Optional.ofNullable(scene.result().latencies().get(metric)).orElseThrow();
  }

  /** A gateway that flushes two events of one token each 40 ms. */
  @Test
  void tokensThatOneReadBroughtShareTheGapBeforeThem() {
    Scene scene = Scene.closedLoop();
    Scene.Call call = scene.sent(1_000);
    for (int flush = 0; flush <= 10; flush++) {
      call.token(1_040 + 40 * flush, true, 1).token(1_040 + 40 * flush, true, 1);
    }
    call.usage(1, 22, -1).succeeds(1_441);
    assertThat(latency(scene, Metric.itl).count()).isEqualTo(10);
    assertThat(latency(scene, Metric.itl).mean()).isEqualTo(40_000);
    assertThat(latency(scene, Metric.itlPerToken).count()).isEqualTo(10);
    assertThat(latency(scene, Metric.itlPerToken).mean()).isEqualTo(20_000);
  }

  @Test
  void aReadThatEndsWithAPieceOfATokenCountsThoseBeforeIt() {
    Scene scene = Scene.closedLoop();
    scene
        .sent(1_100)
        .token(1_200, true, 1)
        .token(1_260, true, 2)
        .token(1_260, true, 0)
        .token(1_290, true, 1)
        .succeeds(1_290);
    assertThat(latency(scene, Metric.itlPerToken).count()).isEqualTo(2);
    assertThat(latency(scene, Metric.itlPerToken).mean()).isEqualTo(30_000);
  }

  /** Gaps and tokens too large for four bytes among others, over the end of a block. */
  @ParameterizedTest
  @ValueSource(ints = {0, 253, 254, 255, 256})
  void gapsAndTokensOfAnySizeAreKept(int before) {
    Recorder recorder =
        new Recorder(
            new Window(0, Long.MAX_VALUE), RequestBounds.of(List.of(), "s", false), false, 1 << 20);
    RecordedRequest request = recorder.begin(1, RequestedTokens.ofOutput(1));
    request.timeline().sent(1);
    for (int i = 0; i < before; i++) {
      request.gap(1_000_000, 1);
    }
    request.gap(67_108_863_000L, 1);
    request.gap(64_000_000, 64);
    request.gap(3_000_000_000_000L, 1_000);
    request.gap(63_000_000, 63);
    request.timeline().succeed(2);
    recorder.end(request);
    Latency itl =
        Optional.ofNullable(recorder.latencies().latencies().get(Metric.itl)).orElseThrow();
    assertThat(itl.count()).isEqualTo(before + 4);
    assertThat(itl.max()).isEqualTo(3_000_000_000L);
    assertThat(itl.mean())
        .isEqualTo(Math.round((1_000.0 * before + 3_067_235_863.0) / (before + 4)));
    Latency perToken =
        Optional.ofNullable(recorder.latencies().latencies().get(Metric.itlPerToken)).orElseThrow();
    assertThat(perToken.mean())
        .isEqualTo(Math.round((1_000.0 * before + 67_108_863 + 3_002_000) / (before + 4)));
  }

  @Test
  void manyLongAnswersTakeNoMoreMemoryThanThereIsAndLoseNoGap() {
    Scene scene = Scene.closedLoop(64 * KIBIBYTE);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    List<Scene.Call> calls =
        IntStream.range(0, 20).mapToObj(_ -> scene.sent(1_000).token(1_000, true, 1)).toList();
    calls.forEach(call -> call.token(1_000.1, true, 1).token(1_000.2, true, 1));
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 3; i <= 5_000; i++) {
      for (Scene.Call call : calls) {
        call.token(1_000 + 0.1 * i, true, 1);
      }
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    calls.forEach(call -> call.succeeds(1_501));
    assertThat(latency(scene, Metric.itl).count()).isEqualTo(20 * 5_000);
    assertThat(latency(scene, Metric.itlPerToken).count()).isEqualTo(20 * 5_000);
    // The gaps themselves are 400 KB; the histograms are made meanwhile.
    assertThat(allocated).isLessThan(1_000 * KIBIBYTE);
  }

  @Test
  void theMemoryOfRequestsThatHaveEndedServesTheNext() {
    Scene scene = Scene.closedLoop(4 * KIBIBYTE);
    for (int request = 0; request < 10; request++) {
      Scene.Call call = scene.sent(1_000);
      for (int i = 0; i <= 1_000; i++) {
        call.tokens(1_000 + 0.5 * i);
      }
      call.fails(1_501, ErrorClass.RESET, "");
    }
    assertThat(scene.result().latencies()).doesNotContainKey(Metric.itl);
  }

  @Test
  void gapsThatMemoryDoesNotHoldCountEvenIfTheRequestFailsThen() {
    Scene scene = Scene.closedLoop(KIBIBYTE);
    Scene.Call warmingUp = scene.sent(500);
    for (int i = 0; i <= 1_000; i++) {
      warmingUp.tokens(500 + 0.5 * i);
    }
    warmingUp.succeeds(1_001);
    assertThat(scene.result().latencies()).doesNotContainKey(Metric.itl);
    Scene.Call call = scene.sent(1_000);
    for (int i = 0; i <= 1_000; i++) {
      call.tokens(1_000 + 0.5 * i);
    }
    call.fails(1_501, ErrorClass.RESET, "");
    assertThat(latency(scene, Metric.itl).count()).isBetween(700L, 1_000L);
    assertThat(scene.recorder.snapshot().buckets().get(Metric.itl).count())
        .isEqualTo(latency(scene, Metric.itl).count());
  }
}
