package dev.loadline.operator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Two operators of the chart, what they look after, who of them leads, and the table of how it
 * passed from one to the other.
 */
final class FailoverScene implements AutoCloseable {
  static final Duration READY = Duration.ofMinutes(2);
  static final Duration RUNNING = Duration.ofMinutes(2);
  static final Duration FINISHED = Duration.ofMinutes(3);
  static final Duration TAKEN_OVER = Duration.ofSeconds(20);
  static final String LEASE = "loadline";
  private static final Path TABLE = Path.of("target/failover.md");

  final KubernetesClient client;
  final InstalledChart chart;
  final TestNamespace namespace;
  final TestRuns runs;
  final MadeObjects made;
  final Map<String, Object> values;
  private final List<String> table =
      new ArrayList<>(
          List.of(
              "| case | take-over, s | runs | lost | double | late writes of the old" + " leader |",
              "|---|---|---|---|---|---|"));

  /** With the chart installed, and a namespace that its operators watch. */
  static FailoverScene installed(TestCluster cluster) {
    TestNamespace namespace = new TestNamespace(cluster.client(), "loadline-it-failover");
    Map<String, Object> values =
        Map.of("replicas", 2, "watch.mode", "Namespaces", "watch.namespaces[0]", namespace.name());
    try {
      return new FailoverScene(
          cluster.client(), new InstalledChart(cluster, values), namespace, values);
    } catch (RuntimeException | Error failed) {
      namespace.close();
      throw failed;
    }
  }

  private FailoverScene(
      KubernetesClient client,
      InstalledChart chart,
      TestNamespace namespace,
      Map<String, Object> values) {
    this.client = client;
    this.chart = chart;
    this.namespace = namespace;
    this.values = values;
    this.runs = new TestRuns(client, namespace.name());
    this.made = new MadeObjects(client, namespace.name());
  }

  void awaitTarget() throws IOException {
    namespace.apply(Files.readString(TestRuns.RESOURCES.resolve("targets.yaml")));
    await("the target is ready")
        .atMost(READY)
        .until(() -> client.pods().inNamespace(namespace.name()).withName("simulator").isReady());
  }

  /** Removes all, and leaves the table. */
  @Override
  public void close() throws IOException {
    made.close();
    namespace.close();
    chart.close();
    Files.write(TABLE, table);
    System.out.println(String.join("\n", table));
  }

  String admitted(String run) {
    return runs.find(run)
        .map(LoadTestRun::getStatus)
        .map(status -> RunRules.shown(status, "Admitted"))
        .orElse("");
  }

  void oneAfterTheOther(List<String> names) {
    List<LoadTestRunStatus> inTurn =
        names.stream()
            .map(name -> runs.find(name).orElseThrow().getStatus())
            .sorted(Comparator.comparing(LoadTestRunStatus::startTime))
            .toList();
    for (int i = 0; i + 1 < inTurn.size(); i++) {
      assertThat(Instant.parse(inTurn.get(i + 1).startTime()))
          .isAfterOrEqualTo(Instant.parse(inTurn.get(i).completionTime()));
    }
  }

  String phase(String run) {
    return runs.find(run)
        .map(LoadTestRun::getStatus)
        .flatMap(status -> Optional.ofNullable(status.phase()))
        .orElse("");
  }

  /** A test that only wants a word about itself: whoever holds the lease now writes it. */
  double secondsUntilAnotherWorks(Instant since, String former, String name) {
    await("another operator holds the lease")
        .atMost(READY)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> !holder().isEmpty() && !holder().equals(former));
    namespace.apply(
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTest
        metadata: {name: %s}
        spec:
          suspend: true
          target: {service: {name: simulator, port: 8000}}
          workload: {synthetic: {inputTokens: 16, outputTokens: 8}}
          load: {stages: [{name: only, users: 1, duration: 10s}]}
        """
            .formatted(name));
    await("another operator works")
        .atMost(READY)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> Optional.ofNullable(test(name).getStatus()).isPresent());
    return Duration.between(since, Instant.now()).toMillis() / 1000.0;
  }

  LoadTest test(String name) {
    return client.resources(LoadTest.class).inNamespace(namespace.name()).withName(name).get();
  }

  /** The first minute that begins so many seconds from now. */
  ZonedDateTime dueAfter(long seconds) {
    return Instant.now()
        .plusSeconds(seconds + 60)
        .atZone(ZoneOffset.UTC)
        .truncatedTo(ChronoUnit.MINUTES);
  }

  void scheduled(String name, ZonedDateTime due) {
    namespace.apply(
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTest
        metadata: {name: %s}
        spec:
          schedule: "%d %d * * *"
          target: {service: {name: simulator, port: 8000}}
          workload: {synthetic: {inputTokens: 16, outputTokens: 8}}
          load:
            shareTarget: true
            warmup: 1s
            drainTimeout: 5s
            stages: [{name: only, users: 1, duration: 10s}]
          runner:
            resources:
              requests: {cpu: 50m, memory: 160Mi}
              limits: {memory: 256Mi}
        """
            .formatted(name, due.getMinute(), due.getHour()));
    await("it is scheduled")
        .atMost(READY)
        .until(() ->
            Optional.ofNullable(test(name).getStatus())
                .map(status -> status.nextScheduleTime())
                .isPresent());
  }

  String awaitScheduledRun(String test, ZonedDateTime due) {
    String name = test + "-" + DateTimeFormatter.ofPattern("yyyyMMddHHmm").format(due);
    await("the run is made").atMost(RUNNING).until(() -> runs.find(name).isPresent());
    return name;
  }

  /** None lost, none repeated, and who took over was quick enough. */
  void finished(String what, double seconds, String writes, List<String> names) {
    int lost = 0;
    int doubled = 0;
    for (String run : names) {
      var status = runs.awaitFinished(run, FINISHED).getStatus();
      lost += status.phase().equals("Completed") ? 0 : 1;
      doubled += status.attempts().size() + made.jobs(run) + made.pods(run) > 3 ? 1 : 0;
    }
    String row =
        "| %s | %.1f | %d | %d | %d | %s |"
            .formatted(what, seconds, names.size(), lost, doubled, writes);
    table.add(row);
    System.out.println(row);
    assertThat(lost).as("runs that did not complete").isZero();
    assertThat(doubled).as("runs with a second attempt, Job or pod").isZero();
    assertThat(seconds).isLessThanOrEqualTo((double) TAKEN_OVER.toSeconds());
  }

  String holder() {
    return Optional.ofNullable(client.leases().inNamespace(chart.namespace()).withName(LEASE).get())
        .map(lease -> lease.getSpec().getHolderIdentity())
        .orElse("");
  }

  /** The pod that holds the lease. */
  Optional<Pod> leader() {
    String holder = holder();
    return chart.pods().stream()
        .filter(pod -> holder.startsWith(pod.getMetadata().getName() + "_"))
        .findFirst();
  }
}
