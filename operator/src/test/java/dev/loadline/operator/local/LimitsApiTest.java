package dev.loadline.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.loadline.operator.RealOperator;
import dev.loadline.runner.contract.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Limits with the real operator, the real load runner as a process and a simulator. Whether a
 * measurement is valid otherwise depends on how busy the machine is.
 */
class LimitsApiTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static int port;
  private static ChildProcess simulator;

  @TempDir private static Path logs;
  @TempDir private Path folder;
  private final Captured captured = new Captured();

  @BeforeAll
  static void startSimulator() throws IOException {
    port = LocalPod.freePort();
    List<String> seen = new CopyOnWriteArrayList<>();
    simulator =
        ChildProcess.start(
            List.of(
                "simulate",
                "--port",
                "" + port,
                "--ttft",
                "20ms",
                "--itl",
                "2ms",
                "--duration",
                "5m"),
            Map.of(),
            logs.resolve("simulator.log"),
            seen::add);
    Awaitility.await()
        .atMost(LIMIT)
        .until(() -> seen.stream().anyMatch(line -> line.contains("listening")));
  }

  @AfterAll
  static void stopSimulator() {
    simulator.close();
  }

  private static String test(String limits, String stages) {
    return """
    apiVersion: loadline.dev/v1alpha1
    kind: LoadTest
    metadata: {name: limited}
    spec:
      target: {url: "http://127.0.0.1:%d/v1", readinessTimeout: 20s}
      workload: {synthetic: {inputTokens: 20, outputTokens: 5}}
      load: {warmup: 200ms, drainTimeout: 200ms, stages: [%s]}
      objectives: [{name: first, metric: ttft, statistic: p50, max: 30s}]
      limits: {%s}
      lifecycle: {maxStartAttempts: 1}
    """
        .formatted(port, stages, limits);
  }

  private int run(String text, String output) throws IOException {
    Path file = Files.writeString(folder.resolve("test.yaml"), text);
    return captured.run(
        new RunCommand(
            RealOperator::starter,
            Map.of(Environment.CLIENT_WARMUP_MILLIS, "0"),
            captured.outStream,
            captured.errorStream),
        file.toString(),
        "-o",
        output);
  }

  private JsonNode status(String limits, String stages) throws IOException {
    run(test(limits, stages), "json");
    return JsonMapper.builder().build().readTree(captured.out()).path("status");
  }

  private static JsonNode named(JsonNode list, String key, String name) {
    for (JsonNode item : list) {
      if (item.path(key).asText().equals(name)) {
        return item;
      }
    }
    throw new AssertionError(name + " is not in " + list);
  }

  @Test
  void requestsEndAStageWhoseShorterWindowIsJudged() throws Exception {
    JsonNode status =
        status(
            "requests: 300",
            "{name: one, users: 4, requests: 40}, {name: two, users: 4, duration: 10m}");
    assertThat(status.at("/phase").asText()).isEqualTo("Completed");
    assertThat(status.at("/spent/requests").asInt()).isEqualTo(300);
    assertThat(status.at("/spent/outputTokens").asInt()).isBetween(1480, 1500);
    assertThat(status.at("/spent/runnerPodSeconds").asInt()).isPositive();
    assertThat(status.at("/spent/limitReached").asText()).isEqualTo("requests");
    assertThat(status.at("/spent/stage").asText()).isEqualTo("two");
    assertThat(status.at("/stages")).hasSize(2);
    assertThat(status.at("/stages/1/windowMillis").asInt()).isBetween(1, 599_999);
    assertThat(status.at("/objectives/0/result").asText()).isEqualTo("Met");
    assertThat(named(status.at("/validity"), "check", "LimitReached").path("result").asText())
        .isEqualTo("Passed");
    assertThat(status.at("/verdict").asText() + status.at("/verdictReason").asText())
        .isIn("PassObjectivesMet", "InvalidGeneratorSaturated", "InvalidRateNotAchieved");
    assertThat(named(status.at("/conditions"), "type", "ResultsCollected").path("message").asText())
        .startsWith("limits.requests was reached in stage two");
    assertThat(named(status.at("/conditions"), "type", "Finished").path("message").asText())
        .isEqualTo("measured until limits.requests was reached");
  }

  @Test
  void tokensKeepALaterStageFromItsBeginAndTheRunIsInvalid() throws Exception {
    int code =
        run(
            test(
                "outputTokens: 400",
                "{name: one, users: 4, duration: 10m}, {name: two, users: 4, duration: 10m}"),
            "table");
    assertThat(code).isEqualTo(2);
    assertThat(captured.out())
        .containsPattern(
            "Spent: [89]\\d|1\\d\\d requests, 4\\d\\d output tokens, \\d+ s of the load"
                + " runner; the load ended at limits.outputTokens in stage one\n")
        .contains("Verdict: Invalid (LimitReached)")
        .contains("nothing was measured of two");
  }

  @Test
  void theRunnersTimeEndsTheLoadInTimeForItsResult() throws Exception {
    JsonNode status = status("runnerPodTime: 15500ms", "{name: one, users: 4, duration: 10m}");
    assertThat(status.at("/spent/limitReached").asText()).isEqualTo("runnerPodTime");
    assertThat(status.at("/spent/stage").asText()).isEqualTo("one");
    assertThat(status.at("/spent/runnerPodSeconds").asInt()).isBetween(10, 16);
    assertThat(status.at("/phase").asText()).isEqualTo("Completed");
    assertThat(status.at("/stages/0/windowMillis").asInt()).isBetween(1, 10_500);
  }
}
