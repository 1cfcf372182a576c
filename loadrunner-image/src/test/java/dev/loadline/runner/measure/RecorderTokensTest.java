package dev.loadline.runner.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.StageResult;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whose tokens are counted, and when they arrived. */
class RecorderTokensTest {
  @Test
  void throughputIsOfTheSuccessesWhoseLastTokenArrivedInTheWindow() {
    Scene scene = Scene.closedLoop();
    scene.sent(500).tokens(900, 1_000).usage(11, 2, -1).succeeds(1_050);
    scene.sent(500).tokens(900, 999).usage(100, 2, -1).succeeds(1_050);
    scene.sent(1_500).tokens(1_600, 1_999).usage(13, 3, -1).succeeds(2_050);
    scene.sent(1_500).tokens(1_600, 2_000).usage(100, 4, -1).succeeds(2_050);
    scene.sent(1_500).tokens(1_600, 1_700).fails(1_700, ErrorClass.TRUNCATED, "");
    StageResult result = scene.result();
    assertThat(result.inWindow().completed()).isEqualTo(2);
    assertThat(result.inWindow().inputTokens()).hasValue(24);
    assertThat(result.inWindow().outputTokens()).isEqualTo(5);
    assertThat(result.tokens().output()).isEqualTo(7);
    assertThat(result.tokens().input()).hasValue(113);
  }

  @Test
  void wantedAndReusablePromptTokensAreOfTheCompletedRequestsOfTheWindow() {
    Scene scene = Scene.closedLoop();
    RequestedTokens wanted = new RequestedTokens(10, OptionalInt.of(100), OptionalInt.of(40));
    scene.wanting(wanted, 1_500).sentAt(1_500).tokens(1_600).usage(97, 10, 32).succeeds(1_700);
    scene.wanting(wanted, 1_500).sentAt(1_500).tokens(1_600).succeeds(1_700);
    scene
        .wanting(wanted, 1_500)
        .sentAt(1_500)
        .tokens(1_600)
        .usage(97, 10, 32)
        .fails(1_700, ErrorClass.RESET, "");
    scene.wanting(wanted, 500).sentAt(500).tokens(1_600).usage(97, 10, 32).succeeds(1_700);
    StageResult result = scene.result();
    // The second answer says nothing of its prompt, so what it wanted is left out.
    assertThat(result.tokens().requestedInput()).hasValue(100);
    assertThat(result.tokens().reusable()).hasValue(80);
    assertThat(result.lengths().input().orElseThrow().count()).isEqualTo(1);
    assertThat(result.lengths().input().orElseThrow().max()).isEqualTo(97);
    assertThat(result.lengths().output().orElseThrow().count()).isEqualTo(2);
    assertThat(result.lengths().output().orElseThrow().min()).isEqualTo(1);
  }

  @Test
  void aPromptOfNoWantedLengthCountsAsWantedAsItWas() {
    Scene scene = Scene.closedLoop();
    RequestedTokens wanted = new RequestedTokens(10, OptionalInt.of(100), OptionalInt.of(40));
    scene.wanting(wanted, 1_500).sentAt(1_500).tokens(1_600).usage(97, 10, 32).succeeds(1_700);
    scene.sent(1_500).tokens(1_600).usage(300, 10, 32).succeeds(1_700);
    assertThat(scene.result().tokens().requestedInput()).hasValue(400);
  }

  @Test
  void whatTheWorkloadDoesNotKnowIsAbsent() {
    Scene scene = Scene.closedLoop();
    scene.sent(1_500).tokens(1_600).usage(97, 10, 32).succeeds(1_700);
    assertThat(scene.result().tokens().requestedInput()).isEmpty();
    assertThat(scene.result().tokens().reusable()).isEmpty();
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
    assertThat(scene.result().inWindow().receivedTokens()).isEqualTo(6 + 3 + 20);
  }

  @Test
  void anAnswerThatCameAsOneShowsNoPace() {
    Scene scene = Scene.closedLoop();
    scene.sent(1_100).plainJson(1_500).usage(1, 128, -1).succeeds(1_500);
    scene.sent(1_100).tokens(1_500, 1_500, 1_500).usage(1, 128, -1).succeeds(1_500);
    assertThat(scene.result().latencies())
        .containsKey(Metric.e2e)
        .doesNotContainKeys(Metric.tpot, Metric.maxGap);
  }

