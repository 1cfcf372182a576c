package dev.loadline.operator.local;

import dev.loadline.runner.contract.Environment;
import dev.loadline.runner.contract.JvmOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A program of the load runner as a process of its own; its output goes to a file and a listener.
 */
final class ChildProcess implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(6);

  /** The JVM's own default, since the machine is not the runner's alone as a container is. */
  private static final String MEMORY = "-XX:MaxRAMPercentage=25";

  private static final String MAIN = "dev.loadline.runner.Main";

  private final Process process;
  private final Thread copier;

  private ChildProcess(Process process, Thread copier) {
    this.process = process;
    this.copier = copier;
  }

  /**
   * Starts the load runner's program with the class path of this one.
   *
   * @param arguments of the program
   * @param environment the whole environment but PATH and the like
   * @param log where its output goes
   * @param listener hears each line of it
   */
  static ChildProcess start(
      List<String> arguments,
      Map<String, String> environment,
      Path log,
      Consumer<String> listener) {
    ProcessBuilder builder = new ProcessBuilder(command(arguments)).redirectErrorStream(true);
    builder.environment().keySet().retainAll(List.of("PATH", "TMPDIR", "TEMP", "SystemRoot"));
    builder.environment().putAll(environment);
    builder.environment().put(Environment.STOP_WITH_INPUT, "true");
    try {
      // Its standard input stays open as long as this program lives, and it ends with it.
      Process process = builder.start();
      Thread copier = Thread.ofVirtual().start(() -> copy(process, log, listener));
      return new ChildProcess(process, copier);
    } catch (IOException failed) {
      throw new UncheckedIOException("the load runner cannot be started as a process", failed);
    }
  }

  private static List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JvmOptions.read());
    command.add(MEMORY);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    command.addAll(arguments);
    return command;
  }

  private static void copy(Process process, Path log, Consumer<String> listener) {
    try (BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Writer out = Files.newBufferedWriter(log)) {
      String line = lines.readLine();
      while (line != null) {
        out.write(line);
        out.write('\n');
        out.flush();
        listener.accept(line);
        line = lines.readLine();
      }
    } catch (IOException ended) {
      // The process or the log's folder is gone: there is nothing left to copy.
    }
  }

  /** The exit code, once it has ended. */
  OptionalInt exitCode() {
    return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
  }

  /** Waits until it has ended and all that it has said has been heard; its exit code. */
  int await() throws InterruptedException {
    int code = process.waitFor();
    copier.join();
    return code;
  }

  /** Runs this when it has ended, at once if it has. */
  void whenEnded(Runnable then) {
    var _ = process.onExit().thenRun(then);
  }

  /** Asks it to end (SIGTERM). Its handle is asked, since the process would close its output. */
  void terminate() {
    process.toHandle().destroy();
  }

  /** Ends it (SIGKILL). */
  void kill() {
    process.destroyForcibly();
  }

  /** Asks it to end, waits, ends it; all that it has said has been heard then. */
  @Override
  public void close() {
    terminate();
    try {
      if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
      copier.join(GRACE);
    } catch (InterruptedException hurried) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
