package dev.loadline.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.loadline.runner.contract.ContractJson;
import dev.loadline.runner.contract.Environment;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.End;
import dev.loadline.runner.contract.RunResult;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.RunResult.Outcome;
import dev.loadline.runner.contract.StageResult;
import dev.loadline.runner.contract.Workload;
import dev.loadline.runner.drive.Clocks;
import dev.loadline.runner.http.ProbeResult;
import dev.loadline.runner.progress.MetricsPage;
import dev.loadline.runner.progress.ProgressLines;
import dev.loadline.runner.progress.RunView;
import dev.loadline.runner.simulator.Simulator;
import dev.loadline.runner.simulator.SimulatorSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

@Timeout(120)
class LoadRunTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void measuresAPlanOfTwoStages() {
    try (Simulator simulator = simulator("--ttft=20ms", "--itl=1ms")) {
      RunPlan plan =
          Plans.plan(
              simulator.url().toString(),
              100,
              List.of(
                  Plans.stage("first", new End.Requests(20)),
                  Plans.stage("second", new End.After(300))));
      LoadRun run = run(plan, 0);
      RunResult result = run.run();

      assertThat(result.outcome()).isEqualTo(Outcome.MEASURED);
      assertThat(result.message()).isEmpty();
      assertThat(result.target().orElseThrow().model()).isEqualTo("simulated");
      assertThat(result.target().orElseThrow().engine()).isEqualTo("vLLM");
      assertThat(result.loadStartedMillis()).isPresent();
      assertThat(result.stages()).extracting(StageResult::name).containsExactly("first", "second");
      StageResult first = result.stages().getFirst();
      assertThat(first.window().complete()).isTrue();
      assertThat(first.requests().failed()).isZero();
      assertThat(first.requests().completed()).isGreaterThanOrEqualTo(20);
      assertThat(first.tokens().input().orElseThrow()).isEqualTo(32 * first.requests().completed());
      assertThat(first.tokens().output()).isEqualTo(4 * first.requests().completed());
      assertThat(first.latencies().get(Metric.ttft).p50()).isGreaterThanOrEqualTo(19_900);
      assertThat(simulator.truth().succeeded())
          .isGreaterThanOrEqualTo(
              result.stages().stream().mapToLong(stage -> stage.requests().sent()).sum());
    }
  }

  private static RunPlan limited(RunPlan plan, RunPlan.Limits limits) {
    return new RunPlan(
        plan.version(),
        plan.run(),
        plan.nonce(),
        plan.target(),
        plan.workload(),
        plan.load(),
        plan.goodput(),
        plan.judged(),
        limits);
  }

  @Test
  void tellsWhatItHasSpentAndAtWhichLimitItEnded() {
    try (Simulator simulator = simulator("--ttft=5ms", "--itl=1ms")) {
      RunPlan plan =
          Plans.plan(
              simulator.url().toString(),
              100,
              List.of(Plans.stage("long", new End.After(3_600_000))));
      RunResult result =
          run(
                  limited(
                      plan,
                      new RunPlan.Limits(
                          OptionalLong.of(50), OptionalLong.empty(), OptionalLong.empty())),
                  0)
              .run();

      assertThat(result.outcome()).isEqualTo(Outcome.MEASURED);
      assertThat(result.limitReached()).contains(RunResult.Limit.requests);
      RunResult.Spent spent = result.spent().orElseThrow();
      assertThat(spent.requests()).isEqualTo(50).isEqualTo(simulator.truth().requests());
      assertThat(spent.outputTokens()).isEqualTo(simulator.truth().outputTokens());
      assertThat(spent.runnerMillis()).isPositive();
    }
  }

  @Test
  void waitsForTheTargetNoLongerThanItsTimeAllows() throws IOException {
    RunPlan plan = Plans.requests("http://127.0.0.1:" + closedPort() + "/v1", 5);
    RunResult result =
        run(
                limited(
                    plan,
                    new RunPlan.Limits(
                        OptionalLong.empty(), OptionalLong.empty(), OptionalLong.of(1))),
                0)
            .run();

    assertThat(result.outcome()).isEqualTo(Outcome.TARGET_UNREACHABLE);
    assertThat(result.loadStartedMillis()).isEmpty();
  }

  @Test
  void sendsNothingIfItsTimeIsUp() {
    try (Simulator simulator = simulator("--ttft=1ms", "--itl=1ms")) {
      RunResult result =
          run(
                  limited(
                      Plans.requests(simulator.url().toString(), 5),
                      new RunPlan.Limits(
                          OptionalLong.empty(), OptionalLong.empty(), OptionalLong.of(1))),
                  0)
              .run();

      assertThat(result.outcome()).isIn(Outcome.MEASURED, Outcome.TARGET_UNREACHABLE);
      assertThat(result.loadStartedMillis()).isEmpty();
      assertThat(result.stages()).isEmpty();
      assertThat(simulator.truth().succeeded()).isZero();
    }
  }

  @Test
  void warmsTheClientUpBeforeTheFirstRequest() {
    try (Simulator simulator = simulator("--ttft=1ms", "--itl=1ms")) {
      RunResult result = run(Plans.requests(simulator.url().toString(), 5), 400).run();

      assertThat(result.outcome()).isEqualTo(Outcome.MEASURED);
      assertThat(simulator.truth().requests())
          .isEqualTo(result.stages().getFirst().requests().sent());
    }
  }

  private static RunPlan ofTrace(String url, String file) {
    RunPlan plan = Plans.plan(url, 100, List.of());
    return new RunPlan(
        plan.version(),
        plan.run(),
        plan.nonce(),
        plan.target(),
        new Workload(new Workload.Content.Trace(file, "JSONL"), Optional.empty(), true, 1),
        new RunPlan.Load(
            100,
            1_000,
            "Pooled",
            List.of(
                new RunPlan.Stage(
                    "replay",
                    new RunPlan.Shape.Replay(10, OptionalLong.empty(), OptionalLong.empty()),
                    new End.Trace()))),
        List.of(),
        List.of(),
        RunPlan.Limits.NONE);
  }

  private RunResult runOfTrace(String url, String... lines) throws IOException {
    Files.write(folder.resolve("trace.jsonl"), List.of(lines));
    return run(ofTrace(url, "trace.jsonl"), 0).run();
  }

  private static String record(double seconds, int output) {
    return "{\"timestamp\": %s, \"input_tokens\": 20, \"output_tokens\": %d}"
        .formatted(seconds, output);
  }

  @Test
  void replaysATraceInWhichEveryRecordIsSentOnce() throws IOException {
    try (Simulator simulator = simulator("--ttft=1ms", "--itl=1ms")) {
      RunResult result =
          runOfTrace(
              simulator.url().toString(), record(0, 1), record(0.5, 2), record(2, 4), record(3, 8));

      assertThat(result.outcome()).isEqualTo(Outcome.MEASURED);
      StageResult stage = result.stages().getFirst();
      assertThat(stage.requests().completed()).isEqualTo(2);
      assertThat(stage.tokens().output()).isEqualTo(12);
      assertThat(stage.window().micros()).isEqualTo(300_000);
      assertThat(simulator.truth().requests()).isEqualTo(4);
      assertThat(simulator.truth().outputTokens()).isEqualTo(15);
      assertThat(result.target().orElseThrow().calibration()).isPresent();
    }
  }

  @Test
  void aTraceThatCannotBeUsedEndsTheRunAtOnce() throws IOException {
    String[] lines = new String[30];
    Arrays.fill(lines, "{nonsense");
    lines[0] = record(0, 1);
    RunResult result = runOfTrace("http://127.0.0.1:" + closedPort() + "/v1", lines);

    assertThat(result.outcome()).isEqualTo(Outcome.BAD_CONFIGURATION);
    assertThat(result.message().orElseThrow())
        .startsWith("trace.jsonl:2: ")
        .contains("; trace.jsonl:3: ")
        .endsWith(" more, see the log.")
        .doesNotContain("nonsense")
        .hasSizeLessThan(600);
  }

  @Test
  void aTraceMustNotBeOverBeforeTheWarmup() throws IOException {
    RunResult result =
        runOfTrace("http://127.0.0.1:" + closedPort() + "/v1", record(0, 1), record(0.9, 1));

    assertThat(result.outcome()).isEqualTo(Outcome.BAD_CONFIGURATION);
    assertThat(result.message())
        .contains(
            "trace.jsonl: at this speed the trace is over after 0.09s, and load.warmup is 0.1s:"
                + " give a longer trace, a smaller load.replay.speed, or load.warmup: 0s");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/../../x", "/etc/passwd"})
  void aFileOutsideOfTheDataIsNoFile(String name) throws IOException {
    RunPlan plan = ofTrace("http://127.0.0.1:" + closedPort() + "/v1", name);

    assertThat(run(plan, 0).run().message())
        .contains("workload.content.file names no file below the folder of the data.");
  }

  @Test
  void stoppedWhileItWaitsForTheTargetItSendsNothing() throws Exception {
    RunPlan plan = Plans.waiting(Plans.endless("http://127.0.0.1:" + closedPort() + "/v1"), 60_000);
    LoadRun run = run(plan, 60_000);
    CompletableFuture<RunResult> result = CompletableFuture.supplyAsync(run::run);
    run.stop();

    assertThat(result.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
        .satisfies(stopped -> {
          assertThat(stopped.outcome()).isEqualTo(Outcome.STOPPED);
          assertThat(stopped.message()).contains("The run was stopped before it sent load.");
          assertThat(stopped.stages()).isEmpty();
        });
    assertThat(run.hasStarted()).isFalse();
  }

  @Test
  void stoppedWhileItWaitsForTheTargetItSaysWhatWasWrongWithIt() throws Exception {
    RunPlan plan = Plans.waiting(Plans.endless("http://127.0.0.1:" + closedPort() + "/v1"), 60_000);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(Preparation.class);
    log.start();
    logger.addAppender(log);
    logger.setLevel(Level.INFO);
    try {
      LoadRun run = run(plan, 60_000);
      CompletableFuture<RunResult> result = CompletableFuture.supplyAsync(run::run);
      await()
          .atMost(LIMIT)
          .until(() ->
              log.list.stream()
                  .anyMatch(line -> line.getMessage().equals("waiting for the target")));
      run.stop();

      RunResult stopped = result.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      assertThat(stopped.outcome()).isEqualTo(Outcome.STOPPED);
      assertThat(stopped.reason()).contains("TargetUnreachable");
      assertThat(stopped.message().orElseThrow())
          .startsWith(
              "The run was stopped before it sent load. It waited for the target: 127.0.0.1")
          .contains("refused the connection");
      assertThat(log.list.getFirst().getKeyValuePairs().toString())
          .contains("target=\"http://127.0.0.1:", "upTo=\"1m\"", "refused the connection");
    } finally {
      logger.setLevel(null);
      logger.detachAppender(log);
    }
  }

  @Test
  void stoppedInTheMiddleItKeepsWhatItHasMeasured() throws Exception {
    try (Simulator simulator = simulator("--ttft=5ms", "--itl=1ms")) {
      LoadRun run = run(Plans.endless(simulator.url().toString()), 0);
      CompletableFuture<RunResult> running = CompletableFuture.supplyAsync(run::run);
      await().atMost(LIMIT).until(() -> simulator.truth().succeeded() > 20);
      assertThat(run.hasStarted()).isTrue();
      run.stop();
      RunResult result = running.get(LIMIT.toSeconds(), TimeUnit.SECONDS);

      assertThat(result.outcome()).isEqualTo(Outcome.STOPPED);
      assertThat(result.stages()).hasSize(1);
      assertThat(result.stages().getFirst().window().complete()).isFalse();
      assertThat(result.stages().getFirst().requests().completed()).isGreaterThanOrEqualTo(10);
      assertThat(result.stages().getFirst().requests().failed()).isZero();
    }
  }

  @Test
  void aTargetThatNeverAnswersIsUnreachable() throws IOException {
    RunPlan plan = Plans.waiting(Plans.endless("http://127.0.0.1:" + closedPort() + "/v1"), 300);
    RunResult result = run(plan, 60_000).run();

    assertThat(result.outcome()).isEqualTo(Outcome.TARGET_UNREACHABLE);
    assertThat(result.reason()).contains("TargetUnreachable");
    assertThat(result.message().orElseThrow()).contains("127.0.0.1");
    assertThat(result.loadStartedMillis()).isEmpty();
  }

  @Test
  void aTargetThatServesAnotherModelDoesNotServeTheModel() {
    try (Simulator simulator = simulator("--model=other")) {
      String json = ContractJson.write(Plans.waiting(Plans.endless(simulator.url() + ""), 5000));
      RunPlan plan = ContractJson.readPlan(json.replace("\"api\":", "\"model\":\"mine\",\"api\":"));
      RunResult result = run(plan, 0).run();

      assertThat(result.outcome()).isEqualTo(Outcome.TARGET_UNREACHABLE);
      assertThat(result.reason()).contains("ModelNotServed");
      assertThat(result.message().orElseThrow()).contains("mine").contains("other");
    }
  }

  @Test
  void aTargetWithoutTheApiIsNotFound() {
    try (Simulator simulator = simulator()) {
      String elsewhere = simulator.url().toString().replace("/v1", "/elsewhere");
      RunResult result = run(Plans.waiting(Plans.endless(elsewhere), 3_000), 0).run();

      assertThat(result.outcome()).isEqualTo(Outcome.TARGET_UNREACHABLE);
      assertThat(result.reason()).contains("TargetNotFound");
    }
  }

  @Test
  void aRefusedKeyAndATargetThatIsNotReadyHaveReasonsOfTheirOwn() {
    RunResult refused = NoLoad.result(new ProbeResult.Unauthorized("HTTP 401"), Clocks.SYSTEM);
    assertThat(refused.outcome()).isEqualTo(Outcome.UNAUTHORIZED);
    assertThat(refused.reason()).contains("Unauthorized");
    RunResult loading = NoLoad.result(new ProbeResult.Timeout("HTTP 503"), Clocks.SYSTEM);
    assertThat(loading.outcome()).isEqualTo(Outcome.TARGET_UNREACHABLE);
    assertThat(loading.reason()).contains("Timeout");
  }

  @Test
  void aCaBundleThatIsNoneIsABadConfiguration() {
    String json = ContractJson.write(Plans.endless("https://127.0.0.1:1/v1"));
    RunPlan plan = ContractJson.readPlan(json.replace("\"api\":", "\"caBundle\":\"x\",\"api\":"));
    RunResult result = run(plan, 0).run();

    assertThat(result.outcome()).isEqualTo(Outcome.BAD_CONFIGURATION);
    assertThat(result.message().orElseThrow()).startsWith("The CA bundle cannot be used");
  }

  @Test
  void showsItselfWhileItRuns() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger(ProgressLines.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    logger.setLevel(Level.INFO);
    try (Simulator simulator = simulator("--ttft=5ms", "--itl=1ms")) {
      RunPlan plan = Plans.endless(simulator.url().toString());
      LoadRun run = run(plan, 0);
      RunView view = new RunView(plan, run::progress, run::endedStages);
      ProgressLines lines = new ProgressLines(view, Optional.of(Duration.ofMillis(100)));
      MetricsPage page = new MetricsPage(view);
      assertThat(page.text()).isEmpty();
      CompletableFuture<RunResult> running = CompletableFuture.supplyAsync(run::run);
      await()
          .atMost(LIMIT)
          .until(() -> {
            lines.look();
            return log.list.stream().filter(line -> isProgress(line)).count() > 1
                && page.text().contains("loadline_runner_ttft_seconds_bucket");
          });
      assertPage(page.text());
      run.stop();
      running.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      lines.look();

      assertThat(log.list).first().extracting(ILoggingEvent::getMessage).isEqualTo("stage started");
      assertThat(log.list).last().extracting(ILoggingEvent::getMessage).isEqualTo("stage finished");
      assertThat(page.text()).contains("outcome=\"success\"").doesNotContain("progress_ratio");
    } finally {
      logger.setLevel(null);
      logger.detachAppender(log);
    }
  }

  private static boolean isProgress(ILoggingEvent line) {
    return line.getMessage().equals("progress")
        && line.getKeyValuePairs().stream()
            .map(pair -> pair.key)
            .toList()
            .containsAll(List.of("ttftP95Millis", "phase", "runDone"));
  }

  private static void assertPage(String page) {
    String labels = "{run=\"test-run\",stage=\"endless\"}";
    for (String metric :
        List.of("ttft", "inter_token", "time_per_output_token", "request_latency", "send_lag")) {
      long count = Math.round(value(page, "loadline_runner_" + metric + "_seconds_count" + labels));
      double sum = value(page, "loadline_runner_" + metric + "_seconds_sum" + labels);
      assertThat(count).as(metric).isPositive();
      assertThat(sum / count).as(metric).isBetween(0.0, 5.0);
      assertThat(page)
          .contains(
              "loadline_runner_"
                  + metric
                  + "_seconds_bucket{run=\"test-run\",stage=\"endless\","
                  + "le=\"+Inf\"} "
                  + count
                  + "\n");
    }
    assertThat(value(page, "loadline_runner_output_tokens_total" + labels)).isPositive();
    assertThat(value(page, "loadline_runner_requests_in_flight" + labels)).isBetween(0.0, 2.0);
    assertThat(value(page, "loadline_runner_progress_ratio{run=\"test-run\"}")).isBetween(0.0, 1.0);
    assertThat(page)
        .contains("loadline_runner_requests_total{outcome=\"failure\",run=\"test-run\",stage=");
  }

  private static double value(String page, String series) {
    return page.lines()
        .filter(line -> line.startsWith(series + " "))
        .map(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError(series + " is not in\n" + page));
  }

  private LoadRun run(RunPlan plan, int clientWarmupMillis) {
    Map<String, String> environment =
        Map.of(
            Environment.PLAN,
            ContractJson.write(plan),
            Environment.CLIENT_WARMUP_MILLIS,
            "" + clientWarmupMillis,
            Environment.DATA,
            folder.toString());
    RunnerSettings settings =
        ((RunnerSettings.Reading.Usable) RunnerSettings.read(environment)).settings();
    return new LoadRun(settings, Clocks.SYSTEM, System.nanoTime());
  }

  private static Simulator simulator(String... options) {
    String[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = "--port=0";
    return Simulator.start(SimulatorSettings.parse(all));
  }

  static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
