package dev.loadline.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.api.LoadTestSpec;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;

/** A spec as YAML that tests change at one place or another. */
public final class SpecText {
  /** A certificate that signed itself. */
  public static final String CERTIFICATE =
      """
      -----BEGIN CERTIFICATE-----
      MIIBejCCASGgAwIBAgIUH3MoT9RDxq9NKkWTNkyA1vGeorIwCgYIKoZIzj0EAwIw
      EjEQMA4GA1UEAwwHdGVzdCBjYTAgFw0yNjExMjYwMTU1MjFaGA8yMTI2MTEwMjAx
      NTUyMVowEjEQMA4GA1UEAwwHdGVzdCBjYTBZMBMGByqGSM49AgEGCCqGSM49AwEH
      A0IABM4KOVQGNBg6obV2Ep1S3RJ4xZ6asgCnZXgm+/0h0NaL2Ic+f8SCVTw7/VMd
      CaDs6hlPLq2KWlvJbTPJWPY8VsKjUzBRMB0GA1UdDgQWBBR8cVV1amahcOq+/sIi
      3Fg8sXzpejAfBgNVHSMEGDAWgBR8cVV1amahcOq+/sIi3Fg8sXzpejAPBgNVHRMB
      Af8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIGACA5j5NqV3Y2/dmPrlA+dsshkX
      OjxkcC137FnGbgvIAiAIK9v4gT4mp6so+KVr8IJWGX1CJ9z+W132Fq2gS+ZHHw==
      -----END CERTIFICATE-----
      """;

  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

  private final ObjectNode root;

  private SpecText(String yaml) {
    this.root = Serialization.unmarshal(yaml, ObjectNode.class);
  }

  /** The smallest spec that is a plan. */
  public static SpecText smallest() {
    return new SpecText(
        """
        target: {url: "http://server:8000/v1"}
        workload: {synthetic: {inputTokens: 128, outputTokens: 32}}
        load: {stages: [{name: steady, users: 4, duration: 1m}]}
        """);
  }

  /** A spec that sets every field. */
  public static SpecText full() {
    return new SpecText(
        """
        schedule: "0 2 * * *"
        timeZone: Europe/Berlin
        scheduleJitter: 15m
        startingDeadline: 5m
        concurrencyPolicy: Replace
        suspend: true
        successfulRunsHistoryLimit: 3
        failedRunsHistoryLimit: 0
        runNow: {token: first}
        target:
          service: {name: vllm, namespace: models, port: 8443, scheme: https}
          basePath: /api/v2/
          model: gemma
          api: Completions
          engine: TensorRT-LLM
          auth: {apiKeySecretRef: {name: gateway, key: token}}
          headers:
            - {name: X-Tenant, value: perf}
            - {name: X-Api-Key, secretKeyRef: {name: gateway, key: other}}
          tls:
            insecureSkipVerify: true
            caBundle: "%s"
            clientCertificateSecretName: client
            serverName: vllm.internal
          readinessTimeout: 30s
        workload:
          synthetic:
            inputTokens: {mean: 512.5, stddev: 128, min: 64, max: 2048}
            outputTokens: 256
            sharedPrefixTokens: 32
            sharedPrefixGroups: 4
          cacheIsolation: None
          seed: 7
        load:
          warmup: 10s
          drainTimeout: 20s
          connectionReuse: PerRequest
          stages:
            - {name: normal, users: 16, thinkTime: 250ms, duration: 5m}
            - {name: peak, requestsPerSecond: "4.5", arrival: Constant, requests: 1000}
            - {name: whole, requestsPerSecond: 3, duration: 1h30m}
        objectives:
          - {name: first, metric: ttft, statistic: p95, max: 800ms}
          - {name: scheduled, metric: ttftScheduled, statistic: p99, max: 1.5s, stage: peak}
          - {name: per-token, metric: tpot, statistic: mean, max: 20.5ms, stage: normal}
          - {name: gaps, metric: itl, statistic: p50, max: 100ms}
          - {name: errors, metric: errorRate, max: 1%%}
          - {name: good, metric: goodFraction, min: "0.95"}
          - {name: speed, metric: outputTokensPerSecond, min: "1500", action: Report}
        limits: {requests: 5000, outputTokens: 1000000, runnerPodTime: 4h}
        lifecycle:
          startupDeadline: 2m
          activeDeadline: 3h
          maxStartAttempts: 1
          ttlAfterFinished: 60s
          podRetention: Always
        """
            .formatted(CERTIFICATE.replace("\n", "\\n")));
  }

