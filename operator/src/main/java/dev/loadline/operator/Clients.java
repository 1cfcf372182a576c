package dev.loadline.operator;

import dev.loadline.operator.kube.Leadership;
import dev.loadline.operator.kube.LeanObjects;
import dev.loadline.operator.kube.RetryAfter;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The operator's clients: one for the controllers and, of several operators, one for the lease,
 * which the first one's fence is told by.
 *
 * @param lease for the lease alone; empty where there is none
 * @param leadership stops before its client is closed
 */
record Clients(
    KubernetesClient controllers, Optional<KubernetesClient> lease, Optional<Leadership> leadership)
    implements AutoCloseable {
  private static final int OWN_RETRIES = 2;

  /** Of the cluster that this configuration of a client names. */
  static Clients of(Config cluster, OperatorConfig config) {
    Optional<KubernetesClient> lease = config.lease().map(ignored -> forLease(cluster));
    Optional<Leadership> leadership =
        lease.map(client ->
            new Leadership(
                client, config.lease().orElseThrow(), InstantSource.system(), System::nanoTime));
    KubernetesClientBuilder controllers = forControllers(cluster);
    controllers.withHttpClientBuilderConsumer(http -> {
      http.addOrReplaceInterceptor(RetryAfter.NAME, new RetryAfter());
      leadership.ifPresent(is -> http.addOrReplaceInterceptor("fence", is.fence()));
    });
    return new Clients(controllers.build(), lease, leadership);
  }

  /** The framework tries again by itself: long silent repetitions in the client would hide that. */
  private static KubernetesClientBuilder forControllers(Config cluster) {
    return builder(new ConfigBuilder(cluster).withRequestRetryBackoffLimit(OWN_RETRIES).build());
  }

  private static KubernetesClient forLease(Config cluster) {
    int timeout = Math.toIntExact(Leadership.REQUEST_TIMEOUT.toMillis());
    return builder(
            new ConfigBuilder(cluster)
                .withRequestRetryBackoffLimit(0)
                .withConnectionTimeout(timeout)
                .withRequestTimeout(timeout)
                .build())
        .build();
  }

  private static KubernetesClientBuilder builder(Config config) {
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withHttpClientFactory(new JdkHttpClientFactory())
        .withKubernetesSerialization(LeanObjects.serialization());
  }

  @Override
  public void close() {
    controllers.close();
    lease.ifPresent(KubernetesClient::close);
  }
}
