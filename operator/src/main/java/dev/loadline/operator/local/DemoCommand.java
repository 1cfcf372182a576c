package dev.loadline.operator.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.local.apiserver.LocalApiServer;
import dev.loadline.operator.local.apiserver.ResourceType;
import dev.loadline.operator.verdict.Judgement;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo}: a whole load test on this machine, from the manifest to the metrics. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Starts a simulated inference server, applies examples/demo.yaml (a schedule each minute, two"
          + " stages, objectives) and shows what becomes of it until one run has finished: less"
          + " than two minutes. No cluster, no GPU; Ctrl-C cleans everything up."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration SETTLED = Duration.ofSeconds(30);
  private static final Pattern SHOWN_SERIES =
      Pattern.compile("^loadline_.*(quantile=\"0.9\"|tokens_per_second|error_ratio|run_verdict)");
  private static final List<String> LOOPBACK = List.of("127.0.0.1", "localhost");
  private static final List<String> TIMING =
      List.of("--ttft", "normal:180ms,15ms", "--itl", "20ms");

  private final Supplier<OperatorStarter> starter;
  private final Map<String, String> runnerEnvironment;
  private final PrintStream out;
  private final PrintStream errors;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description =
          "The LoadTest to apply instead of examples/demo.yaml. Its target's url says where the"
              + " simulator listens; if that port is taken it is another one.")
  private String file = "";

  /** Uses this operator and the standard streams. */
  public DemoCommand(Supplier<OperatorStarter> starter) {
    this(starter, RunnerOutput.handedOn(System.getenv()), System.out, System.err);
  }

  DemoCommand(
      Supplier<OperatorStarter> starter,
      Map<String, String> runnerEnvironment,
      PrintStream out,
      PrintStream errors) {
    this.starter = starter;
    this.runnerEnvironment = runnerEnvironment;
    this.out = out;
    this.errors = errors;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (file.isBlank()) {
      errors.println("loadline: name the LoadTest to show: --file examples/demo.yaml");
      return ExitCode.BAD_INPUT;
    }
    OperatorStarter operator = starter.get();
    Optional<List<Manifest>> manifests = LocalInput.read(List.of(file), Map.of(), errors);
    if (manifests.isEmpty() || !isShowable(manifests.get())) {
      return ExitCode.BAD_INPUT;
    }
    return run(manifests.get().getFirst(), operator);
  }

  /** A demo is of one test, and brings its target along. */
  private boolean isShowable(List<Manifest> manifests) {
    if (manifests.size() != 1 || !manifests.getFirst().isTest()) {
      errors.println(
          "loadline: %s: the demo shows a single LoadTest; to run what is in this file: ./loadline run %s"
              .formatted(file, file));
      return false;
    }
    URI url = url(manifests.getFirst());
    boolean simulators = "http".equals(url.getScheme()) && LOOPBACK.contains(url.getHost());
    if (!simulators || url.getPort() < 0) {
      errors.println(
          "loadline: %s: spec.target.url is %s: the demo measures its own simulator, on http://127.0.0.1:PORT/v1; for a server of yours: ./loadline run %s"
              .formatted(file, url, file));
      return false;
    }
    return true;
  }

  private static URI url(Manifest manifest) {
    return URI.create(manifest.testSpec().path("target").path("url").asText());
  }

  private int run(Manifest manifest, OperatorStarter operator)
      throws IOException, InterruptedException {
    URI wanted = url(manifest);
    RunnerOutput progress = new RunnerOutput(out);
    SessionSettings settings = SessionSettings.of(false, runnerEnvironment, progress);
    try (LocalSession session = LocalSession.open(operator, settings);
        DemoTarget target = DemoTarget.start(wanted.getPort(), TIMING, session.directory())) {
      session.onSignal(target::close);
      if (target.port().isEmpty()) {
        errors.println("loadline: the simulator did not start, on no port of this machine");
        return ExitCode.NOT_RUN;
      }
      return shown(session, moved(manifest, wanted, target.port().getAsInt()), progress);
    }
  }

  /** If somebody else has the port, the test goes to the one that was taken instead. */
  private Manifest moved(Manifest manifest, URI wanted, int port) {
    out.println(
        "A simulated vLLM answers on port " + port + ": TTFT about 180 ms, 20 ms per token.");
    ObjectNode object = manifest.object().deepCopy();
    if (port != wanted.getPort()) {
      out.println(
          "(Port " + wanted.getPort() + " is taken: the test's url says " + port + " now.)");
      String url = "http://%s:%d%s".formatted(wanted.getHost(), port, wanted.getRawPath());
      object.withObject("/spec/target").put("url", url);
    }
    return new Manifest(manifest.file(), manifest.document(), object);
  }

  private int shown(LocalSession session, Manifest test, RunnerOutput progress)
      throws IOException, InterruptedException {
    session.create(test, test.object());
    out.println();
    out.println("$ kubectl apply -f " + test.file());
    out.println("loadtest.loadline.dev/" + test.name() + " created");
    out.println(
        "$ kubectl get loadtests -o wide -w        (the schedule fires at each full minute)");
    TableWatch watch = new TableWatch();
    ResourceType tests =
        LocalApiServer.type(test.object().path("apiVersion").asText(), test.kind()).orElseThrow();
    Thread watching = Thread.ofVirtual().start(() -> follow(session, tests, watch));
    RunOutcome outcome = session.awaitRun(test, progress::changed);
    String metrics =
        outcome instanceof RunOutcome.Finished one ? settledMetrics(session, one.run()) : "";
    watching.interrupt();
    watching.join();
    switch (outcome) {
      case RunOutcome.Finished finished -> result(finished.run(), session, metrics);
      case RunOutcome.NotRun not -> errors.println("loadline: " + not.message());
    }
    return ExitCode.of(List.of(outcome));
  }

  private void result(LoadTestRun run, LocalSession session, String metrics) {
    out.println();
    ResultTable.lines(run).forEach(out::println);
    if (Judgement.Check.GeneratorSaturated.name().equals(run.getStatus().verdictReason())) {
      out.println(
          "This machine was busy with other work, so that the load runner could not keep its times:"
              + " try again when it is quiet.");
    }
    out.println();
    out.println("$ curl -s " + session.metrics() + " | grep -E '" + SHOWN_SERIES + "'");
    metrics.lines().filter(SHOWN_SERIES.asPredicate()).forEach(out::println);
    next();
    out.flush();
  }

  private void follow(LocalSession session, ResourceType tests, TableWatch watch) {
    try {
      while (true) {
        long version = session.server().resources().version();
        watch.look(session.server().table(tests)).forEach(out::println);
        session.server().resources().awaitChange(version, PATIENCE);
      }
    } catch (InterruptedException over) {
      watch.look(session.server().table(tests)).forEach(out::println);
    }
  }

  /** The metrics once the operator's cache has the result and the run is counted. */
  private static String settledMetrics(LocalSession session, LoadTestRun run)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + SETTLED.toNanos();
    try (HttpClient http = HttpClient.newHttpClient()) {
      while (true) {
        HttpRequest request = HttpRequest.newBuilder(session.metrics()).timeout(PATIENCE).build();
        String page = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        boolean there =
            page.contains("loadline_runs_total{verdict=\"" + run.getStatus().verdict() + "\"} 1")
                && page.contains("loadline_last_run_verdict");
        if (there || System.nanoTime() - end > 0) {
          return page;
        }
        session
            .server()
            .resources()
            .awaitChange(session.server().resources().version(), Duration.ofMillis(200));
      }
    }
  }

  private void next() {
    out.println();
    out.println("What next:");
    out.println(
        "  ./loadline run FILE…         your own test: examples/gateway.yaml shows an endpoint with"
            + " a key");
    out.println("  ./loadline validate FILE…    check a manifest before it goes to a cluster");
    out.println("  ./loadline simulate --help   a target of exactly known timing");
    out.println("  README.md                    the same in a cluster: images, chart, dashboards");
  }
}
