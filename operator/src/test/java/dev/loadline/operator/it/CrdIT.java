package dev.loadline.operator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.api.CrdCases;
import dev.loadline.operator.api.PublishedYaml;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A real API server takes and refuses what the one of local mode takes and refuses, and says so in
 * the same words.
 */
class CrdIT extends CrdCases {
  private static KubernetesClient client;
  private static TestCrds crds;
  private static TestNamespace namespace;

  CrdIT() {
    super(client, namespace.name());
  }

  @BeforeAll
  static void install() {
    client = TestCluster.require().client();
    crds = new TestCrds(client);
    crds.install();
    namespace = new TestNamespace(client, "loadline-it-crds");
  }

  @AfterAll
  static void remove() {
    if (namespace != null) {
      namespace.close();
    }
    if (crds != null) {
      crds.close();
    }
  }

  static Stream<String> manifests() throws IOException {
    return PublishedYaml.documents();
  }

  /** Of every kind, and with not one field that the server does not know. */
  @ParameterizedTest
  @MethodSource("manifests")
  void takesEveryManifestThatAReaderMayCopy(String yaml) {
    GenericKubernetesResource manifest =
        client.getKubernetesSerialization().unmarshal(yaml, GenericKubernetesResource.class);
    manifest.getMetadata().setNamespace(namespace.name());

    GenericKubernetesResource accepted =
        client
            .resource(manifest)
            .dryRun()
            .fieldValidation(FieldValidateable.Validation.STRICT)
            .create();

    assertThat(accepted.getMetadata().getUid()).isNotEmpty();
  }
}
