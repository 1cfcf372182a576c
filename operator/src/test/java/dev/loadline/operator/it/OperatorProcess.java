package dev.loadline.operator.it;

import static org.awaitility.Awaitility.await;

import dev.loadline.operator.Main;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** An operator as a process on this machine: it can be paused and killed as a node's can. */
final class OperatorProcess implements AutoCloseable {
  private static final Duration READY = Duration.ofMinutes(1);

  private final Process process;
  private final Path log;
  private final URI management;

  /** Starts it; returns when it is ready. */
  OperatorProcess(String name, Path kubeconfig, Map<String, String> settings) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    this.management = URI.create("http://127.0.0.1:" + port);
    this.log = Path.of("target", "operator-" + name + ".log").toAbsolutePath();
    List<String> command =
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "-XX:+UseSerialGC",
            "-Xmx160m",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "operator");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(variable -> variable.startsWith("LOADLINE_"));
    environment.putAll(settings);
    environment.put("KUBECONFIG", kubeconfig.toString());
    environment.put("LOADLINE_POD_NAME", name);
    environment.put("LOADLINE_MANAGEMENT_PORT", Integer.toString(port));
    environment.put("LOADLINE_LOG_FORMAT", "text");
    this.process = builder.start();
    await(name + " is ready").atMost(READY).until(() -> get("/readyz").equals("ok\n"));
  }

  /** What it answers; empty while it does not. */
  String get(String path) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(management.resolve(path)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException notYet) {
      return "";
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  void pause() throws IOException, InterruptedException {
    signal("-STOP");
  }

  void resume() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kill", signal));
    command.add(Long.toString(process.pid()));
    if (new ProcessBuilder(command).start().waitFor() != 0) {
      throw new IllegalStateException(command + " failed");
    }
  }

  /** As the kernel does when memory is short. */
  void kill() {
    process.destroyForcibly();
  }

  /** Its exit code, once it has ended by itself. */
  int awaitEnd(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("the operator did not end within " + limit + ":\n" + log());
    }
    return process.exitValue();
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException unreadable) {
      return unreadable.toString();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
