package dev.loadline.operator.it;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The CRDs in a cluster: those that were there before stay, the others go when the test is over.
 */
final class TestCrds implements AutoCloseable {
  private static final Duration SOON = Duration.ofMinutes(1);

  private final KubernetesClient client;
  private final boolean wereThere;

  /** Remembers what is there; installs nothing. */
  TestCrds(KubernetesClient client) {
    this.client = client;
    this.wereThere = !all().isEmpty();
  }

  /** Installs those of this repository and waits until the server serves them. */
  void install() {
    for (String kind : List.of("loadtests", "loadtestruns")) {
      try (InputStream crd =
          Files.newInputStream(Path.of("../crds").resolve(kind + ".loadline.dev.yaml"))) {
        client.load(crd).forceConflicts().serverSideApply();
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }
    await("the CRDs are served")
        .atMost(SOON)
        .until(() -> all().stream().filter(TestCrds::served).count() == 2);
  }

  private static boolean served(CustomResourceDefinition crd) {
    return Optional.ofNullable(crd.getStatus())
        .map(CustomResourceDefinitionStatus::getConditions)
        .stream()
        .flatMap(List::stream)
        .anyMatch(is -> is.getType().equals("Established") && is.getStatus().equals("True"));
  }

  /** Those of this project that the cluster has. */
  List<CustomResourceDefinition> all() {
    return client.apiextensions().v1().customResourceDefinitions().list().getItems().stream()
        .filter(crd -> crd.getSpec().getGroup().equals("loadline.dev"))
        .toList();
  }

  @Override
  public void close() {
    if (!wereThere) {
      all().forEach(crd -> client.resource(crd).delete());
      await("the CRDs are gone").atMost(SOON).until(() -> all().isEmpty());
    }
  }
}
