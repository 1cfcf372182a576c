package dev.loadline.operator.local.apiserver;

import dev.loadline.operator.api.LoadTest;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A server and a client for one test. */
final class ServerFixture implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-24T02:00:03Z");

  final LocalApiServer server = LocalApiServer.start(InstantSource.fixed(NOW));
  final KubernetesClient client = server.client();

  /** A test with everything that is required and nothing else. */
  static LoadTest loadTest(String name) {
    return Serialization.unmarshal(yaml(name), LoadTest.class);
  }

  static String yaml(String name) {
    return """
    apiVersion: loadline.dev/v1alpha1
    kind: LoadTest
    metadata: {name: %s, namespace: default}
    spec:
      schedule: "0 2 * * *"
      target: {url: "http://127.0.0.1:8000/v1"}
      workload: {synthetic: {inputTokens: 10, outputTokens: 5}}
      load: {stages: [{name: one, users: 1, duration: 10s}]}
    """
        .formatted(name);
  }

  static ConfigMap configMap(String name) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("default")
        .endMetadata()
        .addToData("a", "1")
        .build();
  }

  /** A request as it is on the wire. */
  HttpResponse<String> send(String method, String path, String type, String body)
      throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create(server.uri() + path))
              .header("Authorization", "Bearer " + server.token())
              .header("Content-Type", type)
              .timeout(Duration.ofSeconds(20))
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
