package dev.loadline.operator.it;

import dev.loadline.operator.local.apiserver.JobCheckCases;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.URI;
import java.util.concurrent.TimeUnit;

/** A real API server refuses the Jobs that the one of local mode refuses, in the same words. */
class JobCheckIT extends JobCheckCases {
  private static final long ANSWER_SECONDS = 20;

  private final KubernetesClient client = TestCluster.require().client();

  @Override
  protected Answer post(String path, String yaml) throws Exception {
    HttpResponse<String> answer =
        client
            .getHttpClient()
            .sendAsync(
                client
                    .getHttpClient()
                    .newHttpRequestBuilder()
                    .uri(URI.create(client.getMasterUrl().toString()).resolve(path))
                    .post("application/yaml", yaml)
                    .build(),
                String.class)
            .get(ANSWER_SECONDS, TimeUnit.SECONDS);
    return new Answer(answer.code(), answer.body());
  }
}
