package dev.loadline.runner.simulator;

import static dev.loadline.runner.simulator.SimulatorFixture.events;
import static dev.loadline.runner.simulator.SimulatorFixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultsTest {
  private static final String STREAM = "\"max_tokens\":8,\"stream\":true";

  @ParameterizedTest
  @CsvSource({
    "http_500, 500, InternalServerError",
    "overload, 503, ServiceUnavailableError",
    "unauthorized, 401, AuthenticationError",
    "not_found, 404, NotFoundError",
    "context_length, 400, BadRequestError"
  })
  void answersWithAnHttpError(String name, int status, String type) {
    try (var simulator = SimulatorFixture.with("--error-share=" + name + "=1")) {
      HttpResponse<String> response = simulator.chat(STREAM);
      assertThat(response.statusCode()).isEqualTo(status);
      assertThat(json(response).at("/error/type").textValue()).isEqualTo(type);
      assertThat(json(response).at("/error/code").intValue()).isEqualTo(status);
      assertThat(response.headers().firstValue("retry-after").isPresent()).isEqualTo(status == 503);
      assertThat(simulator.truth().errors()).containsOnly(Map.entry(name, 1L));
      assertThat(simulator.truth().succeeded()).isZero();
    }
  }

  @Test
  void breaksOffWithAnErrorEventInTheStream() {
    try (var simulator = SimulatorFixture.with("--error-share=stream_error=1")) {
      HttpResponse<String> response = simulator.chat(STREAM);
      assertThat(response.statusCode()).isEqualTo(200);
      List<String> events = events(response);
      assertThat(events).hasSize(1 + 4 + 2).last().isEqualTo("[DONE]");
      assertThat(json(events.get(5)).at("/error/code").intValue()).isEqualTo(500);
      assertThat(simulator.chat("\"max_tokens\":8").statusCode()).isEqualTo(500);
      assertThat(simulator.truth().outputTokens()).isEqualTo(4);
      assertThat(simulator.truth().ttftMillis().count()).isZero();
    }
  }

  @Test
  void endsTheBodyWithoutFinishReason() {
    try (var simulator = SimulatorFixture.with("--error-share=truncated=1")) {
      List<String> events = events(simulator.chat(STREAM));
      assertThat(events).hasSize(1 + 4).noneMatch(event -> event.contains("\"length\""));
      assertThat(simulator.truth().errors()).containsOnlyKeys("truncated");
    }
  }

  @Test
  void truncatesEvenASingleToken() {
    try (var simulator = SimulatorFixture.with("--error-share=truncated=1")) {
      List<String> events = events(simulator.completion("\"max_tokens\":1,\"stream\":true"));
      assertThat(events).singleElement().asString().contains("\"finish_reason\":null");
    }
  }

  @Test
  void endsProperlyWithoutText() {
    try (var simulator = SimulatorFixture.with("--error-share=empty=1")) {
      List<String> events = events(simulator.completion(STREAM));
      assertThat(events).hasSize(2).last().isEqualTo("[DONE]");
      assertThat(json(events.getFirst()).at("/choices/0/text").textValue()).isEmpty();
      assertThat(json(events.getFirst()).at("/choices/0/finish_reason").textValue())
          .isEqualTo("length");
      assertThat(
              json(simulator.completion("\"max_tokens\":8"))
                  .at("/usage/completion_tokens")
                  .intValue())
          .isZero();
    }
  }

  @Test
  void resetsTheConnectionAfterHalfTheText() throws IOException {
    try (var simulator = SimulatorFixture.with("--error-share=reset=1");
        Socket socket = open(simulator)) {
      StringBuilder received = new StringBuilder();
      assertThatThrownBy(() -> readAll(socket.getInputStream(), received))
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
      assertThat(simulator.truth().errors()).containsOnlyKeys("reset");
      assertThat(simulator.truth().outputTokens()).isEqualTo(4);
    }
  }

  @Test
  void breaksOffAWholeAnswer() {
    for (String name : List.of("truncated", "reset")) {
      try (var simulator = SimulatorFixture.with("--error-share=" + name + "=1")) {
        assertThatThrownBy(() -> simulator.chat("\"max_tokens\":8"))
            .isInstanceOf(UncheckedIOException.class);
        assertThat(simulator.truth().errors()).containsOnly(Map.entry(name, 1L));
      }
    }
  }

  @Test
  void freesThePlaceOfAFailedAnswer() {
    try (var simulator =
        SimulatorFixture.with("--error-share=truncated=0.5", "--concurrency=1", "--seed=2")) {
      for (int i = 0; i < 30; i++) {
        simulator.chat(STREAM);
      }
      TruthReport truth = simulator.truth();
      assertThat(truth.succeeded() + truth.errors().get("truncated")).isEqualTo(30);
      assertThat(truth.errors().get("truncated")).isBetween(5L, 25L);
      assertThat(truth.ttftMillis().count()).isEqualTo(truth.succeeded());
      assertThat(truth.running()).isZero();
    }
  }

  @Test
  void sharesAreMetAndChecked() {
    FaultShares shares = new FaultShares(Map.of(Fault.EMPTY, 0.1, Fault.HTTP_500, 0.2));
    var random = new SplittableRandom(1);
    long failed = 0;
    for (int i = 0; i < 10_000; i++) {
      failed += shares.draw(random).isPresent() ? 1 : 0;
    }
    assertThat(failed).isBetween(2_800L, 3_200L);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> SimulatorSettings.parse("--error-share=empty=0.6", "--error-share=reset=0.6"))
        .withMessageContaining("exceed 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SimulatorSettings.parse("--error-share=nonsense=0.6"))
        .withMessageContaining("hang_before_first_token");
  }

  @Test
  void refusesWhatIsNoHttp() throws IOException {
    try (var simulator = SimulatorFixture.with();
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), simulator.port())) {
      socket.getOutputStream().write("NONSENSE\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      StringBuilder received = new StringBuilder();
      readAll(socket.getInputStream(), received);
      assertThat(received).startsWith("HTTP/1.1 400 ");
    }
  }

  private static Socket open(SimulatorFixture simulator) throws IOException {
    String body = "{\"prompt\":\"one\"," + STREAM + "}";
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), simulator.port());
    socket.setSoTimeout(30_000);
    socket
        .getOutputStream()
        .write(
            "POST /v1/completions HTTP/1.1\r\nhost: h\r\ncontent-length: %d\r\n\r\n%s"
                .formatted(body.length(), body)
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static void readAll(InputStream in, StringBuilder to) throws IOException {
    for (int next = in.read(); next >= 0; next = in.read()) {
      to.append((char) next);
    }
  }
}
