package dev.loadline.operator.local.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {
  private static final String TESTS = "/apis/loadline.dev/v1alpha1/namespaces/default/loadtests";
  private static final String RUNS = "/apis/loadline.dev/v1alpha1/namespaces/default/loadtestruns";

  private final ServerFixture fixture = new ServerFixture();

  @AfterEach
  void stop() {
    fixture.close();
  }

  private HttpResponse<String> post(String yaml) throws Exception {
    return fixture.send("POST", TESTS, "application/yaml", yaml);
  }

  private static List<String> fields(HttpResponse<String> refused) {
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
    List<String> fields = new ArrayList<>();
    Json.read(refused.body())
        .at("/details/causes")
        .forEach(cause -> fields.add(cause.path("field").asText()));
    return fields;
  }

  @Test
  void namesEveryProblemAtOnce() throws Exception {
    HttpResponse<String> refused =
        post(
            """
            apiVersion: loadline.dev/v1alpha1
            kind: LoadTest
            metadata: {name: broken, namespace: default}
            spec:
              schedule: "TZ=UTC * * *"
              concurrencyPolicy: Sometimes
              failedRunsHistoryLimit: -1
              suspend: perhaps
              target: {url: "http://user:pass@host/v1", service: {name: x, port: 70000}}
              workload: {}
              load: {stages: [{name: one, users: 1, requestsPerSecond: 2, duration: 10s}, {name: one, users: 1, duration: soon}]}
            """);
    assertThat(fields(refused))
        .contains(
            "spec.concurrencyPolicy",
            "spec.failedRunsHistoryLimit",
            "spec.suspend",
            "spec.target.service.port",
            "spec.workload",
            "spec.load.stages[0]",
            "spec.load.stages[1]",
            "spec.load.stages[1].duration");
    assertThat(refused.body()).doesNotContain("user:pass");
    assertThat(Json.read(refused.body()).path("message").asText())
        .startsWith("LoadTest.loadline.dev \"broken\" is invalid: [");
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775808", "-9223372036854775809"})
  void refusesWholeNumbersBeyond64Bits(String seed) throws Exception {
    String yaml = ServerFixture.yaml("nightly").replace("workload: {", "workload: {seed: %s, ");
    HttpResponse<String> refused = post(yaml.formatted(seed));
    assertThat(fields(refused)).containsExactly("spec.workload.seed");
    assertThat(refused.body()).contains("must be of type integer: \\\"number\\\"");
    assertThat(post(yaml.formatted(Long.MAX_VALUE)).statusCode()).isEqualTo(201);
  }

  @Test
  void evaluatesTheRulesOfTheCrd() throws Exception {
    HttpResponse<String> refused =
        post(
            ServerFixture.yaml("nightly")
                .replace("{url: \"http://127.0.0.1:8000/v1\"}", "{url: \"ftp://host/v1\"}")
                .replace("duration: 10s", "duration: 10s, requests: 5")
                .replace("0 2 * * *", "0 2 *"));
    assertThat(fields(refused)).contains("spec.target", "spec.load.stages[0]", "spec");
    HttpResponse<String> longName = post(ServerFixture.yaml("n".repeat(41)));
    assertThat(longName.body()).contains("metadata.name has at most 40 characters");
  }

  @Test
  void rulesOnTransitionsKeepARunAsItWas() throws Exception {
    String run =
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTestRun
        metadata: {name: once, namespace: default}
        spec:
          test:
            target: {url: "http://127.0.0.1:8000/v1"}
            workload: {synthetic: {inputTokens: 10, outputTokens: 5}}
            load: {stages: [{name: one, users: 1, duration: 10s}]}
        """;
    assertThat(fixture.send("POST", RUNS, "application/yaml", run).statusCode()).isEqualTo(201);
    assertThat(patched("{\"spec\":{\"test\":{\"load\":{\"warmup\":\"1s\"}}}}").body())
        .contains("a run is immutable");
    assertThat(patched("{\"spec\":{\"desiredState\":\"Stopped\"}}").statusCode()).isEqualTo(200);
    assertThat(patched("{\"spec\":{\"desiredState\":\"Running\"}}").body())
        .contains("cannot be started again");
    assertThat(patched("{\"spec\":{\"ttlAfterFinished\":\"5m\"}}").statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> patched(String patch) throws Exception {
    return fixture.send("PATCH", RUNS + "/once", "application/merge-patch+json", patch);
  }

  @Test
  void dropsUnknownFieldsOrRefusesThemIfAskedTo() throws Exception {
    String typo = ServerFixture.yaml("nightly").replace("schedule:", "shedule:");
    HttpResponse<String> strict =
        fixture.send("POST", TESTS + "?fieldValidation=Strict", "application/yaml", typo);
    assertThat(strict.statusCode()).isEqualTo(400);
    assertThat(strict.body()).contains("unknown field \\\"spec.shedule\\\"");
    JsonNode made = Json.read(post(typo).body());
    assertThat(made.path("spec").has("shedule")).isFalse();
  }

  @Test
  void storesNothingOnADryRun() throws Exception {
    HttpResponse<String> answer =
        fixture.send(
            "POST", TESTS + "?dryRun=All", "application/yaml", ServerFixture.yaml("nightly"));
    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(fixture.send("GET", TESTS + "/nightly", "", "").statusCode()).isEqualTo(404);
  }

  @Test
  void saysWhatItCannotRead() throws Exception {
    assertThat(post("{\"spec\": ").statusCode()).isEqualTo(400);
    assertThat(post("a: b: c").statusCode()).isEqualTo(400);
    assertThat(post("just words").statusCode()).isEqualTo(400);
    HttpResponse<String> protobuf =
        fixture.send("POST", TESTS, "application/vnd.kubernetes.protobuf", "k8s");
    assertThat(protobuf.statusCode()).isEqualTo(415);
    assertThat(fixture.send("GET", "/apis/nobody/v1/things", "", "").statusCode()).isEqualTo(404);
  }

  @Test
  void aSecretsTextIsEncoded() throws Exception {
    JsonNode made =
        Json.read(
            fixture
                .send(
                    "POST",
                    "/api/v1/namespaces/default/secrets",
                    "application/yaml",
                    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {token: abc}")
                .body());
    assertThat(made.at("/data/token").asText()).isEqualTo("YWJj");
    assertThat(made.has("stringData")).isFalse();
  }
}
