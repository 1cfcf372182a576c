package dev.loadline.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ManagementServerTest {
  private final AtomicReference<Optional<String>> stuck = new AtomicReference<>(Optional.empty());
  private final AtomicBoolean ready = new AtomicBoolean();
  private final AtomicBoolean failing = new AtomicBoolean();
  private final AtomicReference<Optional<Thread>> writing = new AtomicReference<>(Optional.empty());
  private final ManagementServer server =
      new ManagementServer(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          new ManagementServer.Answers(
              out -> {
                writing.set(Optional.of(Thread.currentThread()));
                out.write("one 1.0\n".getBytes(StandardCharsets.UTF_8));
                if (failing.get()) {
                  throw new IllegalStateException("thrown by a test");
                }
              },
              stuck::get,
              ready::get));
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void showsTheMetricsAsPrometheusReadsThem() throws Exception {
    HttpResponse<String> answer = get("/metrics");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("one 1.0\n");
    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
  }

  /**
   * A virtual thread makes {@code BufferedWriter} begin with 512 characters and copy at each write.
   */
  @Test
  void showsTheMetricsFromAThreadInWhichWritersHaveTheirWholeBuffer() throws Exception {
    get("/metrics");
    assertThat(writing.get()).get().matches(thread -> !thread.isVirtual() && thread.isDaemon());
  }

  @Test
  void breaksOffWhatCannotBeShownWhole() {
    failing.set(true);
    assertThatThrownBy(() -> get("/metrics")).isInstanceOf(IOException.class);
  }

  @Test
  void isAliveUntilTheLoopIsStuckAndSaysWhy() throws Exception {
    assertThat(get("/livez").statusCode()).isEqualTo(200);
    stuck.set(Optional.of("nothing has looked at the LoadTests for 181 s"));
    assertThat(get("/livez").statusCode()).isEqualTo(503);
    assertThat(get("/livez").body()).contains("LoadTests");
  }

  @Test
  void isReadyWhenTheCachesAreFilled() throws Exception {
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    ready.set(true);
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
  }

  @Test
  void answersNothingButGet() throws Exception {
    HttpRequest post =
        HttpRequest.newBuilder(server.metrics())
            .POST(HttpRequest.BodyPublishers.ofString("x"))
            .build();
    assertThat(client.send(post, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(405);
  }

  @Test
  void saysWhichPortCannotBeHad() {
    InetSocketAddress taken =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.metrics().getPort());
    assertThatThrownBy(() ->
            new ManagementServer(
                taken, new ManagementServer.Answers(out -> {}, stuck::get, ready::get)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot listen on port " + taken.getPort());
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    URI address = server.metrics().resolve(path);
    return client.send(
        HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
  }
}
