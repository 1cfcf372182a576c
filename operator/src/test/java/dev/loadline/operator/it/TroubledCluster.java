package dev.loadline.operator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.FailureTable;
import dev.loadline.operator.api.LoadTestRun;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * An installed chart, two simulators and namespaces in which all troubles happen beside each other,
 * so that their waits overlap. The operator watches named namespaces, with the rights that the
 * chart gives for those.
 */
final class TroubledCluster implements AutoCloseable {
  static final String MAIN = "loadline-it-failures";
  static final String FULL = "loadline-it-full";
  static final String SMALL = "loadline-it-small";
  static final String GOING = "loadline-it-going";
  static final Duration READY = Duration.ofMinutes(2);
  static final Duration LIMIT = Duration.ofMinutes(6);
  private static final Duration CLEARED = Duration.ofSeconds(45);

  /** A taint that everything here tolerates but the run that is to be evicted by it. */
  static final String TAINT = "loadline.dev/it";

  private static final Map<String, Object> CHART =
      Map.of(
          "watch.mode",
          "Namespaces",
          "caps.requests",
          150_000,
          "tolerations[0].key",
          TAINT,
          "tolerations[0].operator",
          "Exists");

  private final Map<String, TestNamespace> namespaces = new LinkedHashMap<>();
  private final Map<String, Future<List<FailureTable.Line>>> happening = new LinkedHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** Load runners that run at a time: each warms itself up, on a node that may be small. */
  private final Semaphore runners = new Semaphore(6);

  final KubernetesClient client;
  final InstalledChart chart;
  final Witness witness;

  TroubledCluster(TestCluster cluster) throws IOException {
    client = cluster.client();
    cluster.load(PlayedImage.beside(Path.of("../target/loadline-runner.tar")));
    for (String name : List.of(MAIN, FULL, SMALL, GOING)) {
      namespaces.put(name, new TestNamespace(client, name));
    }
    Map<String, Object> values = new LinkedHashMap<>(CHART);
    List<String> watched = List.copyOf(namespaces.keySet());
    for (int i = 0; i < watched.size(); i++) {
      values.put("watch.namespaces[%d]".formatted(i), watched.get(i));
    }
    chart = new InstalledChart(cluster, values);
    namespaces.get(MAIN).apply(Files.readString(TestRuns.RESOURCES.resolve("targets.yaml")));
    for (String target : List.of("simulator", "guarded")) {
      await(target + " is ready")
          .atMost(READY)
          .until(() -> client.pods().inNamespace(MAIN).withName(target).isReady());
    }
    witness = new Witness(client);
  }

  TestRuns runs(String namespace) {
    return new TestRuns(client, namespace);
  }

  TestNamespace namespace(String name) {
    return namespaces.get(name);
  }

  /** Lets it happen from now on. */
  void begin(Trouble trouble) {
    happening.put(trouble.name(), threads.submit(() -> trouble.on(this)));
  }

  /** Waits until it has happened; what it asserts holds, or this throws. */
  List<FailureTable.Line> outcome(Trouble trouble) throws Exception {
    try {
      return happening.get(trouble.name()).get(LIMIT.toSeconds() * 2, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw new AssertionError(
          trouble.name() + ": " + failed.getCause().getMessage(), failed.getCause());
    }
  }

  /** Does something with a load runner when there is room for one more. */
  <T> T withRoom(Callable<T> deed) throws Exception {
    runners.acquire();
    try {
      return deed.call();
    } finally {
      runners.release();
    }
  }

  /** What the run has left, when it has had the time to clear away; "nothing" if so. */
  String leftOf(String namespace, String run, boolean nothingExpected) {
    if (nothingExpected) {
      await("nothing is left of " + run)
          .atMost(CLEARED)
          .untilAsserted(() -> assertThat(left(namespace, run)).isEmpty());
    }
    List<String> left = left(namespace, run);
    return left.isEmpty() ? "nothing" : String.join(", ", left);
  }

  private List<String> left(String namespace, String run) {
    TestRuns runs = runs(namespace);
    return Stream.of(runs.jobs(run), runs.pods(run), runs.services(run))
        .flatMap(List::stream)
        .map(TroubledCluster::shown)
        .toList();
  }

  private static String shown(HasMetadata object) {
    return object.getKind() + " " + object.getMetadata().getName();
  }

  /** Events on the run, those that the API server still has. */
  List<Event> events(LoadTestRun run) {
    return client
        .v1()
        .events()
        .inNamespace(run.getMetadata().getNamespace())
        .withField("involvedObject.uid", run.getMetadata().getUid())
        .list()
        .getItems();
  }

  String node() {
    return client.pods().inNamespace(MAIN).withName("simulator").get().getSpec().getNodeName();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    witness.close();
    Disruptions.removeSeats(client, node());
    namespaces.values().forEach(TestNamespace::close);
    chart.close();
  }
}
