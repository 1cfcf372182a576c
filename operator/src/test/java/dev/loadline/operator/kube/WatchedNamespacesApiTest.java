package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.local.apiserver.LocalApiServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A namespace that was deleted takes the right to read it along, and nothing else. */
class WatchedNamespacesApiTest {
  private static final Set<String> BOTH = Set.of("default", "gone");

  private final LocalApiServer server = LocalApiServer.start(InstantSource.system());
  private final AtomicInteger again = new AtomicInteger();

  @AfterEach
  void stop() {
    server.close();
  }

  private KubernetesClient client() {
    try (KubernetesClient usual = server.client()) {
      return new KubernetesClientBuilder()
          .withConfig(
              new ConfigBuilder(usual.getConfiguration()).withRequestRetryBackoffLimit(0).build())
          .build();
    }
  }

  private void refuse(String namespace, int code) {
    server.faults().answer(call -> call.namespace().equals(namespace), Integer.MAX_VALUE, code);
  }

  @Test
  void leavesOutWhatMayNotBeReadUntilItMay() {
    refuse("gone", 403);
    try (KubernetesClient client = client();
        WatchedNamespaces namespaces = new WatchedNamespaces(client, BOTH, Duration.ofMillis(50))) {
      assertThat(namespaces.readable(again::incrementAndGet)).containsExactly("default");
      assertThat(again).hasValue(0);
      server.faults().clear();
      await().atMost(LocalCluster.LIMIT).untilAsserted(() -> assertThat(again).hasValue(1));
    }
  }

  @Test
  void namesAllWhereNoneMayBeReadSoThatTheStartFails() {
    refuse("gone", 403);
    refuse("default", 403);
    try (KubernetesClient client = client();
        WatchedNamespaces namespaces = new WatchedNamespaces(client, BOTH, Duration.ofMillis(50))) {
      assertThat(namespaces.readable(again::incrementAndGet)).isEqualTo(BOTH);
    }
  }

  @Test
  void everywhereStaysEverywhere() {
    try (KubernetesClient client = client();
        WatchedNamespaces namespaces =
            new WatchedNamespaces(client, Set.of(), Duration.ofMillis(50))) {
      assertThat(namespaces.readable(again::incrementAndGet)).isEmpty();
    }
  }

  @Test
  void anApiServerThatFailsIsNoMissingRight() {
    refuse("gone", 500);
    try (KubernetesClient client = client();
        WatchedNamespaces namespaces = new WatchedNamespaces(client, BOTH, Duration.ofMillis(50))) {
      assertThatThrownBy(() -> namespaces.readable(again::incrementAndGet))
          .isInstanceOf(KubernetesClientException.class);
    }
  }

  @Test
  void theOperatorWorksWhereItMay() {
    try (LocalCluster cluster = new LocalCluster().watching(BOTH)) {
      cluster
          .server
          .faults()
          .answer(call -> call.namespace().equals("gone"), Integer.MAX_VALUE, 403);
      cluster.startOperator();
      assertThat(cluster.startRun("")).startsWith("chat-");
    }
  }

  @Test
  void doesNotStartWhereRunsCannotBeListedAndSaysSo() {
    try (LocalCluster cluster = new LocalCluster()) {
      cluster
          .server
          .faults()
          .answer(
              call -> call.verb().equals("list") && call.resource().equals("loadtestruns"),
              Integer.MAX_VALUE,
              404);
      assertThatThrownBy(cluster::startOperator)
          .rootCause()
          .hasMessageContaining("GET")
          .hasMessageContaining("loadtestruns");
    }
  }
}
