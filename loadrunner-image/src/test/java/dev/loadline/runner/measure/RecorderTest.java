package dev.loadline.runner.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loadline.runner.contract.RunPlan.RequestBound;
import dev.loadline.runner.contract.RunResult.ErrorCount;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.RunResult.StageResult;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What counts where, by requests whose every instant is given. */
class RecorderTest {
  private static RequestBound bound(String metric, long maxMicros) {
    return new RequestBound(metric, maxMicros, Optional.empty());
  }

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
    assertThat(result.sent()).isEqualTo(2);
    assertThat(result.completed()).isEqualTo(2);
    assertThat(latency(result, Metric.ttft).count()).isEqualTo(2);
    assertThat(result.windowMicros()).isEqualTo(1_000_000);
  }

  @Test
  void everySentRequestIsCompletedFailedOrCut() {
    Scene scene = Scene.closedLoop();
    scene.sent(1_100).tokens(1_200).succeeds(1_200);
    scene.sent(1_100).fails(1_200, ErrorClass.HTTP_5XX, "HTTP 500");
    scene.sent(1_100).fails(1_200, ErrorClass.RESET, "reset");
    scene.sent(1_100).isCut(2_500);
    StageResult result = scene.result();
    assertThat(result.sent()).isEqualTo(4);
    assertThat(result.completed()).isEqualTo(1);
    assertThat(result.failed()).isEqualTo(2);
    assertThat(result.cut()).isEqualTo(1);
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
    assertThat(result.sent()).isEqualTo(1);
    assertThat(result.failed()).isEqualTo(1);
    assertThat(result.inFlightMicros()).isZero();
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
    assertThat(result.outputTokens()).isZero();
    assertThat(result.inputTokens()).isEmpty();
    assertThat(result.cachedTokens()).isEmpty();
    assertThat(result.tokensRequested()).isZero();
    assertThat(result.tokensPerEvent()).isEmpty();
    assertThat(result.good()).isZero();
    assertThat(result.endedInWindow()).isZero();
  }

  @Test
  void eachLatencyOfARequestFollowsItsFormula() {
    Scene scene = Scene.openLoop();
    scene
        .intended(1_000)
        .connected(1_001, 1_004)
        .sentAt(1_005)
        .headers(1_050)
        .token(1_105, false, 0)
        .token(1_125, true, 0)
        .token(1_155, true, 0)
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
    assertThat(latency(result, Metric.sendLag).max()).isEqualTo(5_000);
    assertThat(latency(result, Metric.connect).max()).isEqualTo(3_000);
    assertThat(latency(result, Metric.ttfb).max()).isEqualTo(45_000);
    assertThat(latency(result, Metric.itl).mean()).isEqualTo(25_000);
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
        .containsExactlyInAnyOrder(Metric.ttft, Metric.ttfo, Metric.e2e, Metric.sendLag);
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
    assertThat(scene.result().receivedInWindowTokens()).isEqualTo(1_002);
  }

  @Test
  void throughputIsOfTheSuccessesWhoseLastTokenArrivedInTheWindow() {
    Scene scene = Scene.closedLoop();
    scene.sent(500).tokens(900, 1_000).usage(11, 2, -1).succeeds(1_050);
    scene.sent(500).tokens(900, 999).usage(100, 2, -1).succeeds(1_050);
    scene.sent(1_500).tokens(1_600, 1_999).usage(13, 3, -1).succeeds(2_050);
    scene.sent(1_500).tokens(1_600, 2_000).usage(100, 4, -1).succeeds(2_050);
    scene.sent(1_500).tokens(1_600, 1_700).fails(1_700, ErrorClass.TRUNCATED, "");
    StageResult result = scene.result();
    assertThat(result.endedInWindow()).isEqualTo(2);
    assertThat(result.endedInWindowInputTokens()).hasValue(24);
    assertThat(result.endedInWindowOutputTokens()).isEqualTo(5);
    assertThat(result.outputTokens()).isEqualTo(7);
    assertThat(result.inputTokens()).hasValue(113);
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
    assertThat(result.good()).isEqualTo(2);
    assertThat(result.endedInWindowGood()).isEqualTo(2);
    assertThat(result.completed()).isEqualTo(4);
    assertThat(result.endedInWindow()).isEqualTo(4);
  }

  @Test
  void aBoundOfAnotherStageDoesNotBind() {
    Scene scene =
        Scene.openLoop(
            new RequestBound("ttft", 1, Optional.of("other")),
            new RequestBound("ttft", 100_000, Optional.of(Scene.STAGE)));
    scene.sent(1_100).tokens(1_200).succeeds(1_200);
    scene.sent(1_100).tokens(1_201).succeeds(1_201);
    assertThat(scene.result().good()).isEqualTo(1);
  }

  @Test
  void aScheduledBoundDoesNotBindInAClosedLoop() {
    Scene scene = Scene.closedLoop(bound("ttftScheduled", 1));
    scene.sent(1_100).tokens(1_200).succeeds(1_200);
    assertThat(scene.result().good()).isEqualTo(1);
  }

  @Test
  void oneTokenKeepsAnyPaceAndNoTokenKeepsNoLatency() {
    Scene pace = Scene.closedLoop(bound("tpot", 1), bound("maxGap", 1));
    pace.sent(1_100).tokens(1_200).succeeds(1_200);
    assertThat(pace.result().good()).isEqualTo(1);
    Scene latency = Scene.closedLoop(bound("ttft", 1_000_000));
    latency.sent(1_100).plainJson(1_200).succeeds(1_200);
    assertThat(latency.result().good()).isZero();
    assertThat(latency.result().completed()).isEqualTo(1);
  }

  @Test
  void aBoundOnAPooledMetricIsRefused() {
    assertThatThrownBy(() -> Scene.closedLoop(bound("itl", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("itl");
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
    assertThat(scene.result().inFlightMicros()).isEqualTo(100_000 + 100_000 + 50_000 + 1_000_000);
  }

  @Test
  void tokensReceivedInTheWindowAreSharesOfEachRequestsTokens() {
    Scene scene = Scene.closedLoop();
    // Four events, two of them in the window, 12 tokens: 6.
    scene.sent(500).tokens(900, 950, 1_000, 1_050).usage(1, 12, -1).succeeds(1_060);
    // Token ids tell: 2 + 1 of 6 in the window.
    scene
        .sent(1_500)
        .token(1_600, true, 2)
        .token(1_999, true, 1)
        .token(2_000, true, 3)
        .succeeds(2_001);
    // One document: all or nothing.
    scene.sent(1_100).plainJson(1_500).usage(1, 20, -1).succeeds(1_500);
    scene.sent(1_100).plainJson(2_500).usage(1, 40, -1).succeeds(2_500);
    assertThat(scene.result().receivedInWindowTokens()).isEqualTo(6 + 3 + 20);
  }

  @Test
  void anAnswerWithoutACountBundlesLikeTheOthers() {
    Scene scene = Scene.closedLoop();
    scene.sent(1_100).tokens(1_200, 1_300).usage(1, 8, -1).succeeds(1_300);
    scene.sent(1_100).tokens(1_200, 1_300, 2_100).isCut(2_200);
    scene.sent(1_100).tokens(1_200).fails(1_300, ErrorClass.RESET, "");
    assertThat(scene.result().receivedInWindowTokens()).isEqualTo(8 + 2 * 4 + 4);
  }

  @Test
  void tokenCountsAreSumsOverTheCompletedRequests() {
    Scene scene = Scene.closedLoop();
    scene.sent(1_100).tokens(1_200, 1_210).usage(100, 8, 60).succeeds(1_210);
    scene.sent(1_100).tokens(1_200, 1_210).usage(50, 10, -1).succeeds(1_210);
    scene.sent(1_100).tokens(1_200, 1_210).succeeds(1_210);
    StageResult result = scene.result();
    assertThat(result.inputTokens()).hasValue(150);
    assertThat(result.cachedTokens()).hasValue(60);
    assertThat(result.outputTokens()).isEqualTo(20);
    assertThat(result.tokensRequested()).isEqualTo(30);
    assertThat(result.tokensPerEvent().orElseThrow()).isEqualTo(20.0 / 6);
    assertThat(result.tokenSource()).isEqualTo("Mixed");
  }

  @Test
  void namesTheSourceOfItsTokenCounts() {
    Scene usage = Scene.closedLoop();
    usage.sent(1_100).tokens(1_200).usage(1, 1, -1).succeeds(1_200);
    assertThat(usage.result().tokenSource()).isEqualTo("Usage");
    Scene ids = Scene.closedLoop();
    ids.sent(1_100).token(1_200, true, 2).succeeds(1_200);
    assertThat(ids.result().tokenSource()).isEqualTo("TokenIds");
    assertThat(ids.result().outputTokens()).isEqualTo(2);
    Scene events = Scene.closedLoop();
    events.sent(1_100).tokens(1_200).succeeds(1_200);
    assertThat(events.result().tokenSource()).isEqualTo("Events");
    assertThat(events.result().inputTokens()).isEmpty();
    assertThat(events.result().cachedTokens()).isEmpty();
  }

  @Test
  void tokensPerEventLeavesOutAnswersWithoutEvents() {
    Scene scene = Scene.closedLoop();
    scene.sent(1_100).tokens(1_200, 1_210).usage(1, 6, -1).succeeds(1_210);
    scene.sent(1_100).plainJson(1_200).usage(1, 90, -1).succeeds(1_210);
    assertThat(scene.result().tokensPerEvent()).hasValue(3);
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
    assertThat(scene.result().cut()).isZero();
    assertThat(scene.result().withCut()).isEmpty();
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
    assertThat(result.sent()).isEqualTo(102);
    assertThat(result.completed()).isEqualTo(100);
    assertThat(result.outputTokens()).isEqualTo(100);
    assertThat(result.endedInWindow()).isEqualTo(100);
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
    assertThat(result.windowMicros()).isEqualTo(400_000);
    assertThat(result.sent()).isEqualTo(2);
    assertThat(result.endedInWindow()).isEqualTo(1);
    assertThat(result.inFlightMicros()).isEqualTo(200_000);
    assertThat(result.receivedInWindowTokens()).isEqualTo(2);
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

  @Test
  void remembersWhenItsFirstRequestWasDue() {
    Scene scene = Scene.closedLoop();
    assertThat(scene.recorder.firstAttemptNanos()).isEqualTo(RequestTimeline.NEVER);
    scene.intended(500).sentAt(510).tokens(600).succeeds(600);
    scene.sent(1_100).tokens(1_200).succeeds(1_200);
    assertThat(scene.recorder.firstAttemptNanos()).isEqualTo(Scene.ms(500));
  }
}
