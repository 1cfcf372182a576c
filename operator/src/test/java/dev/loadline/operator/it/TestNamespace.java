package dev.loadline.operator.it;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** A namespace that enforces the restricted Pod Security level and goes when the test is over. */
final class TestNamespace implements AutoCloseable {
  private static final Duration GONE = Duration.ofMinutes(2);

  private final KubernetesClient client;
  private final String name;

  TestNamespace(KubernetesClient client, String name) {
    this.client = client;
    this.name = name;
    close();
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build())
        .create();
  }

  String name() {
    return name;
  }

  /** Applies manifests as {@code kubectl apply --server-side} does. */
  List<HasMetadata> apply(String manifests) {
    return client
        .load(new ByteArrayInputStream(manifests.getBytes(StandardCharsets.UTF_8)))
        .inNamespace(name)
        .serverSideApply();
  }

  @Override
  public void close() {
    client.namespaces().withName(name).delete();
    await().atMost(GONE).until(() -> client.namespaces().withName(name).get() == null);
  }
}
