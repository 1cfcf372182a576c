package dev.loadline.runner.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {
  private static final Duration NANO = Duration.ofNanos(1);

  @Test
  void sendsEachTokenAtItsInstantAndNotANanosecondEarlier() {
    try (var simulator = new VirtualSimulator("--ttft=200ms", "--itl=20ms")) {
      var client = simulator.connect();
      client.stream(4);
      assertThat(client.received()).startsWith("HTTP/1.1 200 OK\r\n").doesNotContain("data:");
      simulator.advance(Duration.ofMillis(200).minus(NANO));
      assertThat(client.received()).isEmpty();
      simulator.advance(NANO);
      assertThat(client.texts()).hasSize(1);
      for (int token = 2; token <= 4; token++) {
        simulator.advance(Duration.ofMillis(20).minus(NANO));
        assertThat(client.received()).isEmpty();
        simulator.advance(NANO);
        assertThat(client.texts()).hasSize(1);
      }
      TruthReport truth = simulator.truth();
      assertThat(truth.succeeded()).isEqualTo(1);
      assertThat(truth.outputTokens()).isEqualTo(4);
      assertThat(truth.ttftMillis().p50()).isCloseTo(200, within(0.01));
      assertThat(truth.itlMillis().count()).isEqualTo(3);
      assertThat(truth.itlMillis().max()).isCloseTo(20, within(0.001));
      assertThat(truth.tpotMillis().p50()).isCloseTo(20, within(0.001));
      assertThat(truth.e2eMillis().p50()).isCloseTo(260, within(0.02));
      assertThat(truth.lateMillis().max()).isZero();
    }
  }

  @Test
  void lateEventMakesNoOtherLate() {
    try (var simulator = new VirtualSimulator("--ttft=100ms", "--itl=10ms")) {
      var client = simulator.connect();
      client.stream(6);
      simulator.advance(Duration.ofMillis(125)); // due at 100, 110 and 120
      assertThat(client.texts()).hasSize(3);
      simulator.advance(Duration.ofMillis(5).minus(NANO));
      assertThat(client.texts()).isEmpty();
      simulator.advance(NANO);
      assertThat(client.texts()).hasSize(1);
      simulator.advance(Duration.ofMillis(20));
      TruthReport truth = simulator.truth();
      assertThat(truth.ttftMillis().p50()).isCloseTo(125, within(0.01));
      assertThat(truth.scheduledTtftMillis().p50()).isCloseTo(100, within(0.01));
      assertThat(truth.scheduledItlMillis().max()).isCloseTo(10, within(0.001));
      assertThat(truth.lateMillis().max()).isCloseTo(25, within(0.001));
      assertThat(truth.e2eMillis().max()).isCloseTo(150, within(0.01));
    }
  }

  @Test
  void bundlesTokensAndKeepsTheirRate() {
    try (var simulator = new VirtualSimulator("--ttft=100ms", "--itl=10ms", "--bundle=4")) {
      var client = simulator.connect();
      client.stream(10);
      simulator.advance(Duration.ofMillis(100));
      assertThat(client.texts()).singleElement().asString().matches("\\w+( \\w+){3}");
      simulator.advance(Duration.ofMillis(40).minus(NANO));
      assertThat(client.texts()).isEmpty();
      simulator.advance(NANO);
      assertThat(client.texts()).singleElement().asString().matches("\\w+( \\w+){3}");
      simulator.advance(Duration.ofMillis(20));
      assertThat(client.received()).containsPattern("\"text\":\" \\w+ \\w+\"").contains("[DONE]");
      assertThat(simulator.truth().outputTokens()).isEqualTo(10);
      assertThat(simulator.truth().itlMillis().count()).isEqualTo(2);
    }
  }

  @Test
  void waitingForAPlaceCountsIntoTimeToFirstToken() {
    try (var simulator =
        new VirtualSimulator("--ttft=100ms", "--itl=10ms", "--concurrency=1", "--tokens=6")) {
      var first = simulator.connect();
      var second = simulator.connect();
      first.complete("\"stream\":true");
      second.complete("\"stream\":true");
      assertThat(simulator.truth().running()).isEqualTo(1);
      assertThat(simulator.truth().waiting()).isEqualTo(1);
      assertThat(simulator.metrics())
          .contains("vllm:num_requests_waiting{engine=\"0\",model_name=\"simulated\"} 1.0");
      simulator.advanceInSteps(Duration.ofMillis(300), Duration.ofMillis(5));
      TruthReport truth = simulator.truth();
      assertThat(truth.succeeded()).isEqualTo(2);
      assertThat(truth.ttftMillis().max()).isCloseTo(250, within(0.02)); // 150 for the first one
      assertThat(truth.e2eMillis().max()).isCloseTo(300, within(0.03));
      assertThat(truth.scheduledTtftMillis().max()).isCloseTo(100, within(0.01));
      assertThat(truth.running() + truth.waiting()).isZero();
    }
  }

  @Test
  void givesThePlaceOfOneWhoLeavesToTheNext() {
    try (var simulator = new VirtualSimulator("--ttft=100ms", "--concurrency=1")) {
      var first = simulator.connect();
      var second = simulator.connect();
      var third = simulator.connect();
      first.stream(2);
      second.stream(2);
      third.stream(2);
      second.leave();
      simulator.advance(Duration.ofMillis(50));
      first.leave();
      simulator.advance(Duration.ofMillis(100).minus(NANO));
      assertThat(third.texts()).isEmpty();
      simulator.advance(NANO);
      assertThat(third.texts()).hasSize(1);
      assertThat(simulator.truth().cancelled()).isEqualTo(2);
      assertThat(simulator.metrics()).containsPattern("finished_reason=\"abort\".*} 2.0");
    }
  }

  @Test
  void answersPipelinedRequestsInTheirOrder() {
    try (var simulator = new VirtualSimulator("--ttft=100ms", "--itl=10ms")) {
      var client = simulator.connect();
      client.stream(2);
      client.complete("\"max_tokens\":3");
      simulator.advanceInSteps(Duration.ofMillis(300), Duration.ofMillis(10));
      assertThat(client.received())
          .containsPattern("(?s)text/event-stream.*\\[DONE].*application/json.*text_completion");
      assertThat(simulator.truth().e2eMillis().count()).isEqualTo(2);
      assertThat(simulator.truth().ttftMillis().count()).isEqualTo(1);
    }
  }

  @Test
  void sendsAWholeAnswerWhenItsLastTokenIsDue() {
    try (var simulator = new VirtualSimulator("--ttft=100ms", "--itl=10ms")) {
      var client = simulator.connect();
      client.complete("\"max_tokens\":3");
      simulator.advance(Duration.ofMillis(120).minus(NANO));
      assertThat(client.received()).isEmpty();
      simulator.advance(NANO);
      assertThat(client.received()).contains("\"completion_tokens\":3");
    }
  }

  @Test
  void drawsDelaysByTheLawsThatWereAskedFor() {
    try (var simulator =
        new VirtualSimulator("--ttft=normal:200ms,20ms", "--itl=exponential:20ms", "--seed=3")) {
      for (int i = 0; i < 40; i++) {
        simulator.connect();
      }
      run(simulator, 50);
      TruthReport truth = simulator.truth();
      assertThat(truth.succeeded()).isEqualTo(2000);
      TruthReport.Statistics ttft = truth.scheduledTtftMillis();
      assertThat(ttft.mean()).isCloseTo(200, within(2.0));
      assertThat(ttft.p50()).isCloseTo(200, within(2.5));
      assertThat(ttft.p90()).isCloseTo(225.6, within(4.0));
      TruthReport.Statistics itl = truth.scheduledItlMillis();
      assertThat(itl.count()).isEqualTo(2000 * 7);
      assertThat(itl.mean()).isCloseTo(20, within(0.7));
      assertThat(itl.p50()).isCloseTo(20 * Math.log(2), within(0.7));
      assertThat(itl.p99()).isCloseTo(20 * Math.log(100), within(5.0));
    }
  }

  private static void run(VirtualSimulator simulator, int rounds) {
    for (int round = 0; round < rounds; round++) {
      simulator.eachClient(client -> client.stream(8));
      simulator.advance(Duration.ofSeconds(20));
      simulator.eachClient(VirtualSimulator.Client::received);
    }
  }

  @Test
  void drawsTheSameForTheSameSeed() {
    assertThat(draws("--seed=5")).isEqualTo(draws("--seed=5")).isNotEqualTo(draws("--seed=6"));
  }

  private static String draws(String seed) {
    try (var simulator = new VirtualSimulator("--ttft=normal:200ms,20ms", seed)) {
      simulator.connect();
      StringBuilder text = new StringBuilder();
      for (int round = 0; round < 3; round++) {
        simulator.eachClient(client -> client.stream(8));
        simulator.advance(Duration.ofSeconds(20));
        simulator.eachClient(client -> text.append(client.texts()));
      }
      return text.append(simulator.truth().scheduledTtftMillis()).toString();
    }
  }

  @Test
  void hangsAndStallsUntilTheClientLeaves() {
    try (var simulator = new VirtualSimulator("--error-share=stall=1", "--concurrency=1")) {
      var client = simulator.connect();
      client.stream(8);
      simulator.advance(Duration.ofHours(1));
      assertThat(client.texts()).hasSize(4);
      assertThat(simulator.truth().errors()).containsOnlyKeys("stall");
      assertThat(simulator.truth().running()).isEqualTo(1);
      client.leave();
      assertThat(simulator.truth().running()).isZero();
      assertThat(simulator.truth().cancelled()).isZero();
    }
    try (var simulator = new VirtualSimulator("--error-share=hang-before-first-token=1")) {
      var client = simulator.connect();
      client.stream(8);
      simulator.advance(Duration.ofHours(1));
      assertThat(client.received()).contains("200 OK").doesNotContain("data:");
      assertThat(simulator.truth().errors()).containsOnlyKeys("hang_before_first_token");
    }
  }
}
