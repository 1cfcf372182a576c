package dev.loadline.runner.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.contract.RunResult.ErrorCount;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.StageResult;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What counts where, by requests whose every instant is given. */
class RecorderTest {
  private static Latency latency(StageResult result, Metric metric) {
    return Optional.ofNullable(result.latencies().get(metric)).orElseThrow();
  }

  private static Latency withCut(StageResult result, Metric metric) {
    return Optional.ofNullable(result.withCut().get(metric)).orElseThrow();
  }

  @Test
  void countsTheRequestsThatWereSentInTheWindow() {
    Scene scene = Scene.closedLoop();
    assertThat(scene.sent(999.999).tokens(1_500).succeeds(1_500)).isFalse();
    assertThat(scene.sent(1_000).tokens(1_500).succeeds(1_500)).isTrue();
    assertThat(scene.sent(1_999.999).tokens(2_500).succeeds(2_500)).isTrue();
    assertThat(scene.sent(2_000).tokens(2_500).succeeds(2_500)).isFalse();
    StageResult result = scene.result();
    assertThat(result.requests().sent()).isEqualTo(2);
    assertThat(result.requests().completed()).isEqualTo(2);
    assertThat(latency(result, Metric.ttft).count()).isEqualTo(2);
    assertThat(result.window().micros()).isEqualTo(1_000_000);
  }

  @Test
  void anOpenLoopsRequestsCountWhereTheyWereDueHoweverLateTheyWereSent() {
    Scene scene = Scene.openLoop();
    assertThat(scene.intended(999).sentAt(1_050).tokens(1_100).succeeds(1_100)).isFalse();
    assertThat(scene.intended(1_999).sentAt(2_400).tokens(2_500).succeeds(2_500)).isTrue();
    assertThat(scene.intended(2_000).sentAt(2_001).tokens(2_500).succeeds(2_500)).isFalse();
    assertThat(scene.result().requests().sent()).isEqualTo(1);
    assertThat(latency(scene.result(), Metric.ttftScheduled).max()).isEqualTo(501_000);
  }

  @Test
  void aClosedLoopsRequestsCountWhereTheyWereSent() {
    Scene scene = Scene.closedLoop();
    assertThat(scene.intended(999).sentAt(1_050).tokens(1_100).succeeds(1_100)).isTrue();
    assertThat(scene.intended(1_999).sentAt(2_400).tokens(2_500).succeeds(2_500)).isFalse();
  }

  @Test
  void timeInFlightBeginsWithConnecting() {
    Scene scene = Scene.closedLoop();
    scene.intended(1_100).connected(1_100, 1_150).sentAt(1_151).tokens(1_190).succeeds(1_200);
    scene.intended(1_300).connecting(1_310).fails(1_340, ErrorClass.CONNECT, "refused");
    scene.sent(1_400).reconnected().connected(1_420, 1_430).tokens(1_450).succeeds(1_450);
    assertThat(scene.result().inWindow().inFlightMicros()).isEqualTo(100_000 + 30_000 + 50_000);
  }

  @Test
  void aReconnectAfterTheFirstByteIsNoExcuseForTheLagBeforeIt() {
    Scene scene = Scene.openLoop();
    scene
        .intended(1_100)
        .sentAt(1_107)
        .reconnected()
        .connected(1_108, 1_109)
        .tokens(1_200)
        .succeeds(1_200);
    assertThat(latency(scene.result(), Metric.sendLag).max()).isEqualTo(7_000);
  }

  @Test
  void everySentRequestIsCompletedFailedOrCut() {
    Scene scene = Scene.closedLoop();
    scene.sent(1_100).tokens(1_200).succeeds(1_200);
    scene.sent(1_100).fails(1_200, ErrorClass.HTTP_5XX, "HTTP 500");
    scene.sent(1_100).fails(1_200, ErrorClass.RESET, "reset");
    scene.sent(1_100).isCut(2_500);
    StageResult result = scene.result();
    assertThat(result.requests().sent()).isEqualTo(4);
    assertThat(result.requests().completed()).isEqualTo(1);
    assertThat(result.requests().failed()).isEqualTo(2);
    assertThat(result.requests().cut()).isEqualTo(1);
  }

  @Test
  void failuresAreListedByClassMostFrequentFirstWithTheirFirstMessage() {
    Scene scene = Scene.closedLoop();
    scene.sent(1_100).fails(1_200, ErrorClass.HTTP_5XX, "HTTP 500: first");
    scene.sent(1_100).fails(1_200, ErrorClass.OVERLOAD, "");
    scene.sent(1_100).fails(1_200, ErrorClass.OVERLOAD, "x".repeat(300));
    scene.sent(1_100).isCut(2_500);
    scene.sent(500).fails(1_200, ErrorClass.RESET, "not sent in the window");
    assertThat(scene.result().errors())
        .containsExactly(
            new ErrorCount("overload", 2, Optional.of("x".repeat(199) + "…")),
            new ErrorCount("http_5xx", 1, Optional.of("HTTP 500: first")));
  }

