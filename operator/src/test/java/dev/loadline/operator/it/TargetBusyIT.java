package dev.loadline.operator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tests of two namespaces that name one server in two ways: never both at once. */
class TargetBusyIT {
  private static final Duration READY = Duration.ofMinutes(2);
  private static final Duration FINISHED = Duration.ofMinutes(4);

  private static KubernetesClient client;
  private static TestNamespace here;
  private static TestNamespace there;
  private static InstalledChart chart;

  @BeforeAll
  static void install() throws IOException {
    TestCluster cluster = TestCluster.require();
    client = cluster.client();
    here = new TestNamespace(client, "loadline-it-here");
    there = new TestNamespace(client, "loadline-it-there");
    chart = new InstalledChart(cluster, Map.of());
    here.apply(Files.readString(TestRuns.RESOURCES.resolve("targets.yaml")));
    await("the simulator is ready")
        .atMost(READY)
        .until(() -> client.pods().inNamespace(here.name()).withName("simulator").isReady());
  }

  @AfterAll
  static void remove() {
    for (TestNamespace used : new TestNamespace[] {here, there}) {
      if (used != null) {
        used.close();
      }
    }
    if (chart != null) {
      chart.close();
    }
  }

  @Test
  void laterTestWaitsNamesTheHolderAndBeginsWhenItIsOver() {
    test(here, "first", "service: {name: simulator, port: 8000}", "10m");
    LoadTestRun first = run(here, "first");
    TestRuns runs = new TestRuns(client, here.name());
    runs.awaitPhase(first.getMetadata().getName(), "Running", READY);

    String url = "url: 'http://simulator." + here.name() + ".svc.cluster.local:8000/v1'";
    test(there, "second", url, "10m");
    test(there, "missed", url, "5s");
    LoadTestRun second = run(there, "second");
    String holder = here.name() + "/" + first.getMetadata().getName();
    await("the second waits")
        .atMost(READY)
        .until(() -> admitted(there, second), said -> said.contains("TargetBusy"));
    assertThat(admitted(there, second))
        .contains("simulator." + here.name() + ":8000", holder + " loads it", "deadline 20");

    LoadTest missed =
        await("the third is missed")
            .atMost(READY)
            .until(
                () ->
                    client
                        .resources(LoadTest.class)
                        .inNamespace(there.name())
                        .withName("missed")
                        .get(),
                test -> test.getStatus() != null && test.getStatus().missedRuns() != null);
    assertThat(missed.getStatus().missedRuns()).isEqualTo(1);
    assertThat(missed.getStatus().lastMissedReason()).isEqualTo("TargetBusy");
    assertThat(missed.getStatus().lastRun()).isNull();

    LoadTestRunStatus one = runs.awaitFinished(first.getMetadata().getName(), FINISHED).getStatus();
    LoadTestRunStatus two =
        new TestRuns(client, there.name())
            .awaitFinished(second.getMetadata().getName(), FINISHED)
            .getStatus();
    assertThat(one.phase()).isEqualTo("Completed");
    assertThat(two.phase()).isEqualTo("Completed");
    Instant over = Instant.parse(one.completionTime());
    assertThat(Instant.parse(two.startTime()))
        .isAfterOrEqualTo(over)
        .isBefore(over.plusSeconds(20));
    assertThat(Instant.parse(two.measurementStartTime()))
        .isAfter(Instant.parse(one.measurementEndTime()));
  }

  private static void test(TestNamespace namespace, String name, String target, String deadline) {
    namespace.apply(
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTest
        metadata: {name: %s}
        spec:
          startingDeadline: %s
          target: {%s}
          workload: {synthetic: {inputTokens: 16, outputTokens: 8}}
          load: {warmup: 1s, drainTimeout: 5s, stages: [{name: only, users: 2, duration: 25s}]}
          runner:
            resources:
              requests: {cpu: 50m, memory: 160Mi}
              limits: {memory: 256Mi}
        """
            .formatted(name, deadline, target));
  }

  private static LoadTestRun run(TestNamespace namespace, String test) {
    TestRuns runs = new TestRuns(client, namespace.name());
    return await("the run of " + test)
        .atMost(READY)
        .until(
            () ->
                runs.all().stream()
                    .filter(run -> test.equals(run.getSpec().loadTest()))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  /** Reason and message of the run's condition Admitted. */
  private static String admitted(TestNamespace namespace, LoadTestRun run) {
    return new TestRuns(client, namespace.name())
        .find(run.getMetadata().getName()).stream()
            .filter(now -> now.getStatus() != null)
            .flatMap(now -> now.getStatus().conditions().stream())
            .filter(condition -> condition.getType().equals("Admitted"))
            .map((Condition condition) -> condition.getReason() + ": " + condition.getMessage())
            .findFirst()
            .orElse("");
  }
}
