package dev.loadline.operator.local;

import io.fabric8.kubernetes.client.KubernetesClient;

/** Starts the operator against any API server. */
@FunctionalInterface
public interface OperatorStarter {
  /**
   * Starts it, for all namespaces and with its metrics on a free loopback port; returns when its
   * caches are filled. The client stays the caller's.
   */
  RunningOperator start(KubernetesClient client);
}
