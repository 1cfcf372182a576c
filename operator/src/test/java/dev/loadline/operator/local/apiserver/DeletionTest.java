package dev.loadline.operator.local.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeletionTest {
  private final ServerFixture fixture = new ServerFixture();

  @AfterEach
  void stop() {
    fixture.close();
  }

  private ConfigMap created(String name, List<String> finalizers) {
    ConfigMap map = ServerFixture.configMap(name);
    map.getMetadata().setFinalizers(finalizers);
    return fixture.client.resource(map).create();
  }

  private Pod owned(String name, HasMetadata owner, boolean runs) {
    return fixture
        .client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .withOwnerReferences(
                    new OwnerReferenceBuilder()
                        .withApiVersion(owner.getApiVersion())
                        .withKind(owner.getKind())
                        .withName(owner.getMetadata().getName())
                        .withUid(owner.getMetadata().getUid())
                        .withBlockOwnerDeletion(true)
                        .build())
                .endMetadata()
                .withNewSpec()
                .withNodeName(runs ? "somewhere" : null)
                .endSpec()
                .build())
        .create();
  }

  private Pod pod(String name) {
    return fixture.client.pods().withName(name).get();
  }

  private ConfigMap map(String name) {
    return fixture.client.configMaps().withName(name).get();
  }

  @Test
  void waitsForFinalizers() {
    created("kept", List.of("example.com/hold"));
    fixture.client.configMaps().withName("kept").delete();
    assertThat(map("kept").getMetadata().getDeletionTimestamp()).isNotBlank();
    assertThatThrownBy(() ->
            fixture
                .client
                .configMaps()
                .withName("kept")
                .edit(map -> {
                  map.getMetadata().setFinalizers(List.of("example.com/hold", "example.com/more"));
                  return map;
                }))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("no new finalizers");
    fixture
        .client
        .configMaps()
        .withName("kept")
        .edit(map -> {
          map.getMetadata().setFinalizers(List.of());
          return map;
        });
    assertThat(map("kept")).isNull();
  }

  @Test
  void takesDependentsAlong() {
    ConfigMap owner = created("owner", List.of());
    owned("child", owner, false);
    fixture.client.configMaps().withName("owner").delete();
    assertThat(pod("child")).isNull();
  }

  @Test
  void removesWhatNamesAnOwnerThatNeverWas() {
    ConfigMap owner = created("owner", List.of());
    fixture.client.configMaps().withName("owner").delete();
    owned("late", owner, false);
    assertThat(pod("late")).isNull();
  }

  @Test
  void anOwnerDeletedInTheForegroundWaitsForItsRunningPods() {
    ConfigMap owner = created("owner", List.of());
    owned("child", owner, true);
    fixture
        .client
        .configMaps()
        .withName("owner")
        .withPropagationPolicy(DeletionPropagation.FOREGROUND)
        .delete();
    assertThat(map("owner").getMetadata().getFinalizers()).containsExactly("foregroundDeletion");
    assertThat(pod("child").getMetadata().getDeletionGracePeriodSeconds()).isEqualTo(30);
    fixture.client.pods().withName("child").withGracePeriod(0).delete();
    assertThat(pod("child")).isNull();
    assertThat(map("owner")).isNull();
  }

  @Test
  void orphansLoseTheirOwnerAndStay() {
    ConfigMap owner = created("owner", List.of());
    owned("child", owner, false);
    fixture
        .client
        .configMaps()
        .withName("owner")
        .withPropagationPolicy(DeletionPropagation.ORPHAN)
        .delete();
    assertThat(pod("child").getMetadata().getOwnerReferences()).isEmpty();
  }

  @Test
  void aNamespaceTakesItsContentAlong() {
    fixture.server.namespace("perf");
    ConfigMap inside = ServerFixture.configMap("inside");
    inside.getMetadata().setNamespace("perf");
    fixture.client.resource(inside).create();
    fixture.client.namespaces().withName("perf").delete();
    assertThat(fixture.client.namespaces().withName("perf").get()).isNull();
    assertThat(fixture.client.configMaps().inNamespace("perf").list().getItems()).isEmpty();
  }

  @Test
  void refusesADeletionOfAnotherObjectOfTheSameName() throws Exception {
    created("settings", List.of());
    assertThat(
            fixture
                .send(
                    "DELETE",
                    "/api/v1/namespaces/default/configmaps/settings",
                    "application/json",
                    "{\"preconditions\":{\"uid\":\"other\"}}")
                .statusCode())
        .isEqualTo(409);
    assertThat(map("settings")).isNotNull();
  }
}