  @Test
  void anAnswerWithoutACountBundlesLikeTheOthers() {
    Scene scene = Scene.closedLoop();
    scene.sent(1_100).tokens(1_200, 1_300).usage(1, 8, -1).succeeds(1_300);
    scene.sent(1_100).tokens(1_200, 1_300, 2_100).isCut(2_200);
    scene.sent(1_100).tokens(1_200).fails(1_300, ErrorClass.RESET, "");
    assertThat(scene.result().inWindow().receivedTokens()).isEqualTo(8 + 2 * 4 + 4);
  }

  @Test
  void tokenCountsAreSumsOverTheCompletedRequests() {
    Scene scene = Scene.closedLoop();
    scene.sent(1_100).tokens(1_200, 1_210).usage(100, 8, 60).succeeds(1_210);
    scene.sent(1_100).tokens(1_200, 1_210).usage(50, 10, -1).succeeds(1_210);
    scene.sent(1_100).tokens(1_200, 1_210).succeeds(1_210);
    StageResult result = scene.result();
    assertThat(result.tokens().input()).hasValue(150);
    assertThat(result.tokens().cached()).hasValue(60);
    assertThat(result.tokens().output()).isEqualTo(20);
    assertThat(result.tokens().requested()).isEqualTo(30);
    assertThat(result.tokens().perEvent().orElseThrow()).isEqualTo(20.0 / 6);
    assertThat(result.tokens().source()).isEqualTo("Mixed");
  }

  @Test
  void namesTheSourceOfItsTokenCounts() {
    Scene usage = Scene.closedLoop();
    usage.sent(1_100).tokens(1_200).usage(1, 1, -1).succeeds(1_200);
    assertThat(usage.result().tokens().source()).isEqualTo("Usage");
    Scene ids = Scene.closedLoop();
    ids.sent(1_100).token(1_200, true, 2).succeeds(1_200);
    assertThat(ids.result().tokens().source()).isEqualTo("TokenIds");
    assertThat(ids.result().tokens().output()).isEqualTo(2);
    Scene events = Scene.closedLoop();
    events.sent(1_100).tokens(1_200).succeeds(1_200);
    assertThat(events.result().tokens().source()).isEqualTo("Events");
    assertThat(events.result().tokens().input()).isEmpty();
    assertThat(events.result().tokens().cached()).isEmpty();
  }

  @Test
  void aUsageThatSaysOneFromTheFirstEventOnIsNotBelieved() {
    Scene scene = Scene.closedLoop();
    Scene.Call call = scene.sent(1_100);
    for (int at = 1_200; at <= 1_220; at += 10) {
      call.usage(5, 1, -1).tokens(at);
    }
    call.succeeds(1_220);
    StageResult result = scene.result();
    assertThat(result.tokens().source()).isEqualTo("Events");
    assertThat(result.tokens().output()).isEqualTo(3);
    assertThat(result.tokens().input()).hasValue(5);
  }

  @Test
  void aUsageOfOneAfterSeveralPiecesOfTextIsBelieved() {
    Scene scene = Scene.closedLoop();
    scene.sent(1_100).tokens(1_200, 1_210).usage(5, 1, -1).succeeds(1_210);
    StageResult result = scene.result();
    assertThat(result.tokens().source()).isEqualTo("Usage");
    assertThat(result.tokens().output()).isEqualTo(1);
    assertThat(result.latencies()).doesNotContainKey(Metric.tpot);
  }

  @Test
  void anAnswerThatCameInOneReadHasNoPace() {
    Scene scene = Scene.closedLoop();
    scene.sent(1_100).tokens(1_200, 1_200).usage(5, 8, -1).succeeds(1_200);
    StageResult result = scene.result();
    assertThat(result.tokens().output()).isEqualTo(8);
    assertThat(result.latencies()).containsKey(Metric.ttft).doesNotContainKey(Metric.tpot);
  }

