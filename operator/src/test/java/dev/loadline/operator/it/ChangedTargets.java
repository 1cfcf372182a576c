package dev.loadline.operator.it;

import static dev.loadline.operator.it.TroubledCluster.LIMIT;
import static dev.loadline.operator.it.TroubledCluster.MAIN;
import static dev.loadline.operator.it.TroubledCluster.READY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.FailureTable.Line;
import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.api.LoadTestRunStatus.ValidityStatus;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/**
 * Servers that are another one at the end of their measurement. To be measured alone: beside other
 * load runners a small machine's own lateness would be the first reason of the verdict.
 */
final class ChangedTargets {
  private ChangedTargets() {}

  static Stream<Trouble> all() {
    return Stream.of(
        Trouble.of("scaled target", ChangedTargets::scaled),
        Trouble.of("rolled target", ChangedTargets::rolled));
  }

  private static Line scaled(TroubledCluster cluster) {
    return changed(
        cluster,
        "scaled",
        "target scaled in the window",
        "one more pod of the target's Service",
        "1 ready endpoint of the Service before the measurement, 2 at its end",
        () -> label(cluster.client, "scaled"));
  }

  /** Lets its spare pod, which is ready, belong to the Service: no program starts meanwhile. */
  private static void label(KubernetesClient client, String app) {
    client
        .pods()
        .inNamespace(MAIN)
        .withName(app + "-2")
        .edit(pod ->
            new PodBuilder(pod).editMetadata().addToLabels("app", app).endMetadata().build());
  }

  /** As a rollout does: the new pod comes before the old one goes. */
  private static Line rolled(TroubledCluster cluster) {
    return changed(
        cluster,
        "rolled",
        "target rolled in the window",
        "another pod of the target's Service comes, and its old one goes",
        "an endpoint of the Service was replaced or was not ready for a while",
        () -> {
          label(cluster.client, "rolled");
          cluster.client.pods().inNamespace(MAIN).withName("rolled-1").delete();
        });
  }

  private static Line changed(
      TroubledCluster cluster,
      String name,
      String failure,
      String cause,
      String words,
      Runnable change) {
    KubernetesClient client = cluster.client;
    service(client, name);
    simulator(client, name, name + "-1");
    simulator(client, "spare", name + "-2");
    TestRuns runs = cluster.runs(MAIN);
    runs.create(
        name,
        "{target: {service: {name: "
            + name
            + "}}, load: {stages: [{name: only, users: 1, duration: 20s}]}}");
    runs.awaitPhase(name, "Running", LIMIT);
    await("the endpoints were seen before the window")
        .atMost(READY)
        .until(() -> {
          LoadTestRunStatus status = runs.find(name).orElseThrow().getStatus();
          return status.target() != null && status.target().endpoints() != null;
        });
    change.run();
    Instant now = Instant.now();
    LoadTestRunStatus status = runs.awaitFinished(name, LIMIT).getStatus();
    RunRules.isConsistent(status);
    ValidityStatus check = Spending.check(status, "TargetChanged");
    assertThat(check.result()).as(check.observed()).isEqualTo("Failed");
    assertThat(check.observed()).isEqualTo(words);
    assertThat(status.phase()).isEqualTo("Completed");
    assertThat(status.verdict()).isEqualTo("Invalid");
    if (!Spending.failed(status).contains("GeneratorSaturated")) {
      assertThat(status.verdictReason()).isEqualTo("TargetChanged");
      assertThat(RunRules.condition(status, "MeasurementValid").getMessage()).contains(words);
    }
    return new Line(
        failure,
        cause,
        RunRules.words(status, "MeasurementValid")
            + "; check TargetChanged "
            + check.result()
            + ": "
            + check.observed()
            + " … Completed, Invalid/"
            + status.verdictReason(),
        BadInputs.since(now) + " from the change, which is the run's own end",
        cluster.leftOf(MAIN, name, true));
  }

  private static void service(KubernetesClient client, String app) {
    client
        .resource(
            new ServiceBuilder()
                .withNewMetadata()
                .withName(app)
                .withNamespace(MAIN)
                .endMetadata()
                .withNewSpec()
                .addToSelector("app", app)
                .addNewPort()
                .withPort(8000)
                .withTargetPort(new IntOrString(8000))
                .endPort()
                .endSpec()
                .build())
        .create();
  }

  /** One more pod like the common simulator, ready. */
  private static void simulator(KubernetesClient client, String app, String name) {
    Pod like = client.pods().inNamespace(MAIN).withName("simulator").get();
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(MAIN)
            .addToLabels("app", app)
            .endMetadata()
            .withSpec(new PodSpecBuilder(like.getSpec()).withNodeName(null).build())
            .build();
    client.resource(pod).create();
    await(name + " is ready")
        .atMost(READY)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> client.pods().inNamespace(MAIN).withName(name).isReady());
  }
}
