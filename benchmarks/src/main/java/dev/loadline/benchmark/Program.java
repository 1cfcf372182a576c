package dev.loadline.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process of the benchmark, on the CPUs that it is given and on no other. */
final class Program implements AutoCloseable {
  private static final long KILL_SECONDS = 5;

  private final Process process;
  private final Path log;

  /** A benchmark that is interrupted leaves no process behind. */
  private final Thread end;

  private Program(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.end = new Thread(process::destroy);
  }

  /**
   * Starts a program.
   *
   * @param cpus what {@code taskset} understands, for example {@code 1}
   * @param environment variables beside those of this process
   * @param log where its standard error goes, and its output unless that is read here
   * @param piped whether its input and output are talked to
   */
  static Program start(
      String cpus, List<String> command, Map<String, String> environment, Path log, boolean piped)
      throws IOException {
    List<String> pinned = new ArrayList<>(List.of("taskset", "-c", cpus));
    pinned.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(pinned).redirectError(log.toFile());
    if (!piped) {
      builder.redirectErrorStream(true).redirectOutput(log.toFile());
    }
    builder.environment().keySet().removeIf(name -> name.startsWith("LOADLINE_"));
    builder.environment().putAll(environment);
    Program program = new Program(builder.start(), log);
    Runtime.getRuntime().addShutdownHook(program.end);
    return program;
  }

  /** The process. */
  Process process() {
    return process;
  }

  /** CPU time it has used, user and system, to 10 ms. */
  Duration cpu() {
    return process
        .info()
        .totalCpuDuration()
        .orElseThrow(() -> new IllegalStateException("ended early: " + logText()));
  }

  /** Memory that is resident now, in MB of 10^6 bytes. */
  double residentMegabytes() {
    return megabytes("VmRSS");
  }

  /**
   * Of it what no file backs, which is what Kubernetes' metric {@code container_memory_rss} has.
   */
  double anonymousMegabytes() {
    return megabytes("RssAnon");
  }

  /** See proc_pid_status(5). */
  private double megabytes(String name) {
    try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
          .filter(line -> line.startsWith(name + ":"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) * 1_024 / 1e6)
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("ended early: " + logText()));
    } catch (IOException e) {
      throw new UncheckedIOException("ended early: " + logText(), e);
    }
  }

  /** Waits for it to end by itself. */
  void await(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("did not end: " + logText());
    }
  }

  /** What it has said. */
  String logText() {
    try {
      return Files.readString(log).strip();
    } catch (IOException e) {
      return "(no log)";
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(KILL_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