  @Test
  void aRequestThatNeverGotAConnectionCountsAtItsIntendedInstant() {
    Scene scene = Scene.closedLoop();
    assertThat(scene.intended(1_100).fails(1_101, ErrorClass.CONNECT, "refused")).isTrue();
    assertThat(scene.intended(900).fails(1_101, ErrorClass.CONNECT, "refused")).isFalse();
    StageResult result = scene.result();
    assertThat(result.requests().sent()).isEqualTo(1);
    assertThat(result.requests().failed()).isEqualTo(1);
    assertThat(result.inWindow().inFlightMicros()).isZero();
  }

  @Test
  void failedRequestsAppearInNoLatencyAndNoTokenCount() {
    Scene scene = Scene.closedLoop();
    scene
        .sent(1_100)
        .tokens(1_200, 1_220, 1_240)
        .usage(5, 3, 1)
        .fails(1_300, ErrorClass.TRUNCATED, "");
    StageResult result = scene.result();
    assertThat(result.latencies()).isEmpty();
    assertThat(result.withCut()).isEmpty();
    assertThat(result.tokens().output()).isZero();
    assertThat(result.tokens().input()).isEmpty();
    assertThat(result.tokens().cached()).isEmpty();
    assertThat(result.tokens().requested()).isZero();
    assertThat(result.tokens().perEvent()).isEmpty();
    assertThat(result.requests().good()).isZero();
    assertThat(result.inWindow().completed()).isZero();
  }

  @Test
  void eachLatencyOfARequestFollowsItsFormula() {
    Scene scene = Scene.openLoop();
    scene
        .intended(1_000)
        .connected(1_001, 1_004)
        .sentAt(1_005)
        .headers(1_050)
        .chunk(1_095)
        .token(1_105, false, 1)
        .token(1_125, true, 2)
        .token(1_155, true, 3)
        .usage(7, 6, -1)
        .succeeds(1_200);
    StageResult result = scene.result();
    assertThat(latency(result, Metric.ttft).max()).isEqualTo(100_000);
    assertThat(latency(result, Metric.ttftScheduled).max()).isEqualTo(105_000);
    assertThat(latency(result, Metric.ttfo).max()).isEqualTo(120_000);
    assertThat(latency(result, Metric.e2e).max()).isEqualTo(150_000);
    assertThat(latency(result, Metric.e2eScheduled).max()).isEqualTo(155_000);
    assertThat(latency(result, Metric.tpot).max()).isEqualTo(10_000);
    assertThat(latency(result, Metric.maxGap).max()).isEqualTo(30_000);
    assertThat(latency(result, Metric.sendLag).max()).isEqualTo(2_000);
    assertThat(latency(result, Metric.connect).max()).isEqualTo(3_000);
    assertThat(latency(result, Metric.ttfb).max()).isEqualTo(45_000);
    assertThat(latency(result, Metric.itl).mean()).isEqualTo(25_000);
    assertThat(latency(result, Metric.itlPerToken).count()).isEqualTo(2);
    assertThat(latency(result, Metric.itlPerToken).max()).isEqualTo(10_000);
    assertThat(latency(result, Metric.ttftFirstChunk).max()).isEqualTo(90_000);
    assertThat(latency(result, Metric.ntpot).max()).isEqualTo(25_000);
    assertThat(result.latencies()).hasSize(Metric.values().length);
  }

  @Test
  void aClosedLoopHasNoScheduledLatencies() {
    Scene scene = Scene.closedLoop();
    scene.sent(1_100).tokens(1_200).succeeds(1_200);
    scene.sent(1_100).isCut(2_500);
    assertThat(scene.result().latencies().keySet())
        .contains(Metric.ttft, Metric.sendLag)
        .doesNotContain(Metric.ttftScheduled, Metric.e2eScheduled);
    assertThat(scene.result().withCut().keySet())
        .doesNotContain(Metric.ttftScheduled, Metric.e2eScheduled);
  }

  @Test
  void whatARequestDoesNotHaveIsAbsentNotZero() {
    Scene scene = Scene.closedLoop();
    scene.sent(1_100).tokens(1_200).succeeds(1_200);
    assertThat(scene.result().latencies().keySet())
        .containsExactlyInAnyOrder(
            Metric.ttft, Metric.ttfo, Metric.e2e, Metric.ntpot, Metric.sendLag);
  }

  @Test
  void gapsOfAllCompletedRequestsArePooled() {
    Scene scene = Scene.closedLoop();
    scene.sent(1_100).tokens(1_200, 1_210, 1_230).succeeds(1_230);
    scene.sent(1_100).tokens(1_200, 1_260).succeeds(1_260);
    scene.sent(1_100).tokens(1_200, 1_900).fails(1_900, ErrorClass.RESET, "");
    scene.sent(900).tokens(1_200, 1_900).succeeds(1_900);
    Latency itl = latency(scene.result(), Metric.itl);
    assertThat(itl.count()).isEqualTo(3);
    assertThat(itl.mean()).isEqualTo(30_000);
    assertThat(itl.max()).isEqualTo(60_000);
  }

