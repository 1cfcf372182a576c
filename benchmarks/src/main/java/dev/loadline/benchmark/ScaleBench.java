package dev.loadline.benchmark;

import dev.loadline.operator.Main;
import dev.loadline.runner.contract.JvmOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the sections of the operator's benchmark work with. */
final class ScaleBench implements AutoCloseable {
  /** How long a run's pod runs. */
  static final int RUN_SECONDS = 5;

  /** The memory limit of the chart's default container. */
  private static final String MEMORY = "-XX:MaxRAM=512m";

  private final ScaleCluster cluster;
  private final ScaleTests tests;
  private final AuditLog audit;
  private final Path folder;
  private final List<String> options;
  private Optional<OperatorProcess> operator = Optional.empty();
  private boolean made;

  ScaleBench(
      ScaleCluster cluster, ScaleTests tests, AuditLog audit, Path folder, List<String> more) {
    this.cluster = cluster;
    this.tests = tests;
    this.audit = audit;
    this.folder = folder;
    this.options = new ArrayList<>(JvmOptions.beside(Main.class));
    options.add(MEMORY);
    options.addAll(more);
  }

  ScaleCluster cluster() {
    return cluster;
  }

  ScaleTests tests() {
    return tests;
  }

  AuditLog audit() {
    return audit;
  }

  /** The running operator, started by the first call. */
  OperatorProcess operator() throws IOException, InterruptedException {
    if (operator.isEmpty()) {
      operator =
          Optional.of(
              OperatorProcess.start(
                  cluster.operatorsKubeconfig(folder),
                  options,
                  "0-" + (Runtime.getRuntime().availableProcessors() - 1),
                  folder.resolve("operator.log")));
    }
    return operator.get();
  }

  /** The running operator with all tests, which have nothing to do, made by the first call. */
  OperatorProcess operatorWithTests() throws IOException, InterruptedException {
    OperatorProcess running = operator();
    if (!made) {
      tests.create();
      awaitSeen();
      made = true;
    }
    return running;
  }

  /** Waits until the operator has said of each test when it is due. */
  void awaitSeen() throws IOException, InterruptedException {
    OperatorProcess running = operator();
    ScaleCluster.await(
        "all tests are seen",
        () -> samples(running, "loadline_next_run_timestamp_seconds{") == tests.count());
  }

  private static long samples(OperatorProcess running, String start) {
    try {
      return running.scrape().body().lines().filter(line -> line.startsWith(start)).count();
    } catch (IOException e) {
      throw new IllegalStateException("the operator does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** The CPU of the operator in this time, in thousandths of a core. */
  double millicores(Duration time) throws IOException, InterruptedException {
    OperatorProcess running = operator();
    Duration before = running.cpu();
    long start = System.nanoTime();
    Thread.sleep(time);
    double seconds = (System.nanoTime() - start) / 1e9;
    return running.cpu().minus(before).toNanos() / 1e6 / seconds;
  }

  /** The operator ends; what it has logged stays for a look. */
  void stopOperator() throws IOException {
    operator.ifPresent(OperatorProcess::close);
    operator = Optional.empty();
    Path log = folder.resolve("operator.log");
    if (Files.exists(log)) {
      Files.copy(
          log,
          Files.createTempFile("loadline-scale", ".log"),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public void close() throws IOException {
    stopOperator();
  }
}