  /** Ramps, bursts, drawn pauses, and conversations of a dataset. */
  public static SpecText shapes() {
    return new SpecText(
        """
        target: {url: "http://server:8000/v1"}
        workload:
          dataset:
            configMap: {name: prompts, key: chat.json}
            format: ShareGPT
            outputTokens: {distribution: Lognormal, mean: 100, stddev: 200, max: 1000}
        load:
          stages:
            - {name: up, users: 32, ramp: {from: 1}, duration: 1m}
            - name: pausing
              users: 4
              thinkTime: {distribution: Exponential, mean: 1.5s, max: 1m}
              duration: 1m
            - {name: faster, requestsPerSecond: 9, ramp: {from: "0.5"}, duration: 1m}
            - {name: bursts, requestsPerSecond: 2, arrival: Gamma, burstiness: "0.25", duration: 1m}
        """);
  }

  /** Conversations at several numbers of users. */
  public static SpecText sweep() {
    return new SpecText(
        """
        target: {url: "http://server:8000/v1"}
        workload:
          preset: Chat
          turns:
            count: {distribution: Uniform, min: 2, max: 6}
            inputTokens: {mean: 50, stddev: 40, max: 200}
            thinkTime: {distribution: Lognormal, mean: 2s, stddev: 1s, min: 100ms, max: 1m}
        load: {connectionReuse: PerUser, sweep: {users: [1, 4, 16], thinkTime: 10ms, requests: 100}}
        """);
  }

  /** A trace of a volume, sent again. */
  public static SpecText replay() {
    return new SpecText(
        """
        target: {url: "http://server:8000/v1"}
        workload:
          trace:
            persistentVolumeClaim: {claimName: traces, path: azure/code.csv}
            format: Azure
        load: {warmup: 0s, replay: {speed: "2.5", limit: 500}}
        """);
  }

  /** Sets the value at a JSON pointer; a dash as last part adds to a list. */
  public SpecText with(String pointer, String yaml) {
    JsonNode value = Serialization.unmarshal("value: " + yaml, ObjectNode.class).get("value");
    int cut = pointer.lastIndexOf('/');
    JsonNode parent = root.at(pointer.substring(0, cut));
    String name = pointer.substring(cut + 1);
    switch (parent) {
      case ObjectNode object -> object.set(name, value);
      case ArrayNode array when name.equals("-") -> array.add(value);
      case ArrayNode array -> array.set(Integer.parseInt(name), value);
      default -> throw new IllegalArgumentException("nothing at " + pointer);
    }
    return this;
  }

  /** Removes what is at a JSON pointer. */
  public SpecText without(String pointer) {
    int cut = pointer.lastIndexOf('/');
    ((ObjectNode) root.at(pointer.substring(0, cut))).remove(pointer.substring(cut + 1));
    return this;
  }

  /** The spec itself. */
  public ObjectNode tree() {
    return root;
  }

  TestPlan.Parsed parse() {
    LoadTestSpec spec = SERIALIZATION.convertValue(root, LoadTestSpec.class);
    return TestPlan.parse(spec, "perf");
  }

  TestPlan plan() {
    TestPlan.Parsed parsed = parse();
    assertThat(parsed).isInstanceOf(TestPlan.Parsed.Valid.class);
    return ((TestPlan.Parsed.Valid) parsed).plan();
  }

  List<String> problems() {
    return switch (parse()) {
      case TestPlan.Parsed.Valid ignored -> List.of();
      case TestPlan.Parsed.Refused refused ->
          refused.problems().stream().map(Problem::toString).toList();
    };
  }
}
