package dev.loadline.benchmark;

import dev.loadline.benchmark.Machine.CpuTime;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.http.ArrivalErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What all sections use: the server, and how clients are started against it and watched. */
final class Bench implements AutoCloseable {
  /** Every run's client warms up this long, as by default. */
  static final Duration CLIENT_WARMUP = Duration.ofSeconds(10);

  /** wrk is at its pace after this time. */
  private static final Duration WRK_SETTLES = Duration.ofSeconds(4);

  private static final Duration FOREVER = Duration.ofDays(1);
  private static final long FIRST_REQUEST_SECONDS = 60;
  private static final Duration MARGIN = Duration.ofSeconds(1);

  /** A runner that ends with its window is looked at so long before. */
  private static final Duration EDGE = Duration.ofMillis(20);

  private final Machine machine;
  private final Java java;
  private final boolean quick;
  private final Path folder;
  private final ServerProcess server;
  private double worstOthersShare;
  private double stolenSeconds;

  /** Starts the server. */
  Bench(Machine machine, Java java, boolean quick) throws IOException {
    this.machine = machine;
    this.java = java;
    this.quick = quick;
    folder = Files.createTempDirectory("loadline-bench");
    server = new ServerProcess(machine.serverCpu(), java, folder.resolve("server.log"));
  }

  /**
   * What a client and the server did in a while.
   *
   * @param seconds how long it was
   * @param truth what the server did in it
   * @param clientCpuSeconds CPU time of the client
   * @param serverShare how busy the server kept its CPU
   * @param residentMegabytes the client's memory at its end
   */
  record Sample(
      double seconds,
      Truth truth,
      double clientCpuSeconds,
      double serverShare,
      double residentMegabytes) {
    double eventsPerSecond() {
      return truth.events() / seconds;
    }

    double cpuMicrosPerEvent() {
      return clientCpuSeconds * 1e6 / Math.max(1, truth.events());
    }

    double clientShare() {
      return clientCpuSeconds / seconds;
    }
  }

  /** How often a figure is measured. */
  int repetitions() {
    return quick ? 2 : 5;
  }

  /**
   * A load is this long under way before it is looked at, as long as a load test's warm-up is by
   * default: what the compiler of the JVM still does after the client's own is over then.
   */
  Duration settle() {
    return Duration.ofSeconds(quick ? 6 : 30);
  }

  /** How long a client is watched. */
  Duration watched() {
    return Duration.ofSeconds(quick ? 4 : 8);
  }

  /** How long each stage of a soak is, warm-up and window. */
  Duration soakStage() {
    return Duration.ofMinutes(quick ? 1 : 10);
  }

  /** The window of a plan in which a client can be watched. */
  Duration window() {
    return watched().plus(MARGIN).plus(MARGIN);
  }

  ServerProcess server() {
    return server;
  }

  /** The runner on the client's CPU; the server forgets what it did. */
  RunnerProcess runner(RunPlan plan) throws IOException {
    server.reset();
    return new RunnerProcess(
        machine.clientCpu(), folder, plan, CLIENT_WARMUP, java.runner(List.of()));
  }

  /** The same with the tap: {@link #arrivals} has what it saw, once the runner has ended. */
  RunnerProcess tappedRunner(RunPlan plan) throws IOException {
    return tappedRunner(plan, FOREVER);
  }

  /** The same, with a summary of its own for each period from the end of the settling on. */
  RunnerProcess tappedRunner(RunPlan plan, Duration period) throws IOException {
    server.reset();
    Files.deleteIfExists(arrivalsFile());
    List<String> tap =
        List.of(
            "-Dio.netty.bootstrap.extensions=serviceload",
            "-D" + ArrivalErrors.PORT_PROPERTY + "=" + server.port(),
            "-D" + ArrivalErrors.SKIP_PROPERTY + "=" + settle().plus(MARGIN).toMillis(),
            "-D" + ArrivalErrors.PERIOD_PROPERTY + "=" + period.toMillis(),
            "-D" + ArrivalErrors.FILE_PROPERTY + "=" + arrivalsFile());
    return new RunnerProcess(
        machine.clientCpu(), folder, plan, CLIENT_WARMUP, java.tappedRunner(tap));
  }

  /** What the tap of the last such runner saw, by period. */
  List<ArrivalErrors.Summary> arrivals() throws IOException {
    return ArrivalErrors.Summary.read(arrivalsFile());
  }

  private Path arrivalsFile() {
    return folder.resolve("arrivals");
  }

  /**
   * A runner that does not warm itself up, on all CPUs, from its start to its first request.
   *
   * @param options of the JVM, beside those of the image
   * @return seconds
   */
  double secondsToFirstRequest(RunPlan plan, List<String> options)
      throws IOException, InterruptedException {
    server.reset();
    String cpus = machine.serverCpu() + "," + machine.clientCpu();
    long started = System.nanoTime();
    try (RunnerProcess runner =
        new RunnerProcess(cpus, folder, plan, Duration.ZERO, java.runner(options))) {
      return (awaitFirstRequest(runner) - started) / 1e9;
    }
  }

