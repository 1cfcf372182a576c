package dev.loadline.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.local.RunningOperator;
import dev.loadline.operator.local.apiserver.LocalApiServer;
import dev.loadline.operator.metrics.TextFormat;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
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
      LoadTest test = nightly();
      client.resource(test).create();
      await()
          .atMost(LIMIT)
          .untilAsserted(() ->
              assertThat(get(operator.metrics()))
                  .contains("loadline_next_run_timestamp_seconds{loadtest=\"nightly\"")
                  .contains("loadline_runs_total{verdict=\"Pass\"} 0.0")
                  .contains("jvm_memory_used_bytes")
                  .contains("reconciliations"));
      TextFormat.assertGrouped(get(operator.metrics()));
      client.resource(test).delete();
      await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(get(operator.metrics())).doesNotContain("nightly"));
    }
  }

  /** Of several operators one works; when it is stopped the next one takes over. */
  @Test
  void onlyTheOperatorThatHoldsTheLeaseAnswersWithResults() throws Exception {
    try (LocalApiServer server = LocalApiServer.start(InstantSource.system());
        KubernetesClient client = server.client();
        Clients ofFirst = clients(client.getConfiguration(), "first");
        Clients ofSecond = clients(client.getConfiguration(), "second")) {
      client.resource(nightly()).create();
      RunningOperator first = standBy(ofFirst);
      await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(get(first.metrics())).contains("nightly"));
      try (RunningOperator second = standBy(ofSecond)) {
        assertThat(get(second.metrics()))
            .contains("loadline_runs_total{verdict=\"Pass\"} 0.0")
            .doesNotContain("nightly");
        assertThat(get(second.metrics().resolve("/readyz"))).isEqualTo("ok\n");
        assertThat(get(second.metrics().resolve("/livez"))).isEqualTo("ok\n");

        first.close();

        await()
            .atMost(LIMIT)
            .untilAsserted(() -> assertThat(get(second.metrics())).contains("nightly"));
        assertThat(get(second.metrics().resolve("/readyz"))).isEqualTo("ok\n");
      } finally {
        first.close();
      }
    }
  }

  private static RunningOperator standBy(Clients clients) {
    return RunningLoadline.standBy(
        clients.controllers(),
        OperatorConfig.local(),
        clients.leadership().orElseThrow(),
        why -> {});
  }

  private static Clients clients(Config cluster, String pod) {
    return switch (OperatorConfig.parse(
        Map.of("LOADLINE_LEASE", "default/loadline", "LOADLINE_POD_NAME", pod))) {
      case OperatorConfig.Parsed.Valid valid -> Clients.of(cluster, valid.config());
      case OperatorConfig.Parsed.Refused refused ->
          throw new AssertionError(refused.problems().toString());
    };
  }

  private static LoadTest nightly() {
    return Serialization.unmarshal(
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
  }

  private static String get(URI address) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }
}
