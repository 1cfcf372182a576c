package dev.loadline.operator.it;

import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.URI;
import java.util.concurrent.TimeUnit;

/** Requests as whoever a token speaks for, without what a client adds. */
final class BareClient implements AutoCloseable {
  private static final long ANSWER_SECONDS = 20;

  private final KubernetesClient client;

  private BareClient(KubernetesClient client) {
    this.client = client;
  }

  /** With a token that the cluster's administrator asks for. */
  static BareClient of(KubernetesClient admin, String namespace, String account) {
    String token =
        admin
            .serviceAccounts()
            .inNamespace(namespace)
            .withName(account)
            .tokenRequest(
                new TokenRequestBuilder()
                    .withNewSpec()
                    .withExpirationSeconds(600L)
                    .endSpec()
                    .build())
            .getStatus()
            .getToken();
    Config own = admin.getConfiguration();
    return new BareClient(
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder(Config.empty())
                    .withMasterUrl(own.getMasterUrl())
                    .withCaCertData(own.getCaCertData())
                    .withCaCertFile(own.getCaCertFile())
                    .withOauthToken(token)
                    .withUserAgent(AuditLog.PROBE)
                    .build())
            .build());
  }

  /** The status code of the answer. */
  int ask(String method, String path) throws Exception {
    boolean patch = method.equals("PATCH");
    String body = method.equals("GET") || method.equals("DELETE") ? null : "{}";
    HttpResponse<String> answer =
        client
            .getHttpClient()
            .sendAsync(
                client
                    .getHttpClient()
                    .newHttpRequestBuilder()
                    .uri(URI.create(client.getMasterUrl().toString()).resolve(path))
                    .header("User-Agent", AuditLog.PROBE)
                    .method(
                        method, patch ? "application/merge-patch+json" : "application/json", body)
                    .build(),
                String.class)
            .get(ANSWER_SECONDS, TimeUnit.SECONDS);
    return answer.code();
  }

  @Override
  public void close() {
    client.close();
  }
}
