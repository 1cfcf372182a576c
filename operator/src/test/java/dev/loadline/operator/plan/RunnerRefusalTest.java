package dev.loadline.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API server would refuse of a pod is refused of a test, with the field named. */
class RunnerRefusalTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "resources: {requests: {memory: 512MB}} | resources.requests.memory: '512MB' is no"
            + " quantity: write a number with a suffix such as m, k, M, G, Ki, Mi or Gi",
        "resources: {limits: {cpu: two}} | resources.limits.cpu: 'two' is no quantity",
        "resources: {limits: {cpu: -1}} | resources.limits.cpu: '-1' is no quantity",
        "resources: {limits: {cpu: '1E999999999'}} | resources.limits.cpu: '1E999999999' is no"
            + " quantity",
        "resources: {limits: {memory: 1 Gi}} | resources.limits.memory: '1 Gi' is no quantity",
        "resources: {limits: {memory: null}} | resources.limits.memory: is empty",
        "resources: {requests: {mem: 1Gi}} | resources.requests: 'mem' is no resource of a"
            + " container: use cpu, memory, ephemeral-storage or a name with a domain",
        "resources: {limits: {_/x: 1}} | resources.limits: '_/x' is no resource",
        "resources: {requests: {memory: 2Gi}, limits: {memory: 1Gi}} | resources.requests.memory:"
            + " '2Gi' is above the limit of 1Gi",
        "resources: {requests: {cpu: 1001m}, limits: {cpu: 1}} | resources.requests.cpu: '1001m' is"
            + " above the limit of 1",
        "resources: {requests: {memory: 1G}, limits: {memory: 999.9M}} | resources.requests.memory:"
            + " '1G' is above the limit of 999.9M",
        "resources: {requests: {a.b/c: 1}, limits: {a.b/c: 2}} | resources.requests.a.b/c: '1' is"
            + " not the limit of 2: only cpu, memory and ephemeral-storage may differ",
        "resources: {requests: {a.b/c: 1}, limits: {cpu: 2}} | resources.requests.a.b/c: needs the"
            + " same limit",
        "resources: {limits: {a.b/c: 1500m}} | resources.limits.a.b/c: '1500m' is no whole number",
        "labels: {-a: b} | labels: '-a' is no key of a label: at most 63 letters, digits, -, _ and"
            + " ., after a domain and / if there is one",
        "labels: {a/b/c: d} | labels: 'a/b/c' is no key",
        "labels: {a: b c} | labels.a: 'b c' is no value of a label: at most 63 letters, digits, -,"
            + " _ and ., a letter or digit at both ends",
        "labels: {a: null} | labels.a: is empty",
        "labels: {app.kubernetes.io/name: mine} | labels: 'app.kubernetes.io/name' is set by"
            + " Loadline or by Kubernetes: remove it",
        "labels: {job-name: mine} | labels: 'job-name' is set by",
        "labels: {batch.kubernetes.io/job-name: mine} | labels: 'batch.kubernetes.io/job-name' is"
            + " set by",
        "labels: {loadline.dev/run: mine} | labels: 'loadline.dev/run' is set by",
        "annotations: {karpenter.sh/do-not-disrupt: 'false'} | annotations:"
            + " 'karpenter.sh/do-not-disrupt' is set by",
        "annotations: {a b: c} | annotations: 'a b' is no key",
        "nodeSelector: {A_/b: c} | nodeSelector: 'A_/b' is no key",
        "nodeSelector: {a: b-} | nodeSelector.a: 'b-' is no value",
        "tolerations: [{operator: Equal}] | tolerations[0].operator: must be Exists where there is"
            + " no key",
        "tolerations: [{key: a, operator: Like}] | tolerations[0].operator: 'Like' is unknown: use"
            + " one of [Equal, Exists]",
        "tolerations: [{key: a b, operator: Exists}] | tolerations[0].key: 'a b' is no key",
        "tolerations: [{key: a, value: b c}] | tolerations[0].value: 'b c' is no value",
        "tolerations: [{key: a, operator: Exists, value: b}] | tolerations[0].value: does not go"
            + " with operator Exists",
        "tolerations: [{key: a, effect: NoRun}] | tolerations[0].effect: 'NoRun' is unknown: use"
            + " one of [NoSchedule, PreferNoSchedule, NoExecute]",
        "tolerations: [{key: a, effect: NoSchedule, tolerationSeconds: 5}] |"
            + " tolerations[0].tolerationSeconds: goes with effect NoExecute",
        "tolerations: [null] | tolerations[0]: is empty",
        "priorityClassName: High_1 | priorityClassName: 'High_1' is no name of an object: at most"
            + " 253 lower-case letters, digits, - and .",
        "serviceAccountName: Load_1 | serviceAccountName: 'Load_1' is no name of an object: at most"
            + " 253 lower-case letters, digits, - and .",
        "imagePullSecrets: [{name: Registry}] | imagePullSecrets[0].name: 'Registry' is no name",
        "imagePullSecrets: [{}] | imagePullSecrets[0].name: is missing",
        "imagePullSecrets: [{name: a}, {name: a}] | imagePullSecrets[1].name: 'a' is there twice",
        "env: [{name: 1A, value: x}] | env[0].name: '1A' is no name of a variable",
        "env: [{name: A, valueFrom: {secretKeyRef: {name: a, key: b/c}}}] |"
            + " env[0].valueFrom.secretKeyRef.key: 'b/c' is no key of a Secret or ConfigMap",
        "env: [{name: A, valueFrom: {configMapKeyRef: {name: A, key: b}}}] |"
            + " env[0].valueFrom.configMapKeyRef.name: 'A' is no name",
      })
  void namesTheFieldAndWhatIsWrongWithIt(String runner, String problem) {
    assertThat(SpecText.smallest().with("/runner", "{" + runner + "}").problems())
        .singleElement()
        .asString()
        .startsWith("spec.runner." + problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resources: {requests: {cpu: 500m, memory: 512Mi}, limits: {cpu: 1, memory: 1Gi}}",
        "resources: {requests: {cpu: 0.5}, limits: {cpu: '+.5'}}",
        "resources: {requests: {memory: 1e3}, limits: {memory: 1k}}",
        "resources: {requests: {memory: 1024Ki}, limits: {memory: 1Mi}}",
        "resources: {requests: {memory: 128974848}, limits: {memory: 123Mi}}",
        "resources: {requests: {cpu: 1}, limits: {memory: 1Gi}}",
        "resources: {requests: {example.com/nic: 2}}",
        "resources: {limits: {ephemeral-storage: 1E, hugepages-2Mi: 0}}",
        "labels: {a: '', example.com/b_c.d: X.y_z-0}",
        "annotations: {example.com/note: 'any text, ü'}",
        "tolerations: [{operator: Exists}]",
        "tolerations: [{key: a, value: b, effect: NoExecute, tolerationSeconds: 5}]",
        "tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]",
        "priorityClassName: system-node.critical",
        "serviceAccountName: load.tests",
        "imagePullSecrets: [{name: a}, {name: b.c}]",
        "env: [{name: A}, {name: b.c, valueFrom: {secretKeyRef: {name: a, key: b_c.d}}}]",
      })
  void takesWhatTheApiServerTakes(String runner) {
    assertThat(SpecText.smallest().with("/runner", "{" + runner + "}").problems()).isEmpty();
  }

  @Test
  void findsAllProblemsAtOnce() {
    String runner =
        "{resources: {requests: {memory: 512MB, mem: 1}, limits: {cpu: x}}, labels: {a: b c},"
            + " tolerations: [{}], priorityClassName: A, imagePullSecrets: [{name: B}]}";
    assertThat(SpecText.smallest().with("/runner", runner).problems()).hasSize(7);
  }

  @Test
  void boundsKeysAndValuesByTheirLength() {
    String most = "a".repeat(63);
    assertThat(labels(most, most)).isEmpty();
    assertThat(labels("a".repeat(253) + "/" + most, most)).isEmpty();
    assertThat(labels(most + "a", "b")).hasSize(1);
    assertThat(labels("a".repeat(254) + "/a", "b")).hasSize(1);
    assertThat(labels("a", most + "a")).hasSize(1);
  }

  private static java.util.List<String> labels(String key, String value) {
    return SpecText.smallest()
        .with("/runner", "{labels: {\"" + key + "\": " + value + "}}")
        .problems();
  }
}
