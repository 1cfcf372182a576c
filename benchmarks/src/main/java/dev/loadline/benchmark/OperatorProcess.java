package dev.loadline.benchmark;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The operator as a process of its own, with the options and the memory that its pod has. */
final class OperatorProcess implements AutoCloseable {
  private static final Duration READY = Duration.ofMinutes(2);
  private static final Duration STOP = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final double MEBIBYTE = 1.048_576;

  private final Program program;
  private final URI management;
  private final HttpClient http = HttpClient.newHttpClient();

  private OperatorProcess(Program program, URI management) {
    this.program = program;
    this.management = management;
  }

  /**
   * Starts it and waits until its caches are filled.
   *
   * @param options of the JVM
   */
  static OperatorProcess start(Path kubeconfig, List<String> options, String cpus, Path log)
      throws IOException, InterruptedException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), "dev.loadline.operator.Main"));
    Map<String, String> environment =
        Map.of(
            "KUBECONFIG", kubeconfig.toString(),
            "LOADLINE_LOG_FORMAT", "json",
            "LOADLINE_MANAGEMENT_PORT", Integer.toString(port));
    Program program = Program.start(cpus, command, environment, log, false);
    OperatorProcess operator = new OperatorProcess(program, URI.create("http://127.0.0.1:" + port));
    operator.awaitReady();
    return operator;
  }

  private void awaitReady() throws InterruptedException {
    long deadline = System.nanoTime() + READY.toNanos();
    while (true) {
      try {
        if (get("/readyz").statusCode() == 200) {
          return;
        }
      } catch (IOException notYet) {
        // It does not listen yet.
      }
      if (System.nanoTime() > deadline || !program.process().isAlive()) {
        String log = program.logText();
        close();
        throw new IllegalStateException("the operator did not become ready: " + log);
      }
      Thread.sleep(LOOK);
    }
  }

  private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(management.resolve(path)).timeout(READY).build(),
        BodyHandlers.ofByteArray());
  }

  /**
   * One scrape.
   *
   * @param body the exposition
   * @param millis from the request to the last byte
   */
  record Scrape(String body, double millis) {
    /** Sum of all samples of a metric. */
    double sum(String metric) {
      return body.lines()
          .filter(line -> line.startsWith(metric + "{") || line.startsWith(metric + " "))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    }
  }

  /** Scrapes as Prometheus does. */
  Scrape scrape() throws IOException, InterruptedException {
    long start = System.nanoTime();
    HttpResponse<byte[]> answer = get("/metrics");
    double millis = (System.nanoTime() - start) / 1e6;
    if (answer.statusCode() != 200) {
      throw new IllegalStateException("/metrics answers " + answer.statusCode());
    }
    return new Scrape(new String(answer.body(), StandardCharsets.UTF_8), millis);
  }

  /** CPU time it has used, to 10 ms. */
  Duration cpu() {
    return program.cpu();
  }

  /** Resident memory, MiB. */
  double residentMebibytes() {
    return program.residentMegabytes() / MEBIBYTE;
  }

  /** Resident memory that no file backs, MiB. */
  double anonymousMebibytes() {
    return program.anonymousMegabytes() / MEBIBYTE;
  }

  @Override
  public void close() {
    http.close();
    program.process().destroy();
    try {
      program.process().waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    program.close();
  }
}
