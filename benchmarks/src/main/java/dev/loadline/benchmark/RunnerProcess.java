package dev.loadline.benchmark;

import dev.loadline.runner.contract.ContractJson;
import dev.loadline.runner.contract.Environment;
import dev.loadline.runner.contract.ResultCodec;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunResult;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.StageResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The load runner, whole, as a process of its own: started as its image starts it. */
final class RunnerProcess implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final Program program;
  private final Path terminationLog;

  /**
   * Starts one.
   *
   * @param cpus where it may run
   * @param folder for its files; one runner at a time
   * @param clientWarmup how long it warms itself up before its first request
   * @param command starts it
   */
  RunnerProcess(String cpus, Path folder, RunPlan plan, Duration clientWarmup, List<String> command)
      throws IOException {
    terminationLog = folder.resolve("termination-log");
    Files.deleteIfExists(terminationLog);
    program =
        Program.start(
            cpus,
            command,
            Map.of(
                Environment.PLAN, ContractJson.write(plan),
                Environment.TERMINATION_LOG, terminationLog.toString(),
                Environment.METRICS_HOST, "127.0.0.1",
                Environment.METRICS_PORT, "0",
                Environment.CLIENT_WARMUP_MILLIS, Long.toString(clientWarmup.toMillis())),
            folder.resolve("runner.log"),
            false);
  }

  Program program() {
    return program;
  }

  /** Waits a little for its end and reads its result. */
  RunResult result() throws IOException, InterruptedException {
    program.await(LIMIT);
    ResultCodec.Decoded decoded = ResultCodec.decode(Files.readString(terminationLog));
    if (decoded instanceof ResultCodec.Decoded.Read(RunResult result)
        && result.outcome() == RunResult.Outcome.MEASURED) {
      return result;
    }
    throw new IllegalStateException("the runner has measured nothing: " + program.logText());
  }

  /** A stage's distribution, without which there is nothing to report. */
  static Latency latency(StageResult stage, Metric metric) {
    Latency latency = stage.latencies().get(metric);
    if (latency == null) {
      throw new IllegalStateException("no " + metric + " was measured");
    }
    return latency;
  }

  @Override
  public void close() {
    program.close();
  }
}
