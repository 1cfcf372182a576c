package dev.loadline.operator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import io.fabric8.kubernetes.api.model.LimitRangeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rows of the failure table that a real scheduler, kubelet and admission have to play. The runs
 * that fail by themselves are all made at the start, so that their waits overlap. The operator
 * watches named namespaces here, with the rights that the chart gives for those.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FailureIT {
  private static final Duration READY = Duration.ofMinutes(2);
  private static final Duration RUNNING = Duration.ofMinutes(2);
  private static final Duration FINISHED = Duration.ofMinutes(6);
  private static final String FULL = "full";
  private static final String SMALL = "small";

  private static KubernetesClient client;
  private static InstalledChart chart;
  private static TestNamespace namespace;
  private static TestNamespace full;
  private static TestNamespace small;
  private static TestRuns runs;

  /** A run that fails by itself: what its test says, how it ends, what its message names. */
  record Row(String name, String change, String reason, String message) {
    @Override
    public String toString() {
      return name + " ends with " + reason;
    }
  }

  static Stream<Row> rows() {
    return Stream.of(
        new Row("nowhere", "{runner: {nodeSelector: {no: such}}}", "Unschedulable", "node"),
        new Row("absent", "{runner: {image: 'loadline/absent:1'}}", "ImagePullFailed", "absent:1"),
        new Row(
            "key",
            "{target: {auth: {apiKeySecretRef: {name: absent, key: token}}}}",
            "ConfigError",
            "absent"),
        new Row(
            "file",
            "{workload: {synthetic: null, dataset: {configMap: {name: no-prompts, key: a}, format:"
                + " JSONL}}}",
            "ConfigError",
            "no-prompts"),
        new Row(
            "memory",
            "{runner: {env: [{name: JAVA_TOOL_OPTIONS, value: -Xms900m -Xmx900m"
                + " -XX:+AlwaysPreTouch}]}}",
            "RunnerOutOfMemory",
            "memory"),
        new Row(
            "denied",
            "{runner: {annotations: {container.apparmor.security.beta.kubernetes.io/runner:"
                + " unconfined}}}",
            "PodsNotCreated",
            "PodSecurity"),
        new Row(
            "refused", "{target: {service: {name: guarded, port: 8000}}}", "Unauthorized", "401"),
        new Row("model", "{target: {model: another}}", "ModelNotServed", "another"),
        new Row(
            "nobody",
            "{target: {service: {name: nobody, port: 8000}}}",
            // Where the cluster's name server does not reach the next one, it is silent.
            "TargetNotFound|TargetUnreachable",
            "nobody"),
        new Row(FULL, "{lifecycle: {startupDeadline: 40s}}", "PodsNotCreated", "quota"),
        new Row(SMALL, "{}", "PodsNotCreated", "maximum memory usage"));
  }

  @BeforeAll
  static void startEverythingThatFailsByItself() throws IOException {
    TestCluster cluster = TestCluster.require();
    client = cluster.client();
    namespace = new TestNamespace(client, "loadline-it-failures");
    full = new TestNamespace(client, "loadline-it-full");
    small = new TestNamespace(client, "loadline-it-small");
    limit();
    chart =
        new InstalledChart(
            cluster,
            Map.of(
                "watch.mode", "Namespaces",
                "watch.namespaces[0]", namespace.name(),
                "watch.namespaces[1]", full.name(),
                "watch.namespaces[2]", small.name()));
    runs = new TestRuns(client, namespace.name());
    namespace.apply(Files.readString(TestRuns.RESOURCES.resolve("targets.yaml")));
    for (String target : List.of("simulator", "guarded")) {
      await(target + " is ready")
          .atMost(READY)
          .until(() -> client.pods().inNamespace(namespace.name()).withName(target).isReady());
    }
    rows().forEach(row -> at(row).create(row.name(), row.change()));
  }

  private static void limit() {
    client
        .resource(
            new ResourceQuotaBuilder()
                .withNewMetadata()
                .withName("no-pods")
                .endMetadata()
                .withNewSpec()
                .addToHard("pods", new Quantity("0"))
                .endSpec()
                .build())
        .inNamespace(full.name())
        .create();
    client
        .resource(
            new LimitRangeBuilder()
                .withNewMetadata()
                .withName("small-containers")
                .endMetadata()
                .withNewSpec()
                .addNewLimit()
                .withType("Container")
                .addToMax("memory", new Quantity("64Mi"))
                .endLimit()
                .endSpec()
                .build())
        .inNamespace(small.name())
        .create();
  }

  private static TestRuns at(Row row) {
    return switch (row.name()) {
      case FULL -> new TestRuns(client, full.name());
      case SMALL -> new TestRuns(client, small.name());
      default -> runs;
    };
  }

  @AfterAll
  static void removeAll() {
    for (TestNamespace used : new TestNamespace[] {namespace, full, small}) {
      if (used != null) {
        used.close();
      }
    }
    if (chart != null) {
      chart.close();
    }
  }

  @Order(9)
  @ParameterizedTest
  @MethodSource("rows")
  void runThatCannotStartSaysWhy(Row row) {
    LoadTestRunStatus status = at(row).awaitFinished(row.name(), FINISHED).getStatus();

    assertThat(status.failure().reason()).as(status.failure().message()).matches(row.reason());
    assertThat(status.failure().message()).contains(row.message());
    assertThat(status.phase()).isEqualTo("Failed");
    assertThat(status.verdict()).isEqualTo("None");
    assertThat(status.attempts()).hasSize(1);
  }

  @Order(1)
  @Test
  void stoppedRunLeavesNoPod() {
    runs.create("stopped", "{}");
    runs.awaitPhase("stopped", "Running", RUNNING);

    client
        .resources(LoadTestRun.class)
        .inNamespace(namespace.name())
        .withName("stopped")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"desiredState\":\"Stopped\"}}");

    LoadTestRunStatus status = runs.awaitFinished("stopped", RUNNING).getStatus();
    assertThat(status.phase()).isEqualTo("Stopped");
    assertThat(status.verdict()).isEqualTo("Invalid");
    await("the pod is gone").atMost(RUNNING).until(() -> runs.pods("stopped").isEmpty());
  }

  @Order(2)
  @Test
  void deletedRunLeavesNothing() {
    runs.create("deleted", "{}");
    runs.awaitPhase("deleted", "Running", RUNNING);

    client.resources(LoadTestRun.class).inNamespace(namespace.name()).withName("deleted").delete();

    await("nothing is left")
        .atMost(RUNNING)
        .until(() ->
            runs.find("deleted").isEmpty()
                && runs.jobs("deleted").isEmpty()
                && runs.pods("deleted").isEmpty());
  }

  @Order(3)
  @Test
  void jobDeletedUnderLoadIsNeverRecreated() {
    runs.create("jobless", "{}");
    runs.awaitPhase("jobless", "Running", RUNNING);

    client.resource(runs.jobs("jobless").getFirst()).delete();

    LoadTestRunStatus status = runs.awaitFinished("jobless", RUNNING).getStatus();
    assertThat(status.failure().reason()).isEqualTo("RunnerJobDeleted");
    assertThat(status.verdict()).isEqualTo("Invalid");
    assertThat(runs.jobs("jobless")).isEmpty();
  }

  @Order(4)
  @Test
  void evictedRunnerIsNeverRepeatedOnceItSentLoad() {
    runs.create("evicted", "{lifecycle: {maxStartAttempts: 3}}");
    runs.awaitPhase("evicted", "Running", RUNNING);

    Pod pod = runs.pods("evicted").getFirst();
    assertThat(client.pods().resource(pod).evict()).isTrue();

    LoadTestRunStatus status = runs.awaitFinished("evicted", RUNNING).getStatus();
    assertThat(status.failure().reason()).isEqualTo("RunnerLost");
    assertThat(status.verdict()).isEqualTo("Invalid");
    assertThat(status.attempts()).hasSize(1);
  }

  @Order(5)
  @Test
  void operatorKilledUnderLoadLosesNothing() {
    runs.create("survivor", "{lifecycle: {podRetention: Always}}");
    runs.awaitPhase("survivor", "Running", RUNNING);
    String killed = chart.pod().getMetadata().getUid();

    client.pods().resource(chart.pod()).withGracePeriod(0).delete();
    await("another operator has come")
        .atMost(READY)
        .until(() -> !chart.pod().getMetadata().getUid().equals(killed));

    LoadTestRunStatus status = runs.awaitFinished("survivor", RUNNING).getStatus();
    assertThat(status.phase()).isEqualTo("Completed");
    assertThat(status.attempts()).hasSize(1);
    assertThat(status.stages().getFirst().requests().completed()).isPositive();
    assertThat(runs.jobs("survivor")).hasSize(1);
    assertThat(runs.pods("survivor")).hasSize(1);
  }
}
