package dev.loadline.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.loadline.runner.contract.Environment;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.End;
import dev.loadline.runner.contract.RunResult;
import dev.loadline.runner.contract.RunResult.Outcome;
import dev.loadline.runner.contract.StageResult;
import dev.loadline.runner.contract.Workload;
import dev.loadline.runner.simulator.Simulator;
import dev.loadline.runner.simulator.SimulatorSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The runner as it is started for real: exit codes, results, signals. */
@Timeout(120)
class RunnerProcessTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void measuresAndHandsOutItsResult() throws Exception {
    try (Simulator simulator = simulator();
        RunnerProcess runner =
            RunnerProcess.start(
                folder,
                Plans.withSecrets(
                    Plans.plan(
                        simulator.url().toString(),
                        100,
                        List.of(Plans.stage("only", new End.After(500)))),
                    Environment.API_KEY,
                    Canary.HEADER),
                Canary.SECRETS)) {
      assertThat(runner.exitCode()).as(runner::everything).isZero();
      RunResult result = runner.result();

      assertThat(result.outcome()).isEqualTo(Outcome.MEASURED);
      assertThat(result.stages()).extracting(StageResult::name).containsExactly("only");
      assertThat(result.stages().getFirst().requests().completed()).isPositive();
      assertThat(runner.fullResult().stages().getFirst().requests().completed())
          .isEqualTo(result.stages().getFirst().requests().completed());
      for (String milestone :
          List.of(
              "run started",
              "target found",
              "client warm",
              "stage started",
              "stage finished",
              "result written")) {
        assertThat(runner.out()).containsOnlyOnce("\"message\":\"" + milestone + "\"");
      }
      assertNoSecret(runner);
    }
  }

  @Test
  void toldToStopItHandsOutWhatItHasInTime() throws Exception {
    try (Simulator simulator = simulator();
        RunnerProcess runner =
            RunnerProcess.start(folder, Plans.endless(simulator.url().toString()), Map.of())) {
      await().atMost(LIMIT).until(() -> simulator.truth().succeeded() > 10);
      assertThat(page(runner.metricsPort(), "/readyz")).isEqualTo("sending load\n");
      assertThat(page(runner.metricsPort(), "/metrics"))
          .contains("loadline_runner_progress_ratio{run=\"test-run\"} ");
      runner.terminate();

      assertThat(runner.exitCode()).as(runner::everything).isEqualTo(143);
      RunResult result = runner.result();
      assertThat(result.outcome()).isEqualTo(Outcome.STOPPED);
      assertThat(result.message()).isPresent();
      assertThat(result.stages().getFirst().window().complete()).isFalse();
      assertThat(result.stages().getFirst().requests().completed()).isPositive();
      assertThat(runner.fullResult().outcome()).isEqualTo(Outcome.STOPPED);
    }
  }

  @Test
  void toldToStopBeforeItsLoadItHandsOutAResult() throws Exception {
    RunPlan plan =
        Plans.waiting(
            Plans.endless("http://127.0.0.1:" + LoadRunTest.closedPort() + "/v1"), 600_000);
    try (RunnerProcess runner = RunnerProcess.start(folder, plan, Map.of())) {
      await().atMost(LIMIT).until(() -> runner.metricsPort() != 0);
      assertThat(page(runner.metricsPort(), "/readyz")).startsWith("no load");
      runner.terminate();

      assertThat(runner.exitCode()).as(runner::everything).isEqualTo(143);
      assertThat(runner.result().outcome()).isEqualTo(Outcome.STOPPED);
      assertThat(runner.result().stages()).isEmpty();
      assertThat(runner.result().loadStartedMillis()).isEmpty();
    }
  }

  @Test
  void aDefectAfterTheLoadBeganKeepsWhatWasMeasuredAndThatLoadWasSent() throws Exception {
    try (Simulator simulator = simulator();
        RunnerProcess runner = RunnerProcess.startBroken(folder, twoStages(simulator), "breaks")) {
      assertThat(runner.exitCode()).as(runner::everything).isEqualTo(70);
      RunResult result = runner.result();

      assertThat(result.outcome()).isEqualTo(Outcome.INTERNAL_ERROR);
      assertThat(result.message().orElseThrow()).startsWith("Internal error");
      assertKeepsTheFirstStage(result);
      assertThat(runner.fullResult().loadStartedMillis()).isEqualTo(result.loadStartedMillis());
    }
  }

  @Test
  void aRunThatDoesNotStopInTimeKeepsWhatWasMeasuredAndThatLoadWasSent() throws Exception {
    try (Simulator simulator = simulator();
        RunnerProcess runner = RunnerProcess.startBroken(folder, twoStages(simulator), "hangs")) {
      await().atMost(LIMIT).until(() -> runner.err().contains("the clock fails"));
      runner.terminate();

      assertThat(runner.exitCode()).as(runner::everything).isEqualTo(143);
      assertThat(runner.result().outcome()).isEqualTo(Outcome.STOPPED);
      assertKeepsTheFirstStage(runner.result());
    }
  }

  private static RunPlan twoStages(Simulator simulator) {
    return Plans.plan(
        simulator.url().toString(),
        0,
        List.of(
            Plans.stage("first", new End.Requests(10)),
            Plans.stage("second", new End.After(600_000))));
  }

  private static void assertKeepsTheFirstStage(RunResult result) {
    assertThat(result.loadStartedMillis()).isPresent();
    assertThat(result.target()).isPresent();
    assertThat(result.generator().loops()).isPositive();
    assertThat(result.stages()).extracting(StageResult::name).containsExactly("first");
    assertThat(result.stages().getFirst().requests().completed()).isGreaterThanOrEqualTo(10);
  }

  @Test
  void anUnreachableTargetEndsInAResult() throws Exception {
    RunPlan plan =
        Plans.waiting(Plans.endless("http://127.0.0.1:" + LoadRunTest.closedPort() + "/v1"), 300);
    try (RunnerProcess runner = RunnerProcess.start(folder, plan, Map.of())) {
      assertThat(runner.exitCode()).as(runner::everything).isEqualTo(69);
      assertThat(runner.result().outcome()).isEqualTo(Outcome.TARGET_UNREACHABLE);
      assertThat(runner.result().message().orElseThrow()).contains("127.0.0.1");
      assertNoStackTrace(runner);
    }
  }

  @Test
  void aBadPlanIsRefusedWithAllItsProblems() throws Exception {
    RunPlan plan =
        Plans.withSecrets(
            Plans.plan("no-url", -1, List.of(Plans.stage("", new End.Requests(0)))),
            Environment.API_KEY);
    try (RunnerProcess runner = RunnerProcess.start(folder, plan, Map.of())) {
      assertThat(runner.exitCode()).as(runner::everything).isEqualTo(64);
      assertThat(runner.result().outcome()).isEqualTo(Outcome.BAD_CONFIGURATION);
      assertThat(runner.result().message().orElseThrow())
          .contains("load.warmupMillis")
          .contains("load.stages[0].name")
          .contains("load.stages[0].end.count")
          .contains(Environment.API_KEY)
          .contains("scheme");
      assertThat(runner.fullResult()).isEqualTo(runner.result());
      assertNoStackTrace(runner);
    }
  }

  @Test
  void aFileThatCannotBeUsedIsToldOnceInTheLog() throws Exception {
    Files.writeString(folder.resolve("chat.jsonl"), "{}\n{\n");
    Workload.Content content =
        new Workload.Content.Dataset("chat.jsonl", "JSONL", Optional.empty());
    RunPlan plan =
        Plans.sending(
            Plans.endless("http://127.0.0.1:1/v1"),
            new Workload(content, Optional.empty(), true, 1));
    Map<String, String> environment =
        Map.of(
            Environment.LOG_FORMAT, "text",
            Environment.DATA, folder.toString(),
            Environment.DATA_SOURCE, "the file ");
    try (RunnerProcess runner = RunnerProcess.start(folder, plan, environment)) {
      assertThat(runner.exitCode()).as(runner::everything).isEqualTo(64);
      assertThat(runner.result().message().orElseThrow())
          .contains("the file chat.jsonl:1: ", "the file chat.jsonl:2: ");
      assertThat(runner.everything().lines().filter(line -> !line.contains("\"version\"")))
          .filteredOn(line -> line.contains("chat.jsonl:2: "))
          .singleElement()
          .asString()
          .contains("ERROR");
      assertThat(runner.everything().lines()).noneMatch(line -> line.endsWith(" "));
    }
  }

  @Test
  void withoutAPlanOrWithAPortThatIsTakenItSaysSo() throws Exception {
    try (RunnerProcess runner =
        RunnerProcess.start(folder, Map.of(Environment.METRICS_PORT, "many"))) {
      assertThat(runner.exitCode()).isEqualTo(64);
      assertThat(runner.result().message().orElseThrow())
          .contains("There is no plan")
          .contains(Environment.METRICS_PORT);
    }
    HttpServer taken = HttpServer.create(loopback(), 0);
    Path second = Files.createDirectory(folder.resolve("second"));
    try (RunnerProcess runner =
        RunnerProcess.start(
            second,
            Plans.endless("http://127.0.0.1:1/v1"),
            Map.of(Environment.METRICS_PORT, "" + taken.getAddress().getPort()))) {
      assertThat(runner.exitCode()).isEqualTo(64);
      assertThat(runner.result().message().orElseThrow()).contains(Environment.METRICS_PORT);
    } finally {
      taken.stop(0);
    }
  }

  private static void assertNoSecret(RunnerProcess runner) {
    assertThat(runner.everything()).doesNotContain(Canary.KEY).doesNotContain(Canary.VALUE);
    assertNoStackTrace(runner);
  }

  /** Standard output is the log, at debug here; standard error is for people. */
  private static void assertNoStackTrace(RunnerProcess runner) {
    assertThat(runner.err()).doesNotContain("\tat ").doesNotContain("Exception");
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static String page(int port, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + port + path);
      HttpRequest request = HttpRequest.newBuilder(uri).timeout(LIMIT).build();
      return client.send(request, BodyHandlers.ofString()).body();
    }
  }

  private static Simulator simulator() {
    return Simulator.start(SimulatorSettings.parse("--port=0", "--ttft=5ms", "--itl=1ms"));
  }
}
