package dev.loadline.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.local.RunningOperator;
import dev.loadline.operator.local.apiserver.LocalApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/** The program as local mode starts it, seen through its management port. */
class RunningLoadlineApiTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void showsSeriesOfATestAsLongAsItIsThere() throws Exception {
    try (LocalApiServer server = LocalApiServer.start(InstantSource.system());
        KubernetesClient client = server.client();
        RunningOperator operator = Main.starter().start(client)) {
      assertThat(get(operator.metrics().resolve("/readyz"))).isEqualTo("ok\n");
      assertThat(get(operator.metrics().resolve("/livez"))).isEqualTo("ok\n");
      LoadTest test =
          Serialization.unmarshal(
              """
              apiVersion: loadline.dev/v1alpha1
              kind: LoadTest
              metadata: {name: nightly, namespace: default}
              spec:
                schedule: "0 2 1 1 *"
                target: {url: "http://127.0.0.1:8000/v1"}
                workload: {synthetic: {inputTokens: 10, outputTokens: 5}}
                load: {stages: [{name: one, users: 1, duration: 10s}]}
              """,
              LoadTest.class);
      client.resource(test).create();
      await()
          .atMost(LIMIT)
          .untilAsserted(() ->
              assertThat(get(operator.metrics()))
                  .contains("loadline_next_run_timestamp_seconds{loadtest=\"nightly\"")
                  .contains("loadline_runs_total{verdict=\"Pass\"} 0.0")
                  .contains("jvm_memory_used_bytes")
                  .contains("reconciliations"));
      client.resource(test).delete();
      await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(get(operator.metrics())).doesNotContain("nightly"));
    }
  }

  private static String get(URI address) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }
}
