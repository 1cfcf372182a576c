package dev.loadline.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ManagementServerTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @Test
  void isReadyOnceLoadIsSent() throws Exception {
    AtomicBoolean sending = new AtomicBoolean();
    try (ManagementServer server = new ManagementServer(ANY, () -> "", sending::get)) {
      assertThat(get(server, "/readyz").statusCode()).isEqualTo(503);
      sending.set(true);
      assertThat(get(server, "/readyz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void servesMetricsAsTheyAreNow() throws Exception {
    try (ManagementServer server = new ManagementServer(ANY, () -> "some_metric 1\n", () -> true)) {
      HttpResponse<String> page = get(server, "/metrics");

      assertThat(page.body()).isEqualTo("some_metric 1\n");
      assertThat(page.headers().firstValue("Content-Type").orElseThrow())
          .startsWith("text/plain; version=0.0.4");
      assertThat(get(server, "/other").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void refusesAPortThatIsTaken() throws IOException {
    try (ManagementServer server = new ManagementServer(ANY, () -> "", () -> true)) {
      InetSocketAddress taken =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());

      assertThatThrownBy(() -> new ManagementServer(taken, () -> "", () -> true))
          .isInstanceOf(IOException.class);
    }
  }

  private static HttpResponse<String> get(ManagementServer server, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
      return client.send(
          HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(),
          BodyHandlers.ofString());
    }
  }
}
