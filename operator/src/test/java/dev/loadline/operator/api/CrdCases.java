package dev.loadline.operator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.plan.SpecText;
import dev.loadline.operator.plan.TestPlan;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the CRDs take and what they refuse, asked of an API server that has them: every server must
 * answer alike.
 */
public abstract class CrdCases {
  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

  private final KubernetesClient client;
  private final String namespace;

  /** Asks the server behind this client, in this namespace. */
  protected CrdCases(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  static Stream<String> documents() throws IOException {
    return PublishedYaml.documents()
        .filter(text -> text.contains("apiVersion: " + Api.GROUP + "/"));
  }

  @Test
  void findsTheDocumentsOfExamplesReadmeAndChart() throws IOException {
    assertThat(documents()).hasSizeGreaterThanOrEqualTo(15);
  }

  @ParameterizedTest
  @MethodSource("documents")
  void takesWhatAReaderMayCopy(String yaml) {
    ObjectNode tree = Serialization.unmarshal(yaml, ObjectNode.class);
    ((ObjectNode) tree.get("metadata")).put("namespace", namespace);
    GenericKubernetesResource made = dryRun(tree);
    JsonNode spec = SERIALIZATION.convertValue(made, ObjectNode.class).get("spec");
    LoadTestSpec test =
        SERIALIZATION.convertValue(
            made.getKind().equals(Api.LOAD_TEST) ? spec : spec.get("test"), LoadTestSpec.class);
    assertThat(TestPlan.parse(test, namespace)).isInstanceOf(TestPlan.Parsed.Valid.class);
  }

  private GenericKubernetesResource dryRun(ObjectNode tree) {
    return client
        .resource(SERIALIZATION.convertValue(tree, GenericKubernetesResource.class))
        .dryRun()
        .create();
  }

  @Test
  void takesEveryFieldAndFillsTheDefaults() {
    for (SpecText spec :
        List.of(SpecText.full(), SpecText.shapes(), SpecText.sweep(), SpecText.replay())) {
      dryRun(object(spec));
    }
    JsonNode spec =
        SERIALIZATION
            .convertValue(dryRun(object(SpecText.smallest())), ObjectNode.class)
            .get("spec");
    assertThat(spec.at("/timeZone").asText()).isEqualTo("Etc/UTC");
    assertThat(spec.at("/startingDeadline").asText()).isEqualTo("10m");
    assertThat(spec.at("/successfulRunsHistoryLimit").asInt()).isEqualTo(10);
    assertThat(spec.at("/suspend").asBoolean(true)).isFalse();
    assertThat(spec.at("/load/warmup").asText()).isEqualTo("30s");
    assertThat(spec.at("/load/connectionReuse").asText()).isEqualTo("Pooled");
    assertThat(spec.at("/workload/cacheIsolation").asText()).isEqualTo("Run");
  }

  private ObjectNode object(SpecText spec) {
    ObjectNode tree =
        Serialization.unmarshal(
            """
            apiVersion: loadline.dev/v1alpha1
            kind: LoadTest
            metadata: {name: test, namespace: %s}
            """
                .formatted(namespace),
            ObjectNode.class);
    tree.set("spec", spec.tree());
    return tree;
  }

  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/schedule | \"TZ=UTC 0 2 * * *\" | schedule takes no TZ= or CRON_TZ=: use spec.timeZone",
        "/schedule | \"CRON_TZ=UTC @hourly\" | schedule takes no TZ= or CRON_TZ=: use"
            + " spec.timeZone",
        "/schedule | \"0 2 * *\" | schedule has five fields",
        "/schedule | \"0 0 2 * * *\" | schedule has five fields",
        "/schedule | \"\" | spec.schedule",
        "/scheduleJitter | 1h1ms | scheduleJitter is at most 1h",
        "/scheduleJitter | 90 | spec.scheduleJitter",
        "/startingDeadline | 600 | spec.startingDeadline",
        "/startingDeadline | \"600\" | spec.startingDeadline",
        "/concurrencyPolicy | Queue | spec.concurrencyPolicy",
        "/successfulRunsHistoryLimit | -1 | spec.successfulRunsHistoryLimit",
        "/runNow | {} | spec.runNow.token",
        "/target/url | http://server | exactly one of service and url must be set",
        "/target | {} | exactly one of service and url must be set",
        "/target | {url: \"ftp://server\"} | url is http:// or https:// with a host",
        "/target | {url: \"http://user:word@server\"} | without credentials, query or fragment",
        "/target | {url: \"http://server/v1?key=word\"} | without credentials, query or fragment",
        "/target | {url: \"http://server/v1#word\"} | without credentials, query or fragment",
        "/target | {url: \"http://server\", basePath: /v1} | basePath goes with service",
        "/target/service/port | 0 | spec.target.service.port",
        "/target/service/port | 65536 | spec.target.service.port",
        "/target/service/scheme | ftp | spec.target.service.scheme",
        "/target/service/name | Server | spec.target.service.name",
        "/target/basePath | v1 | spec.target.basePath",
        "/target/api | chat | spec.target.api",
        "/target/engine | vllm | spec.target.engine",
        "/target/auth | {} | spec.target.auth.apiKeySecretRef",
        "/target/auth/apiKeySecretRef | {name: a} | spec.target.auth.apiKeySecretRef.key",
        "/target/headers/0/name | Authorization | this header carries a secret: use secretKeyRef"
            + " instead of value",
        "/target/headers/0/name | api-key | this header carries a secret",
        "/target/headers/0/name | X-API-Key | this header carries a secret",
        "/target/headers/0/name | Cookie | this header carries a secret",
        "/target/headers/0/name | \"X Tenant\" | spec.target.headers",
        "/target/headers/0/value | \"a\\nb\" | spec.target.headers",
        "/target/headers/0/secretKeyRef | {name: a, key: b} | exactly one of value and secretKeyRef"
            + " must be set",
        "/target/headers/1/name | X-Tenant | Duplicate value",
        "/workload | {} | exactly one of synthetic, preset, dataset and trace must be set",
        "/workload/preset | Chat | exactly one of synthetic, preset, dataset and trace must be set",
        "/workload | {preset: chat} | spec.workload.preset",
        "/workload | {trace: {configMap: {name: a, key: b}, format: Azure}, turns: {count: 2}} |"
            + " turns does not go with trace",
        "/workload | {trace: {configMap: {name: a, key: b}, format: Azure}} | load.replay and"
            + " workload.trace go with one another",
        "/workload | {trace: {configMap: {name: a, key: b}, format: CSV}} |"
            + " spec.workload.trace.format",
        "/workload | {dataset: {configMap: {name: a, key: b}, format: CSV}} |"
            + " spec.workload.dataset.format",
        "/workload | {dataset: {format: JSONL}} | exactly one of configMap and"
            + " persistentVolumeClaim must be set",
        "/workload | {dataset: {format: JSONL, configMap: {name: a}}} |"
            + " spec.workload.dataset.configMap.key",
        "/workload | {dataset: {format: JSONL, persistentVolumeClaim: {claimName: a, path: ../b}}}"
            + " | spec.workload.dataset.persistentVolumeClaim.path",
        "/workload | {dataset: {format: JSONL, persistentVolumeClaim: {claimName: a, path: /b}}}"
            + " | spec.workload.dataset.persistentVolumeClaim.path",
        "/workload/turns | {count: 2} | workload.turns goes with users (closed loop) in every"
            + " stage",
        "/workload/turns | {count: 0} | spec.workload.turns.count",
        "/workload/turns | {count: 1001} | spec.workload.turns.count",
        "/workload/turns | {} | spec.workload.turns.count",
        "/workload/turns | {count: 2, thinkTime: soon} | spec.workload.turns.thinkTime",
        "/workload/turns | {count: 2, thinkTime: 5} | spec.workload.turns.thinkTime",
        "/workload/turns | {count: 2, thinkTime: {max: 5}} | spec.workload.turns.thinkTime.max",
        "/workload/cacheIsolation | Request | spec.workload.cacheIsolation",
        "/workload/synthetic/sharedPrefixTokens | 0 | spec.workload.synthetic.sharedPrefixTokens",
        "/workload/synthetic | {inputTokens: 9, outputTokens: 9, sharedPrefixGroups: 2} |"
            + " sharedPrefixGroups goes with sharedPrefixTokens",
        "/workload/synthetic/inputTokens/distribution | Pareto |"
            + " spec.workload.synthetic.inputTokens.distribution",
        "/workload/synthetic/inputTokens/distribution | Exponential |"
            + " spec.workload.synthetic.inputTokens.distribution",
        "/target/tls/clientCertificateSecretName | A | spec.target.tls.clientCertificateSecretName",
        "/target/tls/serverName | A_B | spec.target.tls.serverName",
        "/load/connectionReuse | Never | spec.load.connectionReuse",
        "/load/connectionReuse | PerUser | connectionReuse PerUser goes with users in every stage",
        "/load/sweep | {users: [1], duration: 1s} | exactly one of stages, sweep and replay must be"
            + " set",
        "/load/replay | {} | exactly one of stages, sweep and replay must be set",
        "/load | {replay: {speed: 1}} | load.replay and workload.trace go with one another",
        "/load | {replay: {speed: 0}} | spec.load.replay.speed",
        "/load | {replay: {speed: \"-1\"}} | spec.load.replay.speed",
        "/load | {replay: {speed: 1001}} | spec.load.replay.speed",
        "/load | {replay: {limit: 0}} | spec.load.replay.limit",
        "/load | {} | exactly one of stages, sweep and replay must be set",
        "/load | {sweep: {users: [], duration: 1s}} | spec.load.sweep.users",
        "/load | {sweep: {users: [0], duration: 1s}} | spec.load.sweep.users[0]",
        "/load | {sweep: {users: [\"1\"], duration: 1s}} | spec.load.sweep.users[0]",
        "/load | {sweep: {requestsPerSecond: [1, \"0\"], duration: 1s}} |"
            + " spec.load.sweep.requestsPerSecond[1]",
        "/load | {sweep: {requestsPerSecond: [1.5], duration: 1s}} |"
            + " spec.load.sweep.requestsPerSecond[0]",
        "/load | {sweep: {duration: 1s}} | exactly one of users (closed loop) and requestsPerSecond"
            + " (open loop) must be set",
        "/load | {sweep: {users: [1], duration: 1s, requests: 1}} | exactly one of duration and"
            + " requests must be set",
        "/load | {sweep: {users: [1], duration: 1s, arrival: Gamma}} | arrival goes with"
            + " requestsPerSecond",
        "/load | {sweep: {requestsPerSecond: [1], duration: 1s, burstiness: 2}} | burstiness goes"
            + " with arrival Gamma",
        "/load | {sweep: {users: [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21], duration:"
            + " 1s}} | spec.load.sweep.users",
        "/load/stages/0/ramp | {} | spec.load.stages[0].ramp.from",
        "/load/stages/0/ramp | {from: 0} | spec.load.stages[0].ramp.from",
        "/load/stages/0/ramp | {from: \"1e3\"} | spec.load.stages[0].ramp.from",
        "/load/stages/1/ramp | {from: 1} | ramp goes with duration: it lasts as long as the window",
        "/load/stages/1/burstiness | 2 | burstiness goes with arrival Gamma",
        "/load/stages/2/burstiness | 2 | burstiness goes with arrival Gamma",
        "/load/stages/1/burstiness | 0 | spec.load.stages[1].burstiness",
        "/load/stages/1/burstiness | \"-1\" | spec.load.stages[1].burstiness",
        "/load/stages/1/arrival | gamma | spec.load.stages[1].arrival",
        "/load/stages/0/thinkTime | 1 | spec.load.stages[0].thinkTime",
        "/load/stages/0/thinkTime | 0.5 | spec.load.stages[0].thinkTime",
        "/load/stages/0/thinkTime | soon | spec.load.stages[0].thinkTime",
        "/load/stages/0/thinkTime | [1s] | spec.load.stages[0].thinkTime",
        "/load/stages/0/thinkTime | {mean: 1s} | spec.load.stages[0].thinkTime.max",
        "/load/stages/0/thinkTime | {mean: 1, max: 1s} | spec.load.stages[0].thinkTime.mean",
        "/load/stages/0/thinkTime | {distribution: Gamma, max: 1s} |"
            + " spec.load.stages[0].thinkTime.distribution",
        "/workload/seed | 9223372036854775808 | spec.workload.seed",
        "/load/stages | [] | spec.load.stages",
        "/load/stages/0/name | peak | Duplicate value",
        "/load/stages/0/requestsPerSecond | 1 | exactly one of users (closed loop) and"
            + " requestsPerSecond (open loop) must be set",
        "/load/stages/0/requests | 5 | exactly one of duration and requests must be set",
        "/load/stages/0/arrival | Constant | arrival goes with requestsPerSecond",
        "/load/stages/1/requests | 0 | spec.load.stages",
        "/load/stages/0/users | 0 | spec.load.stages",
        "/load/stages/1/requestsPerSecond | 0 | requestsPerSecond",
        "/load/stages/1/requestsPerSecond | -1 | requestsPerSecond",
        "/load/stages/1/requestsPerSecond | 1000001 | requestsPerSecond",
        "/load/stages/1/requestsPerSecond | 4.5 | requestsPerSecond",
        "/load/stages/1/requestsPerSecond | \"0\" | requestsPerSecond",
        "/load/stages/1/requestsPerSecond | \"0.000\" | requestsPerSecond",
        "/load/stages/1/requestsPerSecond | \"-1\" | requestsPerSecond",
        "/load/stages/1/requestsPerSecond | \"1e3\" | requestsPerSecond",
        "/load/stages/1/requestsPerSecond | fast | requestsPerSecond",
        "/load/stages/1/requestsPerSecond | {} | requestsPerSecond",
        "/objectives/0/min | 1ms | exactly one of max and min must be set",
        "/objectives/0 | {name: a, metric: ttft, statistic: p95} | exactly one of max and min must"
            + " be set",
        "/objectives/0 | {name: a, metric: ttft, max: 1s} | statistic (mean, p50, p90, p95, p99,"
            + " max) goes with latency metrics, and they need it",
        "/objectives/4/statistic | p95 | statistic (mean, p50, p90, p95, p99, max) goes with"
            + " latency metrics",
        "/objectives/0/statistic | p42 | spec.objectives",
        "/objectives/0/metric | latency | spec.objectives",
        "/objectives/0/stage | nowhere | objectives[].stage names a stage of load.stages",
        "/objectives/0/action | Page | spec.objectives",
        "/objectives/0/name | errors | Duplicate value",
        "/runner | {env: [{name: HF_TOKEN, value: word}]} | a variable of this name holds a secret:"
            + " use valueFrom.secretKeyRef",
        "/runner | {env: [{name: my_api_key, value: word}]} | a variable of this name holds a"
            + " secret",
        "/runner | {env: [{name: Secret1, value: word}]} | a variable of this name holds a secret",
        "/runner | {env: [{name: DB_PASSWORD, value: word}]} | a variable of this name holds a"
            + " secret",
        "/runner | {env: [{name: LOADLINE_PLAN, value: x}]} | names that begin with LOADLINE_"
            + " belong to the load runner",
        "/runner | {env: [{name: A, value: x, valueFrom: {secretKeyRef: {name: a, key: b}}}]} | at"
            + " most one of value and valueFrom may be set",
        "/runner | {env: [{name: A, valueFrom: {}}]} | exactly one of secretKeyRef and"
            + " configMapKeyRef must be set",
        "/runner | {env: [{name: A, value: x}, {name: A, value: y}]} | Duplicate value",
        "/runner | {resources: {requests: {memory: 512MB}}} |"
            + " spec.runner.resources.requests.memory",
        "/runner | {resources: {limits: {cpu: -1}}} | spec.runner.resources.limits.cpu",
        "/runner | {resources: {limits: {cpu: 1.5}}} | spec.runner.resources.limits.cpu",
        "/runner | {resources: {limits: {cpu: \"\"}}} | spec.runner.resources.limits.cpu",
        "/runner | {labels: {a: b c}} | spec.runner.labels.a",
        "/runner | {nodeSelector: {a: b-}} | spec.runner.nodeSelector.a",
        "/runner | {priorityClassName: High_1} | spec.runner.priorityClassName",
        "/runner | {serviceAccountName: Load_1} | spec.runner.serviceAccountName",
        "/runner | {imagePullSecrets: [{name: Registry}]} | spec.runner.imagePullSecrets[0].name",
        "/runner | {tolerations: [{key: a b, operator: Exists}]} | spec.runner.tolerations[0].key",
        "/runner | {tolerations: [{key: a, operator: Like}]} | spec.runner.tolerations[0].operator",
        "/runner | {tolerations: [{key: a, value: b c}]} | spec.runner.tolerations[0].value",
        "/runner | {tolerations: [{key: a, effect: NoRun}]} | spec.runner.tolerations[0].effect",
        "/runner | {tolerations: [{operator: Equal}]} | operator must be Exists where there is no"
            + " key",
        "/runner | {tolerations: [{key: a, operator: Exists, value: b}]} | value does not go with"
            + " operator Exists",
        "/runner | {tolerations: [{key: a, tolerationSeconds: 5}]} | tolerationSeconds goes with"
            + " effect NoExecute",
        "/workload/synthetic/outputTokens | 0 | spec.workload.synthetic.outputTokens",
        "/workload/synthetic/outputTokens | 10000001 | spec.workload.synthetic.outputTokens",
        "/workload/synthetic/outputTokens | \"12\" | spec.workload.synthetic.outputTokens",
        "/workload/synthetic/outputTokens | \"\" | spec.workload.synthetic.outputTokens",
        "/workload/synthetic/outputTokens | [1] | spec.workload.synthetic.outputTokens",
        "/workload/synthetic/inputTokens/mean | many | spec.workload.synthetic.inputTokens.mean",
        "/workload/synthetic/inputTokens/stddev | -1 | spec.workload.synthetic.inputTokens.stddev",
        "/workload/synthetic/inputTokens/min | 0 | spec.workload.synthetic.inputTokens.min",
        "/workload/synthetic/inputTokens/max | 1.5 | spec.workload.synthetic.inputTokens.max",
        "/workload/synthetic/inputTokens | {distribution: Normal, mean: 5, stddev: 1, min: 1, max:"
            + " 9, median: 5} | spec.workload.synthetic.inputTokens",
        "/workload/synthetic/inputTokens | {mean: 5, stddev: 9} |"
            + " spec.workload.synthetic.inputTokens.max",
        "/limits | {requests: 0} | spec.limits.requests",
        "/limits | {outputTokens: 1000000000001} | spec.limits.outputTokens",
        "/limits | {runnerPodTime: 15s} | runnerPodTime is longer than 15s",
        "/limits | {runnerPodTime: soon} | spec.limits.runnerPodTime",
        "/lifecycle/ttlAfterFinished | 0s | ttlAfterFinished is at least 60s",
        "/lifecycle/ttlAfterFinished | 59999ms | ttlAfterFinished is at least 60s",
        "/runner | {imagePullPolicy: Sometimes} | spec.runner.imagePullPolicy",
        "/runner | {placement: {gpuNodes: Maybe}} | spec.runner.placement.gpuNodes",
        "/lifecycle/maxStartAttempts | 11 | spec.lifecycle.maxStartAttempts",
        "/lifecycle/podRetention | Sometimes | spec.lifecycle.podRetention",
        "/lifecycle/ttlAfterFinished | 1d | spec.lifecycle.ttlAfterFinished",
      })
  void refusesAndSaysWhy(String pointer, String yaml, String message) {
    ObjectNode tree = object(SpecText.full().with(pointer, yaml));
    assertThatThrownBy(() -> dryRun(tree))
        .isInstanceOf(KubernetesClientException.class)
        .satisfies(refusal -> assertThat(message(refusal)).contains(message));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/target", "/workload", "/load", "/load/stages/0/duration"})
  void refusesWhatLacksARequiredField(String pointer) {
    ObjectNode tree = object(SpecText.smallest().without(pointer));
    assertThatThrownBy(() -> dryRun(tree)).isInstanceOf(KubernetesClientException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HF_TOKEN", "API_KEY"})
  void takesASecretVariableByReference(String name) {
    dryRun(
        object(
            SpecText.smallest()
                .with(
                    "/runner",
                    "{env: [{name: %s, valueFrom: {secretKeyRef: {name: a, key: b}}}]}"
                        .formatted(name))));
  }

  @ParameterizedTest
  @CsvSource({"LoadTest, 40", "LoadTestRun, 57"})
  void boundsTheName(String kind, int longest) {
    dryRun(named(kind, "a".repeat(longest)));
    assertThatThrownBy(() -> dryRun(named(kind, "a".repeat(longest + 1))))
        .satisfies(refusal ->
            assertThat(message(refusal))
                .contains("metadata.name has at most " + longest + " characters"));
  }

  @ParameterizedTest
  @CsvSource({"LoadTest, chat.v2", "LoadTestRun, a.b"})
  void refusesANameThatNoJobCanHave(String kind, String name) {
    assertThatThrownBy(() -> dryRun(named(kind, name)))
        .satisfies(refusal ->
            assertThat(message(refusal)).contains("metadata.name has no dots: the Jobs"));
  }

  @Test
  void refusesARunThatWouldBeGoneBeforeItIsRecorded() {
    ObjectNode run = run("short");
    ((ObjectNode) run.get("spec")).put("ttlAfterFinished", "59s");
    assertThatThrownBy(() -> dryRun(run))
        .satisfies(
            refusal -> assertThat(message(refusal)).contains("ttlAfterFinished is at least 60s"));
    ((ObjectNode) run.get("spec")).put("ttlAfterFinished", "1m");
    dryRun(run);
  }

  private ObjectNode named(String kind, String name) {
    ObjectNode tree = kind.equals(Api.LOAD_TEST) ? object(SpecText.smallest()) : run("x");
    ((ObjectNode) tree.get("metadata")).put("name", name);
    return tree;
  }

  private ObjectNode run(String name) {
    ObjectNode tree =
        Serialization.unmarshal(
            """
            apiVersion: loadline.dev/v1alpha1
            kind: LoadTestRun
            metadata: {name: %s, namespace: %s}
            spec: {loadTest: test, scheduledTime: "2026-11-24T02:00:00Z"}
            """
                .formatted(name, namespace),
            ObjectNode.class);
    ((ObjectNode) tree.get("spec")).set("test", SpecText.smallest().tree());
    return tree;
  }

  @Test
  void letsARunBeStoppedAndItsTimeToLiveChange() {
    client.resource(resource(run("stopped"))).create();
    edit("stopped", spec -> spec.put("ttlAfterFinished", "1h"));
    edit("stopped", spec -> spec.put("ttlAfterFinished", "2h"));
    edit("stopped", spec -> spec.put("desiredState", "Stopped"));
    assertThatThrownBy(() -> edit("stopped", spec -> spec.put("desiredState", "Running")))
        .satisfies(refusal ->
            assertThat(message(refusal)).contains("a stopped run cannot be started again"));
    assertThatThrownBy(() -> edit("stopped", spec -> spec.without("desiredState")))
        .isInstanceOf(KubernetesClientException.class);
  }

  @Test
  void letsNothingElseOfARunChange() {
    client.resource(resource(run("immutable"))).create();
    List<UnaryOperator<ObjectNode>> changes =
        List.of(
            spec -> spec.put("loadTest", "other"),
            spec -> spec.without("loadTest"),
            spec -> spec.put("trigger", "Once"),
            spec -> spec.put("scheduledTime", "2026-11-24T03:00:00Z"),
            spec -> spec.without("scheduledTime"),
            spec -> change(spec, "/test/load", "warmup", "31s"),
            spec -> change(spec, "/test", "schedule", "@hourly"));
    for (UnaryOperator<ObjectNode> change : changes) {
      assertThatThrownBy(() -> edit("immutable", change))
          .satisfies(refusal -> assertThat(message(refusal)).contains("a run is immutable: "));
    }
  }

  private static ObjectNode change(ObjectNode spec, String where, String field, String value) {
    ((ObjectNode) spec.at(where)).put(field, value);
    return spec;
  }

  private void edit(String name, UnaryOperator<ObjectNode> change) {
    GenericKubernetesResource now =
        client
            .genericKubernetesResources(Api.GROUP + "/" + Api.VERSION, Api.LOAD_TEST_RUN)
            .inNamespace(namespace)
            .withName(name)
            .get();
    ObjectNode tree = SERIALIZATION.convertValue(now, ObjectNode.class);
    tree.set("spec", change.apply((ObjectNode) tree.get("spec")));
    client.resource(resource(tree)).update();
  }

  private static GenericKubernetesResource resource(ObjectNode tree) {
    return SERIALIZATION.convertValue(tree, GenericKubernetesResource.class);
  }

  private static String message(Throwable refusal) {
    return ((KubernetesClientException) refusal).getStatus().getMessage();
  }
}
