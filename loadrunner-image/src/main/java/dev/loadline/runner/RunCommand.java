package dev.loadline.runner;

import dev.loadline.runner.contract.Environment;
import dev.loadline.runner.contract.RunPlan.JudgedMetric;
import dev.loadline.runner.contract.RunResult;
import dev.loadline.runner.contract.RunResult.Outcome;
import dev.loadline.runner.drive.Clocks;
import dev.loadline.runner.progress.MetricsPage;
import dev.loadline.runner.progress.RunView;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

/**
 * {@code run}: runs the plan that the environment names and hands out a result, in every case. The
 * exit code is that of the result's outcome.
 */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = 64,
    description = {
      "Runs a load plan. The plan and all settings come from the environment:",
      "  LOADLINE_PLAN or LOADLINE_PLAN_FILE   the plan (JSON), or a file that holds it",
      "  LOADLINE_TERMINATION_LOG              file for the result",
      "  LOADLINE_DATA                         folder with the workload's dataset or trace",
      "  LOADLINE_DATA_SOURCE                  what its problems begin with, before the file's"
          + " name",
      "  LOADLINE_METRICS_HOST, _PORT          where /metrics and /readyz are served",
      "  LOADLINE_LOG_FORMAT, _LEVEL           json or text; DEBUG adds stack traces",
      "  LOADLINE_CLIENT_WARMUP_MILLIS         the client's own warm-up, 10000 by default",
      "Exit codes: 0 measured, 64 bad plan or environment, 69 target unreachable,",
      "70 internal error, 77 target refuses the key, 143 stopped (partial result)."
    })
final class RunCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  /** A kubelet's patience is 30 s; an operator's and a person's is shorter. */
  private static final Duration STOP_WITHIN = Duration.ofSeconds(4);

  /** A result is written in much less. */
  private static final Duration WRITE_WITHIN = Duration.ofSeconds(2);

  private final Map<String, String> environment;
  private final LogSettings log;
  private final OutputSettings output;
  private final PrintStream out = System.out;
  private final ResultOutput results;
  private final Clocks clocks;

  /** For picocli: with this process's environment and clocks. */
  RunCommand() {
    this(System.getenv(), Clocks.SYSTEM);
  }

  RunCommand(Map<String, String> environment, Clocks clocks) {
    this.environment = environment;
    this.clocks = clocks;
    log = LogSettings.read(environment, Main.isTerminal());
    output = OutputSettings.read(environment);
    results = new ResultOutput(output.terminationLog(), out, WRITE_WITHIN);
  }

  @Override
  public Integer call() {
    return switch (RunnerSettings.read(environment)) {
      case RunnerSettings.Reading.Unusable(List<String> problems) -> refuse(problems);
      case RunnerSettings.Reading.Usable(RunnerSettings settings) ->
          output.problems().isEmpty() ? run(settings) : refuse(List.of());
    };
  }

  private int refuse(List<String> problems) {
    List<String> all = new ArrayList<>(problems);
    all.addAll(output.problems());
    RunResult result = NoLoad.result(all, clocks);
    all.forEach(LOG::error);
    results.write(result);
    return result.outcome().exitCode();
  }

  private int run(RunnerSettings settings) {
    LoadRun run = new LoadRun(settings, clocks, clocks.nanoTime().getAsLong() - ageNanos());
    RunView view = new RunView(settings.plan(), run::progress, run::endedStages);
    MetricsPage metrics = new MetricsPage(view);
    try (ManagementServer server =
        new ManagementServer(output.metricsAddress(), metrics::text, run::hasStarted)) {
      LOG.atInfo()
          .addKeyValue("run", settings.plan().run())
          .addKeyValue("target", settings.endpoint().url())
          .addKeyValue("stages", settings.plan().load().stages().size())
          .addKeyValue("metricsPort", server.port())
          .log("run started");
      return watched(run, settings.plan().judged(), new Narrator(view, log, out));
    } catch (IOException | UnresolvedAddressException e) {
      LOG.debug("no management server", e);
      return refuse(
          List.of(
              "Cannot serve /metrics on %s:%d: set %s and %s to this machine and a free port."
                  .formatted(
                      output.metricsHost(),
                      output.metricsPort(),
                      Environment.METRICS_HOST,
                      Environment.METRICS_PORT)));
    }
  }

  /** How old this process is. */
  private static long ageNanos() {
    return TimeUnit.MILLISECONDS.toNanos(ManagementFactory.getRuntimeMXBean().getUptime());
  }

  /** Runs with an ear for signals: a stopped run hands out what it has, in time. */
  private int watched(LoadRun run, List<JudgedMetric> judged, Narrator narrator) {
    CountDownLatch done = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(run, judged, done), "stop"));
    RunResult result = resultOf(run);
    narrator.stop();
    results.write(result, judged);
    done.countDown();
    return results.written().orElse(result.outcome()).exitCode();
  }

  /** Whatever happens there is a result: here, and only here, everything is caught. */
  private RunResult resultOf(LoadRun run) {
    try {
      RunResult result = run.run();
      if (result.outcome() != Outcome.BAD_CONFIGURATION) { // Each of those is in the log already.
        result.message().ifPresent(LOG::warn);
      }
      return result;
    } catch (RuntimeException | Error defect) {
      LOG.debug("internal error", defect);
      String message =
          "Internal error (%s). This is a defect of Loadline; with %s=DEBUG the log says where."
              .formatted(defect.getClass().getSimpleName(), Environment.LOG_LEVEL);
      LOG.error(message);
      return run.resultSoFar(Outcome.INTERNAL_ERROR, message);
    }
  }

  /** Ends the JVM; the code is that of the result that was handed out. */
  private void stop(LoadRun run, List<JudgedMetric> judged, CountDownLatch done) {
    run.stop();
    try {
      if (!done.await(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        results.write(
            run.resultSoFar(Outcome.STOPPED, "The run was stopped and did not end in time."),
            judged);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime()
        .halt(results.written().map(Outcome::exitCode).orElse(Outcome.STOPPED.exitCode()));
  }
}
