package dev.loadline.operator.it;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.awaitility.core.ConditionTimeoutException;

/** The runs of one namespace, waited for with stated limits. */
final class TestRuns {
  static final Path RESOURCES = Path.of("src/test/resources/it");

  private final KubernetesClient client;
  private final String namespace;

  TestRuns(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** Makes the run of {@code run.yaml} with some fields of its test changed. */
  void create(String name, String change) {
    try {
      ObjectMapper yaml = new YAMLMapper();
      ObjectNode run = (ObjectNode) yaml.readTree(RESOURCES.resolve("run.yaml").toFile());
      ((ObjectNode) run.path("metadata")).put("name", name);
      yaml.readerForUpdating(run.path("spec").path("test")).readTree(change);
      client
          .resource(yaml.convertValue(run, GenericKubernetesResource.class))
          .inNamespace(namespace)
          .create();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** The Jobs that the run has. */
  List<Job> jobs(String run) {
    return client
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withLabel(Api.RUN_LABEL, run)
        .list()
        .getItems();
  }

  /** The pods that the run has. */
  List<Pod> pods(String run) {
    return client.pods().inNamespace(namespace).withLabel(Api.RUN_LABEL, run).list().getItems();
  }

  List<LoadTestRun> all() {
    return client.resources(LoadTestRun.class).inNamespace(namespace).list().getItems();
  }

  Optional<LoadTestRun> find(String name) {
    return Optional.ofNullable(
        client.resources(LoadTestRun.class).inNamespace(namespace).withName(name).get());
  }

  /** Waits until the run has this phase. */
  LoadTestRun awaitPhase(String name, String phase, Duration limit) {
    return await(
        name, limit, run -> run.getStatus() != null && phase.equals(run.getStatus().phase()));
  }

  /** Waits for the condition that {@code kubectl wait --for=condition=Finished} waits for. */
  LoadTestRun awaitFinished(String name, Duration limit) {
    return await(name, limit, run -> isTrue(run, "Finished"));
  }

  private LoadTestRun await(String name, Duration limit, Predicate<LoadTestRun> reached) {
    try {
      return org.awaitility.Awaitility.await()
          .atMost(limit)
          .until(() -> find(name).filter(reached), Optional::isPresent)
          .orElseThrow();
    } catch (ConditionTimeoutException late) {
      throw new AssertionError(
          "run "
              + name
              + " did not get there within "
              + limit
              + ":\n"
              + Serialization.asYaml(find(name).orElse(null)),
          late);
    }
  }

  static boolean isTrue(LoadTestRun run, String type) {
    LoadTestRunStatus status = run.getStatus();
    return status != null
        && status.conditions() != null
        && status.conditions().stream()
            .filter(condition -> condition.getType().equals(type))
            .map(Condition::getStatus)
            .anyMatch("True"::equals);
  }
}