  /** Archives the runner's classes that the image's archive has, and returns where. */
  Path archive() throws IOException, InterruptedException {
    Path archive = folder.resolve("runner.jsa");
    Path log = folder.resolve("archive.log");
    String cpus = machine.serverCpu() + "," + machine.clientCpu();
    try (Program dump = Program.start(cpus, java.archive(archive), Map.of(), log, false)) {
      dump.await(Duration.ofMinutes(1));
      if (!Files.exists(archive)) {
        throw new IllegalStateException("no archive of classes: " + dump.logText());
      }
      return archive;
    }
  }

  /** wrk with so many connections, on the client's CPU; the server forgets what it did. */
  Program wrk(Script script, int connections) throws IOException {
    server.reset();
    Path post = folder.resolve("post.lua");
    Files.writeString(
        post,
        """
        wrk.method = "POST"
        wrk.headers["Content-Type"] = "application/json"
        wrk.body = '{"model":"loopback","stream":true,"max_tokens":%d,"messages":[{"role":"user","content":"%s"}]}'
        """
            .formatted(script.tokens(), "word ".repeat(64)));
    List<String> command =
        List.of(
            "wrk",
            "-t1",
            "-c" + connections,
            "-d120s",
            "--timeout",
            "120s",
            "-s",
            post.toString(),
            server.url(script) + "/chat/completions");
    return Program.start(machine.clientCpu(), command, Map.of(), folder.resolve("wrk.log"), false);
  }

  /** Watches a runner that was just started, once it has settled. */
  Sample watch(RunnerProcess runner) throws IOException, InterruptedException {
    return watch(runner.program(), settle().plus(MARGIN));
  }

  /** Watches wrk. */
  Sample watchWrk(Program wrk) throws IOException, InterruptedException {
    return watch(wrk, WRK_SETTLES);
  }

  /**
   * Watches a runner in a window of its own, from an instant of the monotonic clock until right
   * before the window closes: what the server has answered in it are the requests that the runner
   * measures in it.
   */
  Sample watchWindow(RunnerProcess runner, long openNanos, Duration window)
      throws IOException, InterruptedException {
    Thread.sleep(Duration.ofNanos(Math.max(0, openNanos - System.nanoTime())));
    Duration left = window.minusNanos(Math.max(0, System.nanoTime() - openNanos));
    return watchNow(runner.program(), left.minus(EDGE));
  }

  private Sample watch(Program client, Duration settle) throws IOException, InterruptedException {
    awaitFirstRequest(client);
    Thread.sleep(settle);
    return watchNow(client, watched());
  }

  private Sample watchNow(Program client, Duration length)
      throws IOException, InterruptedException {
    CpuTime machineBefore = CpuTime.now();
    double clientBefore = seconds(client.cpu());
    double serverBefore = seconds(server.program().cpu());
    long from = server.reset().nanos();
    Thread.sleep(length);
    Truth truth = server.read();
    double clientCpu = seconds(client.cpu()) - clientBefore;
    double serverCpu = seconds(server.program().cpu()) - serverBefore;
    CpuTime machineNow = CpuTime.now();
    double seconds = (truth.nanos() - from) / 1e9;
    double busy = machineNow.busySeconds() - machineBefore.busySeconds();
    double others = Math.max(0, busy - clientCpu - serverCpu) / seconds / machine.cpus();
    worstOthersShare = Math.max(worstOthersShare, others);
    stolenSeconds += machineNow.stolenSeconds() - machineBefore.stolenSeconds();
    return new Sample(seconds, truth, clientCpu, serverCpu / seconds, client.residentMegabytes());
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  /** Waits for it, and returns when it came to the server. */
  long awaitFirstRequest(RunnerProcess runner) throws IOException, InterruptedException {
    return awaitFirstRequest(runner.program());
  }

  private long awaitFirstRequest(Program client) throws IOException, InterruptedException {
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(FIRST_REQUEST_SECONDS);
    Truth truth = server.read();
    while (truth.requests() == 0) {
      if (!client.process().isAlive() || System.nanoTime() > limit) {
        throw new IllegalStateException("no request came: " + client.logText());
      }
      Thread.sleep(10);
      truth = server.read();
    }
    return truth.firstRequestNanos();
  }

  /** The largest share of the machine that others had while something was watched. */
  double worstOthersShare() {
    return worstOthersShare;
  }

  /** CPU time that the hypervisor took meanwhile. */
  double stolenSeconds() {
    return stolenSeconds;
  }

  @Override
  public void close() {
    server.close();
  }
}
