package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.api.LoadTestRunStatus.ValidityStatus;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A target that is a Service of the cluster is watched while it is under load. */
class TargetChangedApiTest {
  private static final String JOB = "chat-run-a1";

  @Test
  void passesATargetWhoseEndpointsStay() {
    try (LocalCluster cluster = loaded("service: {name: vllm, port: 8000}")) {
      LoadTestRunStatus status = measured(cluster);
      assertThat(status.verdict()).isEqualTo("Pass");
      assertThat(status.target().endpoints().ready()).isEqualTo(1);
      assertThat(check(status).observed())
          .isEqualTo("1 ready endpoint of the Service stayed as they were");
    }
  }

  @Test
  void voidsARunWhoseTargetWasScaled() {
    try (LocalCluster cluster = loaded("service: {name: vllm, port: 8000}")) {
      cluster.changeEndpoints("vllm-abcde", slice -> ready(slice, "10.0.0.2"));
      LoadTestRunStatus status = measured(cluster);
      assertThat(status.verdict()).isEqualTo("Invalid");
      assertThat(status.verdictReason()).isEqualTo("TargetChanged");
      assertThat(check(status).observed())
          .isEqualTo("1 ready endpoint of the Service before the measurement, 2 at its end");
      assertThat(cluster.events("LoadTestRun")).contains("MeasurementInvalid");
    }
  }

  @Test
  void voidsARunWhoseTargetIsReadyAgain() {
    try (LocalCluster cluster = loaded("url: 'http://vllm.default.svc.cluster.local:8000/v1'")) {
      cluster.changeEndpoints("vllm-abcde", slice -> conditions(slice, false));
      cluster.changeEndpoints("vllm-abcde", slice -> conditions(slice, true));
      assertThat(measured(cluster).verdictReason()).isEqualTo("TargetChanged");
    }
  }

  @Test
  void saysThatItCouldNotLook() {
    try (LocalCluster cluster = loaded("service: {name: other, port: 8000}")) {
      LoadTestRunStatus status = measured(cluster);
      assertThat(status.verdict()).isEqualTo("Pass");
      assertThat(check(status).result()).isEqualTo("NotChecked");
      assertThat(check(status).observed()).contains("endpointslices");
    }
  }

  @Test
  void doesNotNeedTheRightToLook() {
    try (LocalCluster cluster = new LocalCluster()) {
      cluster.server.faults().answer(call -> call.resource().equals("endpointslices"), 99, 403);
      LoadTestRunStatus status = measured(load(cluster, "service: {name: vllm, port: 8000}"));
      assertThat(status.verdict()).isEqualTo("Pass");
      assertThat(check(status).result()).isEqualTo("NotChecked");
    }
  }

  private static LocalCluster loaded(String target) {
    return load(new LocalCluster(), target);
  }

  /** A run of which the first window has begun. */
  private static LocalCluster load(LocalCluster cluster, String target) {
    Instant begin = Instant.ofEpochMilli(Outputs.LOAD).minusSeconds(5);
    cluster.clock.advance(Duration.between(cluster.clock.instant(), begin));
    cluster.create(
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: vllm-abcde, labels: {kubernetes.io/service-name: vllm}}
        addressType: IPv4
        ports: [{port: 8000}]
        endpoints:
          - {addresses: [10.0.0.1], conditions: {ready: true}}
          - {addresses: [10.0.0.9], conditions: {ready: false}}
        """);
    cluster.create(
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTestRun
        metadata: {name: chat-run}
        spec:
          test:
            target: {%s}
            workload: {synthetic: {inputTokens: 128, outputTokens: 32}}
            load: {warmup: 1s, drainTimeout: 1s, stages: [{name: steady, users: 4, duration: 1m}]}
            objectives: [{name: errors, metric: errorRate, max: 1%%}]
        """
            .formatted(target));
    cluster.startOperator();
    cluster.sendLoad(JOB);
    return cluster;
  }

  private static LoadTestRunStatus measured(LocalCluster cluster) {
    cluster.clock.advance(Duration.ofSeconds(62));
    cluster.ended(JOB, 0, "Completed", Outputs.measured(), true);
    LoadTestRun run = cluster.awaitFinished();
    return run.getStatus();
  }

  private static ValidityStatus check(LoadTestRunStatus status) {
    return status.validity().stream()
        .filter(is -> is.check().equals("TargetChanged"))
        .findFirst()
        .orElseThrow();
  }

  private static ObjectNode ready(ObjectNode slice, String address) {
    ObjectNode endpoint = slice.withArray("endpoints").addObject();
    endpoint.putArray("addresses").add(address);
    endpoint.putObject("conditions").put("ready", true);
    return slice;
  }

  private static ObjectNode conditions(ObjectNode slice, boolean ready) {
    JsonNode first = slice.path("endpoints").path(0);
    ((ObjectNode) first).putObject("conditions").put("ready", ready);
    return slice;
  }
}
