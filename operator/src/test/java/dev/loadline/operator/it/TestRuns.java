package dev.loadline.operator.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.awaitility.core.ConditionTimeoutException;

/** The runs of one namespace, waited for with stated limits. */
final class TestRuns {
  static final Path RESOURCES = Path.of("src/test/resources/it");

  private static final ObjectMapper YAML = new YAMLMapper();

  private final KubernetesClient client;
  private final String namespace;

  TestRuns(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** Makes the run of {@code run.yaml} with some fields of its test changed; its UID. */
  String create(String name, String change) {
    ObjectNode run = read(name);
    merge((ObjectNode) run.at("/spec/test"), change);
    return create(run);
  }

  /** Makes such a run that says it is this LoadTest's, by its label and its spec; its UID. */
  String createFor(String test, String name, String change) {
    ObjectNode run = read(name);
    run.withObject("/metadata/labels").put(Api.TEST_LABEL, test);
    run.withObject("/spec").put("loadTest", test);
    merge((ObjectNode) run.at("/spec/test"), change);
    return create(run);
  }

  /** Makes a LoadTest of the test in {@code run.yaml} with some fields changed; its UID. */
  String createTest(String name, String change) {
    ObjectNode test = read(name).put("kind", Api.LOAD_TEST);
    test.set("spec", test.at("/spec/test"));
    merge(test.withObject("/spec"), change);
    return create(test);
  }

  private static ObjectNode read(String name) {
    try {
      ObjectNode run = (ObjectNode) YAML.readTree(RESOURCES.resolve("run.yaml").toFile());
      run.withObject("/metadata").put("name", name);
      return run;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private String create(ObjectNode object) {
    return client
        .resource(YAML.convertValue(object, GenericKubernetesResource.class))
        .inNamespace(namespace)
        .create()
        .getMetadata()
        .getUid();
  }

  private static void merge(ObjectNode object, String change) {
    try {
      merge(object, YAML.readTree(change));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Objects field by field, anything else as a whole; null takes a field away. */
  private static void merge(ObjectNode object, JsonNode change) {
    for (Map.Entry<String, JsonNode> field : change.properties()) {
      if (field.getValue().isNull()) {
        object.remove(field.getKey());
      } else if (field.getValue().isObject() && object.path(field.getKey()).isObject()) {
        merge((ObjectNode) object.get(field.getKey()), field.getValue());
      } else {
        object.set(field.getKey(), field.getValue());
      }
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

  /** The Services that the run has. */
  List<Service> services(String run) {
    return client.services().inNamespace(namespace).withLabel(Api.RUN_LABEL, run).list().getItems();
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
    LoadTestRun run =
        await(
            name,
            limit,
            is ->
                isTrue(is, "Finished")
                    || (is.getStatus() != null && phase.equals(is.getStatus().phase())));
    if (!phase.equals(run.getStatus().phase())) {
      throw new AssertionError(
          name + " is over before it is " + phase + ": " + run.getStatus().failure());
    }
    return run;
  }

  /** Waits until the run's runner has this trouble. */
  LoadTestRun awaitReason(String name, String reason, Duration limit) {
    return await(
        name,
        limit,
        run ->
            run.getStatus() != null
                && run.getStatus().conditions().stream()
                    .anyMatch(is ->
                        is.getType().equals("RunnersReady") && is.getReason().equals(reason)));
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
