package dev.loadline.runner;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.loadline.runner.contract.ContractJson;
import dev.loadline.runner.contract.Environment;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.End;
import dev.loadline.runner.contract.RunPlan.Shape;
import dev.loadline.runner.contract.RunPlan.Stage;
import dev.loadline.runner.contract.RunResult;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.StageResult;
import dev.loadline.runner.drive.Clocks;
import dev.loadline.runner.progress.MetricsPage;
import dev.loadline.runner.progress.ProgressLines;
import dev.loadline.runner.progress.RunView;
import dev.loadline.runner.simulator.Simulator;
import dev.loadline.runner.simulator.SimulatorSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** What the log and the page say of stages that nobody looked at while they ran. */
@Timeout(60)
class FinalFiguresTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(ProgressLines.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
    logger.setLevel(Level.INFO);
  }

  @AfterEach
  void stopListening() {
    logger.setLevel(null);
    logger.detachAppender(log);
  }

  @Test
  void logAndPageAgreeWithTheResult() {
    try (Simulator simulator =
        Simulator.start(SimulatorSettings.parse("--port=0", "--ttft=2ms", "--itl=1ms"))) {
      RunPlan plan =
          Plans.plan(
              simulator.url().toString(),
              0,
              List.of(
                  Plans.stage("closed", new End.Requests(5)),
                  new Stage(
                      "open",
                      new Shape.Open("100", Optional.empty(), "Constant", 1),
                      new End.Requests(5))));
      LoadRun run = run(plan);
      RunView view = new RunView(plan, run::progress, run::endedStages);
      RunResult result = run.run();
      ProgressLines lines = new ProgressLines(view, Optional.empty());
      lines.look();
      lines.look();

      assertThat(log.list)
          .extracting(line -> line.getMessage() + " " + value(line, "stage").orElseThrow())
          .containsExactly(
              "stage started closed",
              "stage finished closed",
              "stage started open",
              "stage finished open");
      String page = new MetricsPage(view).text();
      assertThat(result.stages()).hasSize(2);
      result.stages().forEach(stage -> assertAgrees(stage, page));
      assertThat(value(log.list.get(1), "ttftP95Millis")).isPresent();
      assertThat(value(log.list.get(1), "ttftScheduledP95Millis")).isEmpty();
      assertThat(value(log.list.get(3), "ttftScheduledP95Millis")).isPresent();
      assertThat(page)
          .doesNotContain("ttft_scheduled_seconds_count{run=\"test-run\",stage=\"closed\"}");
    }
  }

  @Test
  void theFinalLineSaysWhatTheResultSaysOfTheWindow() {
    try (Simulator simulator =
        Simulator.start(SimulatorSettings.parse("--port=0", "--ttft=2ms", "--itl=1ms"))) {
      RunPlan plan =
          Plans.plan(
              simulator.url().toString(), 500, List.of(Plans.stage("closed", new End.After(500))));
      LoadRun run = run(plan);
      StageResult stage = run.run().stages().getFirst();
      new ProgressLines(new RunView(plan, run::progress, run::endedStages), Optional.empty())
          .look();

      ILoggingEvent line = log.list.getLast();
      assertThat(line.getMessage()).isEqualTo("stage finished");
      assertThat(run.endedStages().getFirst().figures().completed())
          .as("warm-up included")
          .isGreaterThan(stage.requests().completed());
      assertThat(value(line, "requests")).hasValue("" + stage.requests().ended());
      assertThat(value(line, "errors")).hasValue("0");
      assertThat(value(line, "tokensPerSecond"))
          .hasValue("" + Math.round(stage.inWindow().outputTokens() / 0.5));
      assertThat(value(line, "ttftP50Millis"))
          .hasValue("" + Math.round(stage.latencies().get(Metric.ttft).p50() / 100.0) / 10.0);
    }
  }

  private void assertAgrees(StageResult stage, String page) {
    assertThat(log.list)
        .filteredOn(line -> value(line, "stage").orElseThrow().equals(stage.name()))
        .last()
        .extracting(line -> value(line, "requests").orElseThrow())
        .isEqualTo("" + (stage.requests().completed() + stage.requests().failed()));
    assertThat(page)
        .contains(
            "requests_total{outcome=\"success\",run=\"test-run\",stage=\"%s\"} %d.0\n"
                .formatted(stage.name(), stage.requests().completed()));
    stage
        .latencies()
        .forEach((metric, latency) -> {
          String name =
              switch (metric) {
                case ttft -> "ttft";
                case ttftScheduled -> "ttft_scheduled";
                case itl -> "inter_token";
                case tpot -> "time_per_output_token";
                case e2e -> "request_latency";
                case sendLag -> "send_lag";
                default -> "";
              };
          if (!name.isEmpty()) {
            assertThat(page)
                .contains(
                    "loadline_runner_%s_seconds_count{run=\"test-run\",stage=\"%s\"} %d\n"
                        .formatted(name, stage.name(), latency.count()));
          }
        });
  }

  private static Optional<String> value(ILoggingEvent line, String key) {
    return line.getKeyValuePairs().stream()
        .filter(pair -> pair.key.equals(key))
        .map(pair -> String.valueOf(pair.value))
        .findFirst();
  }

  private static LoadRun run(RunPlan plan) {
    Map<String, String> environment =
        Map.of(Environment.PLAN, ContractJson.write(plan), Environment.CLIENT_WARMUP_MILLIS, "0");
    RunnerSettings settings =
        ((RunnerSettings.Reading.Usable) RunnerSettings.read(environment)).settings();
    return new LoadRun(settings, Clocks.SYSTEM, System.nanoTime());
  }
}
