package dev.loadline.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.contract.ContractJson;
import dev.loadline.runner.contract.Environment;
import dev.loadline.runner.contract.ResultCodec;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load runner as a process of its own, as a container or local mode starts it. */
final class RunnerProcess implements AutoCloseable {
  private static final long LIMIT_SECONDS = 60;

  private final Process process;
  private final Path out;
  private final Path err;
  private final Path terminationLog;

  private RunnerProcess(Process process, Path folder) {
    this.process = process;
    out = folder.resolve("out");
    err = folder.resolve("err");
    terminationLog = folder.resolve("termination-log");
  }

  /** Starts it with this plan, without a warm-up of the client. */
  static RunnerProcess start(Path folder, RunPlan plan, Map<String, String> more)
      throws IOException {
    Path file = Files.writeString(folder.resolve("plan.json"), ContractJson.write(plan));
    Map<String, String> environment = new HashMap<>(more);
    environment.put(Environment.PLAN_FILE, file.toString());
    return start(folder, environment);
  }

  /** Starts it with these variables and those that keep it apart from others. */
  static RunnerProcess start(Path folder, Map<String, String> environment) throws IOException {
    return start(folder, environment, List.of("-cp", classPath(), Main.class.getName(), "run"));
  }

  /** Starts one with a defect, see {@link BrokenRunner}. */
  static RunnerProcess startBroken(Path folder, RunPlan plan, String how) throws IOException {
    return start(
        folder,
        Map.of(Environment.PLAN, ContractJson.write(plan)),
        List.of("-cp", System.getProperty("java.class.path"), BrokenRunner.class.getName(), how));
  }

  private static RunnerProcess start(
      Path folder, Map<String, String> environment, List<String> program) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.addAll(
        List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(program);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("LOADLINE_"));
    builder
        .environment()
        .putAll(
            Map.of(
                Environment.TERMINATION_LOG, folder.resolve("termination-log").toString(),
                Environment.METRICS_HOST, "127.0.0.1",
                Environment.METRICS_PORT, "0",
                Environment.LOG_LEVEL, "DEBUG",
                Environment.CLIENT_WARMUP_MILLIS, "0"));
    builder.environment().putAll(environment);
    return new RunnerProcess(builder.start(), folder);
  }

  /** Without the settings of the tests' own log. */
  private static String classPath() {
    String separator = System.getProperty("path.separator");
    return String.join(
        separator,
        List.of(System.getProperty("java.class.path").split(Pattern.quote(separator), -1)).stream()
            .filter(part -> !part.contains("test-classes"))
            .toList());
  }

  /** Waits for its end. */
  int exitCode() throws InterruptedException {
    assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
        .as("it ended within %s s:\n%s", LIMIT_SECONDS, text(out))
        .isTrue();
    return process.exitValue();
  }

  /** SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** Standard output until now. */
  String out() {
    return text(out);
  }

  /** Everything that it has let out until now: standard output, standard error, result. */
  String everything() {
    String result =
        ResultCodec.decode(text(terminationLog)) instanceof ResultCodec.Decoded.Read(RunResult read)
            ? ContractJson.write(read)
            : "";
    return text(out) + text(err) + text(terminationLog) + result;
  }

  /** Standard error. */
  String err() {
    return text(err);
  }

  /** The result in the termination log. */
  RunResult result() {
    ResultCodec.Decoded decoded = ResultCodec.decode(text(terminationLog));
    assertThat(decoded).as(this::everything).isInstanceOf(ResultCodec.Decoded.Read.class);
    return ((ResultCodec.Decoded.Read) decoded).result();
  }

  /** The result in full: the last line of standard output. */
  RunResult fullResult() {
    return ContractJson.readResult(text(out).lines().reduce("", (before, line) -> line));
  }

  /** The port of its metrics, once it has said so. */
  int metricsPort() {
    Matcher port = Pattern.compile("\"metricsPort\":\"?(\\d+)").matcher(text(out));
    return port.find() ? Integer.parseInt(port.group(1)) : 0;
  }

  private static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
