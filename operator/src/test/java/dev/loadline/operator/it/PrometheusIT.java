package dev.loadline.operator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.loadline.operator.chart.Dashboard;
import dev.loadline.operator.chart.Exposition;
import dev.loadline.operator.metrics.ManagementServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A real Prometheus scrapes the operator's {@code /metrics} and answers the dashboard's queries.
 */
class PrometheusIT {
  private static final Duration STARTED = Duration.ofMinutes(1);
  private static final int STOP_SECONDS = 10;
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir static Path folder;

  private static ManagementServer operator;
  private static Process prometheus;
  private static String address;

  @BeforeAll
  static void startBoth() throws IOException {
    Optional<Path> binary =
        Stream.of(System.getenv("PATH").split(":", -1))
            .map(entry -> Path.of(entry, "prometheus"))
            .filter(Files::isExecutable)
            .findFirst();
    Assumptions.assumeTrue(
        binary.isPresent(), "no prometheus on PATH: Debian's package of that name has it");
    operator =
        new ManagementServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            new ManagementServer.Answers(new Exposition(), Optional::empty, () -> true));
    address = "127.0.0.1:" + freePort();
    Path config = folder.resolve("prometheus.yml");
    Files.writeString(
        config,
        """
        global: {scrape_interval: 1s}
        scrape_configs:
          - job_name: loadline
            honor_labels: true
            static_configs: [{targets: ["%s"]}]
        """
            .formatted(operator.metrics().getAuthority()));
    prometheus =
        new ProcessBuilder(
                binary.get().toString(),
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=" + address)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    // Two samples, so that increase() has something to say.
    await("Prometheus has scraped twice")
        .atMost(STARTED)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> answer("query", "count_over_time(loadline_active_runs[30s]) > 2").size() > 0);
  }

  @AfterAll
  static void stopBoth() throws InterruptedException {
    if (prometheus != null) {
      prometheus.destroy();
      if (!prometheus.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        prometheus.destroyForcibly().waitFor();
      }
    }
    if (operator != null) {
      operator.close();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  static List<Dashboard.Query> queries() {
    return Dashboard.read().queries();
  }

  @ParameterizedTest
  @MethodSource("queries")
  void everyPanelHasAnAnswer(Dashboard.Query query) throws Exception {
    JsonNode series = answer(query.instant() ? "query" : "query_range", query.forAll());

    assertThat(series).isNotEmpty();
  }

  /** The series of Prometheus' answer; its error as an exception. */
  private static JsonNode answer(String kind, String expression) throws Exception {
    long now = Instant.now().getEpochSecond();
    String range = kind.equals("query") ? "" : "&start=" + (now - 15) + "&end=" + now + "&step=1";
    HttpResponse<String> response =
        HTTP.send(
            HttpRequest.newBuilder(
                    URI.create(
                        "http://%s/api/v1/%s?query=%s%s"
                            .formatted(
                                address,
                                kind,
                                URLEncoder.encode(expression, StandardCharsets.UTF_8),
                                range)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    JsonNode body = new ObjectMapper().readTree(response.body());
    if (!body.path("status").asText().equals("success")) {
      throw new AssertionError(expression + ": " + response.body());
    }
    return body.path("data").path("result");
  }
}