  @Test
  void eventsThatOneReadBringsGiveNoGap() {
    Scene scene = Scene.closedLoop();
    scene.sent(1_100).tokens(1_200, 1_200, 1_200, 1_240).succeeds(1_240);
    assertThat(latency(scene.result(), Metric.itl).count()).isEqualTo(1);
  }

  @Test
  void aLongAnswerLosesNoGapAndIsForgottenByTheNext() {
    Scene scene = Scene.closedLoop();
    Scene.Call call = scene.sent(1_100);
    for (int i = 0; i <= 1_000; i++) {
      call.tokens(1_200 + 0.5 * i);
    }
    call.succeeds(1_701);
    scene.sent(1_702).tokens(1_750).succeeds(1_750);
    assertThat(latency(scene.result(), Metric.itl).count()).isEqualTo(1_000);
    assertThat(scene.result().inWindow().receivedTokens()).isEqualTo(1_002);
  }

  @Test
  void timeInFlightIsWhatLiesWithinTheWindow() {
    Scene scene = Scene.closedLoop();
    scene.sent(900).tokens(1_050).succeeds(1_100);
    scene.sent(1_200).tokens(1_250).succeeds(1_300);
    scene.sent(1_950).fails(2_300, ErrorClass.RESET, "");
    scene.sent(500).isCut(2_500);
    scene.sent(500).tokens(600).succeeds(700);
    scene.sent(2_100).tokens(2_200).succeeds(2_300);
    assertThat(scene.result().inWindow().inFlightMicros())
        .isEqualTo(100_000 + 100_000 + 50_000 + 1_000_000);
  }

  @Test
  void recordersOfSeveralLoopsAreMergedSampleBySample() {
    Scene one = Scene.closedLoop();
    Scene other = Scene.closedLoop();
    for (int i = 0; i < 99; i++) {
      one.sent(1_100).tokens(1_110).usage(1, 1, -1).succeeds(1_110);
    }
    other.sent(1_100).tokens(1_600).usage(1, 1, -1).succeeds(1_600);
    other.sent(1_100).fails(1_200, ErrorClass.RESET, "reset");
    other.sent(1_100).isCut(2_500);
    StageResult result = one.result(one.recorder, other.recorder);
    assertThat(result.requests().sent()).isEqualTo(102);
    assertThat(result.requests().completed()).isEqualTo(100);
    assertThat(result.tokens().output()).isEqualTo(100);
    assertThat(result.inWindow().sent()).isEqualTo(102);
    assertThat(result.inWindow().completed()).isEqualTo(100);
    assertThat(result.errors()).hasSize(1);
    Latency ttft = latency(result, Metric.ttft);
    assertThat(ttft.count()).isEqualTo(100);
    assertThat(ttft.mean()).isEqualTo(14_900);
    assertThat(ttft.p99()).isBetween(10_000L, 10_010L);
    assertThat(ttft.max()).isEqualTo(500_000);
    assertThat(withCut(result, Metric.ttft).count()).isEqualTo(101);
  }

  @Test
  void tellsReconnectsOfTheWindowAndExhaustedPorts() {
    Scene scene = Scene.closedLoop();
    scene.sent(500).reconnected().tokens(600).succeeds(600);
    scene.sent(1_100).reconnected().tokens(1_200).succeeds(1_200);
    StageSummary before = new StageSummary(scene.window, List.of(scene.recorder));
    assertThat(before.reconnects()).isEqualTo(1);
    assertThat(before.portsExhausted()).isFalse();
    scene.intended(1_100).fails(1_101, ErrorClass.CLIENT_PORTS, "no port left");
    StageSummary after = new StageSummary(scene.window, List.of(scene.recorder));
    assertThat(after.portsExhausted()).isTrue();
  }

  @Test
  void aWindowThatClosesEarlyTakesItsEdgeWithIt() {
    Scene scene = Scene.closedLoop();
    scene.sent(1_100).tokens(1_200).succeeds(1_200);
    scene.window.closeAt(Scene.ms(1_400));
    scene.window.closeAt(Scene.ms(1_900));
    scene.sent(1_300).tokens(1_350, 1_450).succeeds(1_500);
    scene.sent(1_400).tokens(1_500).succeeds(1_500);
    StageResult result = scene.result();
    assertThat(result.window().micros()).isEqualTo(400_000);
    assertThat(result.requests().sent()).isEqualTo(2);
    assertThat(result.inWindow().completed()).isEqualTo(1);
    assertThat(result.inWindow().inFlightMicros()).isEqualTo(200_000);
    assertThat(result.inWindow().receivedTokens()).isEqualTo(2);
  }

  @Test
  void aWindowThatIsClosedBeforeItOpensHasNoLength() {
    Window window = new Window(1_000, Window.OPEN_ENDED);
    window.closeAt(500);
    assertThat(window.lengthNanos()).isZero();
    assertThat(window.contains(1_000)).isFalse();
    assertThat(window.contains(RequestTimeline.NEVER)).isFalse();
    assertThat(window.overlapNanos(0, 5_000)).isZero();
  }
}
