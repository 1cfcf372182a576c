package dev.loadline.operator.kube;

import dev.loadline.operator.api.LoadTest;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Of the namespaces that the operator is told to watch, those that it may read. A namespace that
 * was deleted took the right to read it along; a watch there would keep all controllers from
 * starting, and the others' tests would wait for somebody to tell the operator of it.
 */
final class WatchedNamespaces implements AutoCloseable {
  static final Duration PAUSE = Duration.ofSeconds(30);
  private static final Logger LOG = LoggerFactory.getLogger(WatchedNamespaces.class);
  private static final int FORBIDDEN = 403;

  private final KubernetesClient client;
  private final Set<String> named;
  private final Duration pause;
  private @Nullable Thread looking;

  /**
   * The namespaces that are named; none means all.
   *
   * @param pause from one look at those that may not be read to the next
   */
  WatchedNamespaces(KubernetesClient client, Set<String> named, Duration pause) {
    this.client = client;
    this.named = Set.copyOf(named);
    this.pause = pause;
  }

  /**
   * Those that may be read now; all of them if none may, so that the start says what is missing.
   *
   * @param again called once when another one may be read, from a thread of its own
   */
  Set<String> readable(Runnable again) {
    Set<String> readable = new LinkedHashSet<>(named);
    readable.removeIf(namespace -> !mayRead(namespace));
    if (readable.isEmpty() || readable.size() == named.size()) {
      return named;
    }
    Set<String> others = new LinkedHashSet<>(named);
    others.removeAll(readable);
    LOG.atWarn()
        .addKeyValue("namespace", others)
        .log("left out: LoadTests may not be read there; looked at again every {}", pause);
    looking = Thread.ofPlatform().daemon().name("namespaces").start(() -> await(others, again));
    return readable;
  }

  private void await(Set<String> others, Runnable again) {
    try {
      do {
        Thread.sleep(pause);
      } while (others.stream().noneMatch(this::mayReadIfAsked));
      again.run();
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean mayReadIfAsked(String namespace) {
    try {
      return mayRead(namespace);
    } catch (KubernetesClientException unanswered) {
      return false;
    }
  }

  private boolean mayRead(String namespace) {
    try {
      client
          .resources(LoadTest.class)
          .inNamespace(namespace)
          .list(new ListOptionsBuilder().withLimit(1L).build());
      return true;
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == FORBIDDEN) {
        return false;
      }
      throw refused;
    }
  }

  @Override
  public void close() {
    if (looking != null) {
      looking.interrupt();
    }
  }
}