  @Test
  void usageIsBelievedWhereAGatewayCutsTextFinerThanTokens() {
    Scene scene = Scene.closedLoop();
    double[] pieces = IntStream.range(0, 80).mapToDouble(i -> 1_200 + i).toArray();
    scene.sent(1_100).tokens(pieces).usage(100, 20, -1).succeeds(1_279);
    StageResult result = scene.result();
    assertThat(result.tokens().source()).isEqualTo("Usage");
    assertThat(result.tokens().output()).isEqualTo(20);
    assertThat(result.tokens().perEvent()).hasValue(0.25);
    assertThat(result.inWindow().outputTokens()).isEqualTo(20);
    assertThat(Objects.requireNonNull(result.latencies().get(Metric.tpot)).max())
        .isCloseTo(79_000 / 19, within(5L));
  }

  @Test
  void piecesOfTokensInAnAnswerWithoutACountAreNotTakenForTokens() {
    Scene scene = Scene.closedLoop();
    scene.sent(1_100).tokens(1_200, 1_300, 1_400, 1_500).usage(1, 2, -1).succeeds(1_500);
    scene.sent(1_100).tokens(1_200, 1_300, 1_400, 1_500, 1_600, 1_700).isCut(2_200);
    assertThat(scene.result().inWindow().receivedTokens()).isEqualTo(2 + 3);
  }

  @Test
  void gapsBetweenPiecesOfATokenAddUpToItsLatency() {
    Scene scene = Scene.closedLoop();
    scene
        .sent(1_100)
        .token(1_200, true, 1)
        .token(1_210, true, 0)
        .token(1_230, true, 0)
        .token(1_260, true, 1)
        .token(1_300, true, 2)
        .token(1_310, true, 0)
        .usage(1, 4, -1)
        .succeeds(1_310);
    StageResult result = scene.result();
    Latency perToken = Objects.requireNonNull(result.latencies().get(Metric.itlPerToken));
    assertThat(perToken.count()).isEqualTo(2);
    assertThat(perToken.max()).isCloseTo(60_000, within(60L));
    assertThat(perToken.mean()).isCloseTo((60_000 + 20_000) / 2, within(60L));
  }

  @Test
  void tellsReasoningPaceAndPlainJsonOfTheCompletedRequests() {
    Scene scene = Scene.closedLoop();
    scene.sent(1_100).tokens(1_200, 1_210, 1_220).reasoning(2).succeeds(1_220);
    scene.sent(1_100).tokens(1_200, 1_230).reasoning(1).succeeds(1_230);
    scene.sent(1_100).tokens(1_200, 1_200).succeeds(1_200);
    scene.sent(1_100).plainJson(1_300).usage(1, 9, -1).succeeds(1_300);
    scene.sent(1_100).tokens(1_200, 1_201).reasoning(50).fails(1_201, ErrorClass.RESET, "");
    StageResult result = scene.result();
    assertThat(result.tokens().reasoning()).hasValue(3);
    assertThat(result.tokens().perSecondPerUser().orElseThrow())
        .isCloseTo((1 / 0.010 + 1 / 0.030) / 2, within(1e-9));
    assertThat(result.requests().plainJson()).isEqualTo(1);
    Scene none = Scene.closedLoop();
    none.sent(1_100).tokens(1_200).succeeds(1_200);
    assertThat(none.result().tokens().reasoning()).isEmpty();
    assertThat(none.result().tokens().perSecondPerUser()).isEmpty();
  }

  @Test
  void tokensPerEventLeavesOutAnswersWithoutEvents() {
    Scene scene = Scene.closedLoop();
    scene.sent(1_100).tokens(1_200, 1_210).usage(1, 6, -1).succeeds(1_210);
    scene.sent(1_100).plainJson(1_200).usage(1, 90, -1).succeeds(1_210);
    assertThat(scene.result().tokens().perEvent()).hasValue(3);
  }

  @Test
  void noMoreOfAPromptCanBeReusedThanItHasTokens() {
    Scene scene = Scene.openLoop();
    scene.reusing(90).sentAt(1_100).tokens(1_200).usage(70, 10, 0).succeeds(1_300);
    scene.reusing(20).sentAt(1_100).tokens(1_200).usage(70, 10, 0).succeeds(1_300);
    assertThat(scene.result().tokens().reusable()).hasValue(70 + 20);
  }
}
