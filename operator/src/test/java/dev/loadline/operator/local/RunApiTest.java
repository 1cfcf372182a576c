package dev.loadline.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.loadline.operator.RealOperator;
import dev.loadline.runner.contract.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code run} with the real operator, the real load runner as a process and a simulator that wants
 * a key. Whether a measurement is valid depends on how busy the machine is, so a verdict is Pass or
 * Fail or Invalid for that reason alone; everything else is asserted as it is.
 */
class RunApiTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String CANARY = "canary-4f1d";
  private static int port;
  private static ChildProcess simulator;

  @TempDir private static Path logs;
  @TempDir private Path folder;
  private final Captured captured = new Captured();

  @BeforeAll
  static void startSimulator() throws IOException {
    port = LocalPod.freePort();
    List<String> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
    simulator =
        ChildProcess.start(
            List.of(
                "simulate",
                "--port",
                Integer.toString(port),
                "--ttft",
                "20ms",
                "--itl",
                "2ms",
                "--duration",
                "5m",
                "--api-key-variable",
                "KEY"),
            Map.of("KEY", CANARY),
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

  private static String secret(String key) {
    return "apiVersion: v1\nkind: Secret\nmetadata: {name: key}\nstringData: {token: "
        + key
        + "}\n---\n";
  }

  private static String test(String name, int toPort, String objective) {
    return """
    apiVersion: loadline.dev/v1alpha1
    kind: LoadTest
    metadata: {name: %s}
    spec:
      schedule: "0 0 1 1 *"
      target:
        url: http://127.0.0.1:%d/v1
        readinessTimeout: 20s
        auth: {apiKeySecretRef: {name: key, key: token}}
      workload: {synthetic: {inputTokens: 20, outputTokens: 5}}
      load: {warmup: 0s, drainTimeout: 5s, stages: [{name: one, users: 4, requests: 80}]}
      objectives: [%s]
      lifecycle: {maxStartAttempts: 1}
    """
        .formatted(name, toPort, objective);
  }

  /** The operator deletes its run as soon as it has finished. */
  private static String forgotten(String test) {
    return test.replace(
        "spec:\n", "spec:\n  successfulRunsHistoryLimit: 0\n  failedRunsHistoryLimit: 0\n");
  }

  private int run(String text, String... options) throws IOException {
    Path file = Files.writeString(folder.resolve("test.yaml"), text);
    String[] arguments = new String[options.length + 1];
    arguments[0] = file.toString();
    System.arraycopy(options, 0, arguments, 1, options.length);
    int code =
        captured.run(
            new RunCommand(
                RealOperator::starter,
                Map.of(Environment.CLIENT_WARMUP_MILLIS, "0"),
                captured.outStream,
                captured.errorStream),
            arguments);
    assertThat(captured.everything()).doesNotContain(CANARY).doesNotContain("\tat ");
    return code;
  }

  private static int codeOf(JsonNode run) {
    String verdict = run.at("/status/verdict").asText();
    if (verdict.equals("Invalid")) {
      assertThat(run.at("/status/verdictReason").asText())
          .isIn("GeneratorSaturated", "RateNotAchieved");
    }
    return List.of("Pass", "Fail", "Invalid").indexOf(verdict);
  }

  @Test
  void measuresEachTestOnceNowAndPrintsNothingButTheRuns() throws Exception {
    String met = "{name: first, metric: ttft, statistic: p90, max: 30s}";
    String missed = "{name: first, metric: ttft, statistic: p90, max: 1ms}";
    int code =
        run(
            secret(CANARY)
                + forgotten(test("passes", port, met))
                + "---\n"
                + forgotten(test("fails", port, missed)),
            "-o",
            "json");
    JsonNode list = JsonMapper.builder().build().readTree(captured.out());
    assertThat(list.path("kind").asText()).isEqualTo("List");
    JsonNode passes = list.at("/items/0");
    JsonNode fails = list.at("/items/1");
    assertThat(passes.at("/spec/loadTest").asText()).isEqualTo("passes");
    assertThat(passes.at("/spec/trigger").asText()).isEqualTo("RunNow");
    assertThat(passes.at("/status/phase").asText()).isEqualTo("Completed");
    assertThat(passes.at("/status/stages/0/requests/completed").asInt()).isBetween(80, 84);
    assertThat(passes.at("/status/stages/0/latencyMicros/ttft/p50").asInt()).isGreaterThan(15_000);
    assertThat(passes.at("/status/objectives/0/result").asText()).isEqualTo("Met");
    assertThat(fails.at("/status/objectives/0/result").asText()).isEqualTo("Missed");
    assertThat(passes.at("/status/verdict").asText()).isIn("Pass", "Invalid");
    assertThat(fails.at("/status/verdict").asText()).isIn("Fail", "Invalid");
    assertThat(code).isEqualTo(Math.max(codeOf(passes), codeOf(fails)));
    assertThat(captured.errors())
        .containsPattern("passes-\\S+: Completed")
        .containsPattern("fails-\\S+: Completed")
        .contains("stage finished");
  }

  @Test
  void printsATableForPeopleAndOneObjectAsYaml() throws Exception {
    String test = secret(CANARY) + test("quick", port, "");
    int tableCode = run(test);
    assertThat(captured.out())
        .contains("Run default/quick-")
        .containsPattern("one +4 users +\\S+ +8[0-4] +8[0-4] +0 +0 +0%")
        .containsPattern("one +TTFT +8[0-4] ")
        .containsPattern("one +TPOT +[1-8]\\d ")
        .containsPattern("one +latency +8[0-4] ")
        .contains("TokenCountMismatch")
        .containsPattern("Verdict: (None|Invalid)");
    assertThat(tableCode).isIn(0, 2);
    Captured second = new Captured();
    Path file = folder.resolve("test.yaml");
    int yamlCode =
        second.run(
            new RunCommand(
                RealOperator::starter,
                Map.of(Environment.CLIENT_WARMUP_MILLIS, "0"),
                second.outStream,
                second.errorStream),
            file.toString(),
            "-o",
            "yaml",
            "--keep");
    JsonNode run = new YAMLMapper().readTree(second.out());
    assertThat(run.path("kind").asText()).isEqualTo("LoadTestRun");
    assertThat(run.path("metadata").has("managedFields")).isFalse();
    assertThat(yamlCode).isIn(0, 2);
    String kept = second.errors().lines().reduce((one, other) -> other).orElseThrow();
    Path log = Path.of(kept.substring(kept.lastIndexOf(' ') + 1));
    try (var files = Files.list(log)) {
      assertThat(files.toList())
          .anyMatch(path -> path.toString().endsWith(".log"))
          .noneMatch(path -> path.toString().endsWith("kubeconfig"));
    }
    assertThat(Files.readString(log.resolve("objects.yaml")))
        .contains("kind: LoadTest\n")
        .contains("kind: LoadTestRun\n")
        .doesNotContain("kind: Secret")
        .doesNotContain(CANARY);
    new LocalFolder(log).delete();
  }

  @Test
  void runsAgainWhatItPrinted() throws Exception {
    run(secret(CANARY) + test("quick", port, ""), "-o", "yaml");
    String printed = captured.out();
    assertThat(printed).contains("trigger: RunNow", "kind: LoadTestRun");

    assertThat(run(secret(CANARY) + printed)).isIn(0, 2);
    assertThat(captured.out()).containsPattern("one +4 users +\\S+ +8[0-4] +8[0-4] +0 +0 +0%");
  }

  @Test
  void saysWhyNothingCouldBeMeasured() throws Exception {
    int nobody = LocalPod.freePort();
    assertThat(run(secret(CANARY) + test("nobody", nobody, "").replace("20s", "1s"))).isEqualTo(3);
    assertThat(captured.out()).contains("Verdict: None (TargetUnreachable)");
    assertThat(run(secret("wrong-" + "key") + test("wrongkey", port, ""))).isEqualTo(3);
    assertThat(captured.out()).contains("Verdict: None (Unauthorized)");
    assertThat(captured.everything()).doesNotContain("wrong-key");
  }

  /** SIGTERM, as Ctrl-C, or SIGKILL, after which it can neither print nor clean up anything. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noProcessOutlivesTheProgram(boolean killed) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("long.yaml"),
            secret(CANARY)
                + test("long", port, "").replace("requests: 80", "duration: 10m")
                + "---\n"
                + test("next", port, ""));
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Path errors = folder.resolve("errors.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            System.getProperty("java.class.path"),
            "dev.loadline.operator.Main",
            "run",
            "--output=json",
            file.toString());
    builder.environment().put(Environment.CLIENT_WARMUP_MILLIS, "0");
    List<ProcessHandle> children = new ArrayList<>();
    Process program = builder.redirectErrorStream(true).redirectOutput(errors.toFile()).start();
    try {
      Awaitility.await()
          .atMost(LIMIT)
          .until(() -> Files.readString(errors).contains("Running: sends load"));
      program.descendants().forEach(children::add);
      assertThat(children).isNotEmpty();
      if (killed) {
        program.destroyForcibly();
      } else {
        program.destroy();
      }
      assertThat(program.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      Awaitility.await()
          .atMost(LIMIT)
          .until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
      try (var left = Files.list(temporary)) {
        assertThat(left.filter(path -> path.getFileName().toString().startsWith("loadline-")))
            .hasSize(killed ? 1 : 0);
      }
      assertThat(Files.readString(errors)).doesNotContain(CANARY).doesNotContain("Exception");
      if (!killed) {
        assertThat(program.exitValue()).isEqualTo(143);
        assertThat(Files.readString(errors))
            .contains("Stopping: what has been measured so far follows.")
            .contains("loadline: LoadTest next was not run: stopped before it began")
            .contains("\"kind\" : \"List\"")
            .containsPattern("\"sent\" : [1-9]")
            .contains("\"verdictReason\" : \"Stopped\"");
      }
    } finally {
      children.forEach(ProcessHandle::destroyForcibly);
      program.destroyForcibly();
    }
  }
}
