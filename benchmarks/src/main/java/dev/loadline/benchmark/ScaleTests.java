package dev.loadline.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Many tests that are due at the same time, and their runs. */
final class ScaleTests {
  /** Nothing is due before the next first of January. */
  static final String NEVER = "0 3 1 1 *";

  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final long PAGE = 500;

  private final KubernetesClient client;
  private final int count;
  private final int runSeconds;

  /**
   * Tests that are not made yet.
   *
   * @param count how many
   * @param runSeconds how long a run's pod runs
   */
  ScaleTests(KubernetesClient client, int count, int runSeconds) {
    this.client = client;
    this.count = count;
    this.runSeconds = runSeconds;
  }

  int count() {
    return count;
  }

  private static String name(int number) {
    return "scale-%04d".formatted(number);
  }

  private LoadTest test(int number, String schedule) {
    return Serialization.unmarshal(
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTest
        metadata: {name: %s, namespace: %s}
        spec:
          schedule: "%s"
          successfulRunsHistoryLimit: 20
          target: {url: "http://10.0.%d.%d:8000/v1"}
          workload: {synthetic: {inputTokens: 128, outputTokens: 32}}
          load: {warmup: 1s, drainTimeout: 1s, stages: [{name: steady, users: 4, duration: 1m}]}
          objectives:
            - {name: first-token, metric: ttft, statistic: p95, max: 800ms}
            - {name: per-token, metric: tpot, statistic: p95, max: 50ms}
            - {name: errors, metric: errorRate, max: 1%%}
          runner:
            nodeSelector: {loadline-scale: "yes"}
            tolerations: [{key: loadline-scale, operator: Exists}]
            resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {cpu: 10m, memory: 16Mi}}
            annotations:
              testcluster/run-seconds: "%d"
              testcluster/result: "%s"
        """
            .formatted(
                name(number),
                ScaleCluster.NAMESPACE,
                schedule,
                number / 250,
                number % 250,
                runSeconds,
                ScaleResult.terminationMessage()),
        LoadTest.class);
  }

  /** Makes them all. */
  void create() throws InterruptedException {
    Crowd.each(count, number -> client.resource(test(number, NEVER)).create());
  }

  /** Lets them all be due by this schedule, and nothing before. */
  void schedule(String schedule) throws InterruptedException {
    String patch = "{\"spec\":{\"schedule\":\"" + schedule + "\"}}";
    Crowd.each(
        count,
        number ->
            client
                .resources(LoadTest.class)
                .inNamespace(ScaleCluster.NAMESPACE)
                .withName(name(number))
                .patch(PatchContext.of(PatchType.JSON_MERGE), patch));
  }

  /** Deletes them all and waits until they and their runs are gone. */
  void delete() throws InterruptedException {
    client.resources(LoadTest.class).inNamespace(ScaleCluster.NAMESPACE).delete();
    ScaleCluster.await("tests and runs are gone", () -> runs(1).isEmpty());
  }

  /** As many runs as these threads get created, each like one that is due; milliseconds of each. */
  List<Double> createRuns(KubernetesClient by, int runs) throws InterruptedException {
    return Crowd.each(runs, number -> by.resource(run(number, "floor")).create());
  }

  private LoadTestRun run(int number, String suffix) {
    ObjectNode run = JSON.createObjectNode();
    run.put("apiVersion", "loadline.dev/v1alpha1").put("kind", "LoadTestRun");
    run.putObject("metadata")
        .put("name", name(number) + "-" + suffix)
        .put("namespace", ScaleCluster.NAMESPACE)
        .putObject("labels")
        .put(Api.TEST_LABEL, name(number));
    run.putObject("spec")
        .put("loadTest", name(number))
        .put("trigger", "Schedule")
        .put("scheduledTime", "2026-11-26T02:00:00Z")
        .put("desiredState", "Running")
        .set("test", JSON.valueToTree(test(number, NEVER).getSpec()));
    return JSON.convertValue(run, LoadTestRun.class);
  }

  /** Deletes all runs and waits until they are gone. */
  void deleteRuns() throws InterruptedException {
    client.resources(LoadTestRun.class).inNamespace(ScaleCluster.NAMESPACE).delete();
    ScaleCluster.await("the runs are gone", () -> runs(1).isEmpty());
  }

  /** The first runs of the namespace. */
  List<LoadTestRun> runs(long most) {
    return client
        .resources(LoadTestRun.class)
        .inNamespace(ScaleCluster.NAMESPACE)
        .list(new ListOptionsBuilder().withLimit(most).build())
        .getItems();
  }

  /** All runs, page by page. */
  List<LoadTestRun> runs() {
    List<LoadTestRun> all = new ArrayList<>();
    String next = null;
    do {
      var page =
          client
              .resources(LoadTestRun.class)
              .inNamespace(ScaleCluster.NAMESPACE)
              .list(new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build());
      all.addAll(page.getItems());
      next = page.getMetadata().getContinue();
    } while (next != null && !next.isEmpty());
    return all;
  }

  /**
   * Makes finished runs of each test, as if it had run each night, while no operator is there.
   *
   * @param like a finished run, whose status they all get
   */
  void createFinished(int runs, LoadTestRun like) throws InterruptedException {
    List<LoadTest> tests =
        client.resources(LoadTest.class).inNamespace(ScaleCluster.NAMESPACE).list().getItems();
    Instant night = Instant.now().truncatedTo(ChronoUnit.HOURS);
    Crowd.each(
        runs,
        number -> {
          LoadTest test = tests.get(number % tests.size());
          int age = 1 + number / tests.size();
          ObjectNode run = JSON.valueToTree(like);
          ObjectNode metadata = run.putObject("metadata");
          metadata
              .put("name", test.getMetadata().getName() + "-night-" + age)
              .put("namespace", ScaleCluster.NAMESPACE);
          metadata.putObject("labels").put(Api.TEST_LABEL, test.getMetadata().getName());
          metadata
              .putArray("ownerReferences")
              .addObject()
              .put("apiVersion", "loadline.dev/v1alpha1")
              .put("kind", "LoadTest")
              .put("name", test.getMetadata().getName())
              .put("uid", test.getMetadata().getUid())
              .put("controller", true);
          run.withObject("/spec").put("loadTest", test.getMetadata().getName());
          run.withObject("/status")
              .put("completionTime", night.minus(age, ChronoUnit.DAYS).toString());
          LoadTestRun finished = JSON.convertValue(run, LoadTestRun.class);
          client.resource(finished).create();
          client
              .resource(finished)
              .subresource("status")
              .patch(
                  PatchContext.of(PatchType.JSON_MERGE),
                  JSON.createObjectNode().set("status", run.path("status")).toString());
        });
  }
}
