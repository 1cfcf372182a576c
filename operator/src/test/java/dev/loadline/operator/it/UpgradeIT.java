package dev.loadline.operator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.loadline.operator.api.LoadTest;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * CRDs are upgraded over objects that a looser schema let in: the operator starts, says of each
 * what it cannot read, and looks after the others.
 */
class UpgradeIT {
  private static final Duration SOON = Duration.ofMinutes(1);

  private static KubernetesClient client;
  private static TestCrds crds;
  private static TestNamespace namespace;
  private static InstalledChart chart;

  @BeforeAll
  static void upgradeOverOldObjects() throws IOException {
    TestCluster cluster = TestCluster.require();
    client = cluster.client();
    crds = new TestCrds(client);
    loosened("loadtests");
    loosened("loadtestruns");
    namespace = new TestNamespace(client, "loadline-it-upgrade");
    store("number", "failedRunsHistoryLimit: 99999999999", "");
    store("type", "runner: everywhere", "");
    store("word", "concurrencyPolicy: Queue", "");
    store("unknown", "retries: {most: 3}", "");
    store(
        "status",
        "schedule: '0 2 1 1 *'",
        "{observedGeneration: 1, nextScheduleTime: tomorrow, missedRuns: many, active: 7,"
            + " lastRun: {name: gone, completionTime: yesterday, verdict: Great}}");
    crds.install();
    chart = new InstalledChart(cluster, Map.of("crds.install", false));
  }

  /** A schema that lets everything in, as etcd may hold it from another day. */
  private static void loosened(String kind) throws IOException {
    ObjectMapper yaml = new YAMLMapper();
    ObjectNode crd =
        (ObjectNode) yaml.readTree(Path.of("../crds", kind + ".loadline.dev.yaml").toFile());
    ObjectNode schema = (ObjectNode) crd.at("/spec/versions/0/schema/openAPIV3Schema");
    schema.remove(List.of("properties", "required", "x-kubernetes-validations"));
    schema.put("x-kubernetes-preserve-unknown-fields", true);
    client
        .load(new ByteArrayInputStream(yaml.writeValueAsBytes(crd)))
        .forceConflicts()
        .serverSideApply();
  }

  private static void store(String name, String spec, String status) {
    String text =
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTest
        metadata: {name: %s}
        spec:
          target: {url: "http://%s.invalid:8000/v1"}
          workload: {synthetic: {inputTokens: 16, outputTokens: 8}}
          load: {stages: [{name: only, users: 1, duration: 10s}]}
          %s
        """
            .formatted(name, name, spec);
    GenericKubernetesResource object =
        client.getKubernetesSerialization().unmarshal(text, GenericKubernetesResource.class);
    object.getMetadata().setNamespace(namespace.name());
    GenericKubernetesResource stored =
        await("the looser kind is served")
            .atMost(SOON)
            .ignoreExceptions()
            .until(() -> client.resource(object).create(), made -> made != null);
    if (!status.isEmpty()) {
      stored.setAdditionalProperty(
          "status", client.getKubernetesSerialization().unmarshal("---\n" + status, Map.class));
      client.resource(stored).updateStatus();
    }
  }

  @AfterAll
  static void removeAll() {
    if (namespace != null) {
      namespace.close();
    }
    if (chart != null) {
      chart.close();
    }
    if (crds != null) {
      crds.close();
    }
  }

  @Test
  void oldObjectsSayWhatCannotBeReadAndTheOthersGoOn() {
    assertThat(awaitReady("number", "InvalidSpec"))
        .contains("spec.failedRunsHistoryLimit: is the number 99999999999");
    assertThat(awaitReady("type", "InvalidSpec")).contains("spec.runner: is a text");
    assertThat(awaitReady("word", "InvalidSpec")).contains("spec.concurrencyPolicy");
    awaitReady("unknown", "Manual");
    awaitReady("status", "Scheduled");
    await("a run of the readable one")
        .atMost(SOON)
        .until(() ->
            new TestRuns(client, namespace.name())
                .all().stream().anyMatch(run -> "unknown".equals(run.getSpec().loadTest())));
    LoadTest healed = find("status");
    assertThat(Instant.parse(healed.getStatus().nextScheduleTime())).isAfter(Instant.now());
    assertThat(
            client.resources(Event.class).inNamespace(namespace.name()).list().getItems().stream()
                .map(Event::getReason))
        .contains("StatusUnreadable");
    assertThat(chart.log()).doesNotContain("\"level\":\"ERROR\"");
  }

  private static LoadTest find(String name) {
    return client.resources(LoadTest.class).inNamespace(namespace.name()).withName(name).get();
  }

  /** The message of Ready once it has this reason. */
  private static String awaitReady(String name, String reason) {
    return await(name + " is " + reason)
        .atMost(SOON)
        .until(
            () ->
                Stream.ofNullable(find(name).getStatus())
                    .flatMap(status -> status.conditions().stream())
                    .filter(condition -> condition.getType().equals("Ready"))
                    .filter(condition -> condition.getReason().equals(reason))
                    .map(Condition::getMessage)
                    .findFirst()
                    .orElse(""),
            message -> !message.isEmpty());
  }
}
