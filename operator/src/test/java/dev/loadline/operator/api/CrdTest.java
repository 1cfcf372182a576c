package dev.loadline.operator.api;

import dev.loadline.operator.local.apiserver.LocalApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;

/** The API server of local mode knows what the CRDs take and what they refuse. */
class CrdTest extends CrdCases {
  private static final LocalApiServer SERVER = LocalApiServer.start(InstantSource.system());
  private static final KubernetesClient CLIENT = SERVER.client();

  CrdTest() {
    super(CLIENT, "default");
  }

  @AfterAll
  static void stop() {
    CLIENT.close();
    SERVER.close();
  }
}
