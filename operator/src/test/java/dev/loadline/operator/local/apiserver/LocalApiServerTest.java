package dev.loadline.operator.local.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestStatus;
import dev.loadline.operator.local.apiserver.Faults.Fault;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LocalApiServerTest {
  private final ServerFixture fixture = new ServerFixture();

  @AfterEach
  void stop() {
    fixture.close();
  }

  private ConfigMap created(String name) {
    return fixture.client.resource(ServerFixture.configMap(name)).create();
  }

  @Test
  void answersNobodyWithoutItsToken() throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      for (String header : List.of("Bearer wrong", "Basic x", "Bearer ")) {
        HttpResponse<String> answer =
            http.send(
                HttpRequest.newBuilder(URI.create(fixture.server.uri() + "/api"))
                    .header("Authorization", header)
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).doesNotContain(fixture.server.token());
      }
      assertThat(
              http.send(
                      HttpRequest.newBuilder(URI.create(fixture.server.uri() + "/api")).build(),
                      HttpResponse.BodyHandlers.ofString())
                  .statusCode())
          .isEqualTo(401);
    }
  }

  @Test
  void givesNewObjectsAnIdentity() {
    ConfigMap made = created("settings");
    assertThat(made.getMetadata().getUid()).isNotBlank();
    assertThat(made.getMetadata().getCreationTimestamp()).isEqualTo("2026-11-24T02:00:03Z");
    assertThat(fixture.client.configMaps().withName("settings").get()).isEqualTo(made);
    assertThatThrownBy(() -> created("settings"))
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            refused -> {
              assertThat(refused.getCode()).isEqualTo(409);
              assertThat(refused.getStatus().getReason()).isEqualTo("AlreadyExists");
            });
  }

  @Test
  void refusesObjectsOfAMissingNamespace() {
    ConfigMap lost = ServerFixture.configMap("lost");
    lost.getMetadata().setNamespace("nowhere");
    assertThatThrownBy(() -> fixture.client.resource(lost).create())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("namespaces \"nowhere\" not found");
  }

  @Test
  void inventsNamesFromAPrefix() {
    ConfigMap nameless = ServerFixture.configMap("x");
    nameless.getMetadata().setName(null);
    nameless.getMetadata().setGenerateName("run-");
    assertThat(fixture.client.resource(nameless).create().getMetadata().getName())
        .matches("run-[a-z0-9]{5}");
  }

  @Test
  void refusesAWriteThatHasNotSeenTheLastChange() {
    ConfigMap seen = created("settings");
    fixture.client.configMaps().withName("settings").edit(LocalApiServerTest::withB);
    assertThatThrownBy(() -> fixture.client.resource(withB(seen)).update())
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            refused -> assertThat(refused.getStatus().getReason()).isEqualTo("Conflict"));
  }

  private static ConfigMap withB(ConfigMap map) {
    return new ConfigMapBuilder(map).addToData("b", "2").build();
  }

  @Test
  void aWriteThatChangesNothingKeepsTheVersion() {
    ConfigMap seen = created("settings");
    ConfigMap written = fixture.client.resource(seen).update();
    assertThat(written.getMetadata().getResourceVersion())
        .isEqualTo(seen.getMetadata().getResourceVersion());
  }

  @Test
  void countsGenerationsOfSpecsOnly() {
    LoadTest made = fixture.client.resource(ServerFixture.loadTest("nightly")).create();
    assertThat(made.getMetadata().getGeneration()).isEqualTo(1);
    LoadTest labelled =
        fixture
            .client
            .resource(made)
            .edit(test -> {
              test.getMetadata().setLabels(java.util.Map.of("a", "b"));
              return test;
            });
    assertThat(labelled.getMetadata().getGeneration()).isEqualTo(1);
    LoadTest patched =
        fixture
            .client
            .resource(made)
            .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"suspend\":true}}");
    assertThat(patched.getMetadata().getGeneration()).isEqualTo(2);
  }

  @Test
  void keepsStatusAndSpecApart() {
    LoadTest intended = ServerFixture.loadTest("nightly");
    LoadTest made = fixture.client.resource(intended).create();
    LoadTest status = ServerFixture.loadTest("nightly");
    status.getMetadata().setResourceVersion(made.getMetadata().getResourceVersion());
    status.setStatus(status(7));
    LoadTest written = fixture.client.resource(status).updateStatus();
    assertThat(written.getStatus().missedRuns()).isEqualTo(7);
    assertThat(written.getMetadata().getGeneration()).isEqualTo(1);
    LoadTest edited =
        fixture
            .client
            .resource(made)
            .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":{\"missedRuns\":9}}");
    assertThat(edited.getStatus().missedRuns()).isEqualTo(7);
  }

  private static LoadTestStatus status(int missed) {
    return io.fabric8.kubernetes.client.utils.Serialization.unmarshal(
        "{\"missedRuns\": " + missed + "}", LoadTestStatus.class);
  }

  @Test
  void fillsInDefaults() {
    LoadTest made = fixture.client.resource(ServerFixture.loadTest("nightly")).create();
    assertThat(made.getSpec().timeZone()).isEqualTo("Etc/UTC");
    assertThat(made.getSpec().load().warmup()).isEqualTo("30s");
    assertThat(made.getSpec().target().engine()).isEqualTo("Auto");
  }

  @Test
  void takesJsonPatches() throws Exception {
    created("settings");
    HttpResponse<String> answer =
        fixture.send(
            "PATCH",
            "/api/v1/namespaces/default/configmaps/settings",
            "application/json-patch+json",
            "[{\"op\":\"add\",\"path\":\"/data/c\",\"value\":\"3\"},{\"op\":\"remove\",\"path\":\"/data/a\"}]");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(fixture.client.configMaps().withName("settings").get().getData())
        .isEqualTo(java.util.Map.of("c", "3"));
    HttpResponse<String> misfit =
        fixture.send(
            "PATCH",
            "/api/v1/namespaces/default/configmaps/settings",
            "application/json-patch+json",
            "[{\"op\":\"test\",\"path\":\"/data/c\",\"value\":\"4\"}]");
    assertThat(misfit.statusCode()).isEqualTo(422);
  }

  @Test
  void selectsByLabelsAndFields() {
    for (String name : List.of("a", "b", "c")) {
      ConfigMap map = ServerFixture.configMap(name);
      map.getMetadata().setLabels(java.util.Map.of("app", name, "kind", "letter"));
      fixture.client.resource(map).create();
    }
    assertThat(names(Optional.of("app in (a, c),kind=letter"), Optional.empty()))
        .containsExactly("a", "c");
    assertThat(names(Optional.of("app notin (a),app"), Optional.empty())).containsExactly("b", "c");
    assertThat(names(Optional.of("app!=b,!missing"), Optional.empty())).containsExactly("a", "c");
    assertThat(names(Optional.empty(), Optional.of("metadata.name=b"))).containsExactly("b");
    assertThat(names(Optional.empty(), Optional.of("metadata.name!=b"))).containsExactly("a", "c");
  }

  private List<String> names(Optional<String> labels, Optional<String> fields) {
    return fixture
        .client
        .configMaps()
        .list(
            new io.fabric8.kubernetes.api.model.ListOptionsBuilder()
                .withLabelSelector(labels.orElse(null))
                .withFieldSelector(fields.orElse(null))
                .build())
        .getItems()
        .stream()
        .map(map -> map.getMetadata().getName())
        .toList();
  }

  @Test
  void breaksRequestsToOrder() {
    created("settings");
    Faults.Injection refused =
        fixture.server.faults().answer(call -> call.name().equals("settings"), 1, 403);
    assertThatThrownBy(() -> fixture.client.configMaps().withName("settings").get())
        .isInstanceOfSatisfying(
            KubernetesClientException.class, no -> assertThat(no.getCode()).isEqualTo(403));
    assertThat(fixture.client.configMaps().withName("settings").get()).isNotNull();
    assertThat(refused.hits()).isEqualTo(1);
    fixture.server.faults().inject(call -> call.writes(), 1, new Fault.AnswerLost(403));
    assertThatThrownBy(() -> fixture.client.configMaps().withName("settings").delete())
        .isInstanceOf(KubernetesClientException.class);
    assertThat(fixture.client.configMaps().withName("settings").get()).isNull();
  }

  @Test
  void tellsClientsWhenToComeBack() throws Exception {
    fixture.server.faults().answer(call -> true, 1, 429);
    HttpResponse<String> answer = fixture.send("GET", "/api/v1/namespaces", "", "");
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
  }
}
