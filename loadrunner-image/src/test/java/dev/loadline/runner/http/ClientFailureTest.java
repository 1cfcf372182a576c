package dev.loadline.runner.http;

import static dev.loadline.runner.http.LoadClientTest.errorClass;
import static dev.loadline.runner.http.LoadClientTest.failure;
import static dev.loadline.runner.measure.ErrorClass.BAD_RESPONSE;
import static dev.loadline.runner.measure.ErrorClass.CONNECT;
import static dev.loadline.runner.measure.ErrorClass.CONTEXT_LENGTH;
import static dev.loadline.runner.measure.ErrorClass.EMPTY;
import static dev.loadline.runner.measure.ErrorClass.HTTP_4XX;
import static dev.loadline.runner.measure.ErrorClass.HTTP_5XX;
import static dev.loadline.runner.measure.ErrorClass.RESET;
import static dev.loadline.runner.measure.ErrorClass.STREAM_ERROR;
import static dev.loadline.runner.measure.ErrorClass.TRUNCATED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.http.ScriptedServer.Script;
import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.Outcome;
import dev.loadline.runner.measure.RequestTimeline;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ClientFailureTest {
  static final String TOKEN = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";

  static RequestTimeline request(Timeouts timeouts, Script script) throws Exception {
    try (ScriptedServer server = ScriptedServer.start(script);
        ClientFixture client = ClientFixture.to(server.port(), timeouts)) {
      return client.request();
    }
  }

  private static RequestTimeline request(Script script) throws Exception {
    return request(ClientFixture.PATIENT, script);
  }

  @ParameterizedTest
  @CsvSource({
    "400, HTTP_4XX", "401, UNAUTHORIZED", "403, UNAUTHORIZED", "404, NOT_FOUND", "408, HTTP_4XX",
    "413, HTTP_4XX", "422, HTTP_4XX", "429, OVERLOAD", "500, HTTP_5XX", "502, HTTP_5XX",
    "503, OVERLOAD", "504, HTTP_5XX"
  })
  void classifiesTheStatus(int status, ErrorClass expected) throws Exception {
    RequestTimeline timeline =
        request(peer -> {
          peer.request();
          peer.answer(status, "application/json", "{\"error\":{\"message\":\"so it is\"}}");
        });

    assertThat(errorClass(timeline)).isEqualTo(expected);
    assertThat(failure(timeline).message()).contains("HTTP " + status).contains("so it is");
  }

  static List<Arguments> bodies() {
    return List.of(
        Arguments.of(
            400, "{\"object\":\"error\",\"message\":\"flat words\"}", HTTP_4XX, "flat words"),
        Arguments.of(422, "{\"error\":\"tgi words\",\"error_type\":\"x\"}", HTTP_4XX, "tgi words"),
        Arguments.of(
            422,
            "{\"detail\":[{\"loc\":[\"a\"],\"msg\":\"field required\"}]}",
            HTTP_4XX,
            "field required"),
        Arguments.of(400, "{\"detail\":\"plain detail\"}", HTTP_4XX, "plain detail"),
        Arguments.of(502, "<html>\n<h1>Bad gateway</h1>", HTTP_5XX, "an HTML page"),
        Arguments.of(500, "just\nwords", HTTP_5XX, "just words"),
        Arguments.of(500, "", HTTP_5XX, "HTTP 500."),
        Arguments.of(
            400,
            "{\"error\":{\"message\":\"The input (5000 tokens) is longer than the model's context"
                + " length (4096 tokens).\"}}",
            CONTEXT_LENGTH,
            "4096"),
        Arguments.of(
            400,
            "{\"error\":{\"message\":\"the request exceeds the available context size\"}}",
            CONTEXT_LENGTH,
            "context size"),
        Arguments.of(
            422,
            "{\"error\":\"Input validation error: `inputs` must have less than 1024 tokens\"}",
            CONTEXT_LENGTH,
            "1024"));
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void takesTheServersWords(int status, String body, ErrorClass expected, String words)
      throws Exception {
    RequestTimeline timeline =
        request(peer -> {
          peer.request();
          peer.answer(status, "application/json", body);
        });

    assertThat(errorClass(timeline)).isEqualTo(expected);
    assertThat(failure(timeline).message()).contains(words).doesNotContain("\n");
  }

  static Stream<Arguments> answers() {
    String stream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";
    String chunked = stream + "Transfer-Encoding: chunked\r\n\r\n";
    return Stream.of(
        Arguments.of("", RESET),
        Arguments.of("HTTP/1.1 200 OK\r\nContent-Ty", TRUNCATED),
        Arguments.of("SSH-2.0-OpenSSH_9.2\r\n", BAD_RESPONSE),
        Arguments.of("\u0015\u0003\u0003\u0000\u0002\u0002\u0016garbage\r\n\r\n", BAD_RESPONSE),
        Arguments.of("HTTP/1.1 200 OK\r\nX: " + "y".repeat(100_000), BAD_RESPONSE),
        Arguments.of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n", BAD_RESPONSE),
        Arguments.of(
            "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n", BAD_RESPONSE),
        Arguments.of("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", BAD_RESPONSE),
        Arguments.of(stream + "Content-Encoding: gzip\r\n\r\n\u001f\u008b", BAD_RESPONSE),
        Arguments.of(stream + "\r\n<html>\nno stream</html>\n", BAD_RESPONSE),
        Arguments.of(stream + "\r\ndata: no json\n\n", BAD_RESPONSE),
        Arguments.of(stream + "\r\n{\"no\":\"choices\"}", BAD_RESPONSE),
        Arguments.of(stream + "\r\n{\"choices\":[{\"mess", BAD_RESPONSE),
        Arguments.of(stream + "Content-Length: 99\r\n\r\n{\"choices\":[{\"mess", TRUNCATED),
        Arguments.of(stream + "\r\n" + TOKEN, TRUNCATED),
        Arguments.of(chunked + "5\r\ndata:", TRUNCATED),
        Arguments.of(chunked + "0\r\n\r\n", EMPTY),
        Arguments.of(stream + "\r\ndata: [DONE]\n\n", EMPTY),
        Arguments.of("HTTP/1.1 204 No Content\r\n\r\n", EMPTY),
        Arguments.of(stream + "\r\n{\"choices\":[{\"message\":{\"content\":\"\"}}]}", EMPTY),
        Arguments.of(stream + "\r\n{\"error\":{\"message\":\"x\"}}", STREAM_ERROR),
        Arguments.of(stream + "\r\n" + TOKEN + "data: {\"error\":\"x\"}\n\n", STREAM_ERROR),
        Arguments.of(
            stream + "\r\n" + TOKEN + "data: {\"object\":\"error\",\"message\":\"x\"}\n\n",
            STREAM_ERROR));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void classifiesTheAnswer(String answer, ErrorClass expected) throws Exception {
    RequestTimeline timeline =
        request(peer -> {
          peer.request();
          peer.send(answer);
        });

    assertThat(errorClass(timeline)).as(failure(timeline).message()).isEqualTo(expected);
  }

  static Stream<String> successes() {
    String stream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
    String finish = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}";
    return Stream.of(
        stream + TOKEN + finish,
        stream + TOKEN + "data: [DONE]",
        stream + TOKEN + "data:  [DONE]\n\n",
        stream + TOKEN + "data:\t [DONE] \t\n\n",
        stream + TOKEN + finish + "\n\ndata: no json\n\ndata: [DONE]\n\n",
        stream + TOKEN + "data: [DONE]\n\ndata: {\"error\":\"ignored\"}\n\ngarbage",
        stream
            + "data: {\"choices\":null}\n\ndata: {\"choices\":[{\"delta\":null}]}\n\n"
            + TOKEN
            + finish,
        stream
            + "data: {\"choices\":[{\"index\":1,\"delta\":{}},{\"index\":0,\"text\":\"a\"}]}\n\n"
            + finish,
        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + stream + TOKEN + finish,
        "HTTP/1.1 100 Continue\r\n\r\n" + stream + TOKEN + finish,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n80\r\n"
            + (TOKEN + finish + " ".repeat(200)).substring(0, 128)
            + "\r\n");
  }

  @ParameterizedTest
  @MethodSource("successes")
  void succeedsOnceTextAndItsEndHaveCome(String answer) throws Exception {
    RequestTimeline timeline =
        request(peer -> {
          peer.request();
          peer.send(answer);
        });

    assertThat(timeline.outcome()).isEqualTo(new Outcome.Success());
    assertThat(timeline.counts().events()).isEqualTo(1);
  }

  @Test
  void reportsAResetWithinTheAnswer() throws Exception {
    RequestTimeline timeline =
        request(peer -> {
          peer.request();
          peer.streamHead();
          peer.chunk(TOKEN);
          peer.reset();
        });

    assertThat(errorClass(timeline)).isEqualTo(RESET);
  }

  @Test
  void tellsAnErrorWhoseLastBlankLineIsMissing() throws Exception {
    RequestTimeline timeline =
        request(peer -> {
          peer.request();
          peer.streamHead();
          peer.chunk(TOKEN + "event: error\ndata: {\"message\":\"out of memory\"}");
          peer.lastChunk();
        });

    assertThat(errorClass(timeline)).isEqualTo(STREAM_ERROR);
    assertThat(failure(timeline).message()).endsWith("out of memory");
  }

  @Test
  void saysThatTheHeadersAreTooLarge() throws Exception {
    RequestTimeline timeline =
        request(peer -> {
          peer.request();
          peer.head(200, "X-Padding: " + "p".repeat(70_000));
        });

    assertThat(errorClass(timeline)).isEqualTo(BAD_RESPONSE);
    assertThat(failure(timeline).message())
        .isEqualTo("The headers of the answer are larger than 64 KiB.");
  }

  @Test
  void namesWhereARedirectLeadsWithoutItsQuery() throws Exception {
    RequestTimeline timeline =
        request(peer -> {
          peer.request();
          peer.head(307, "Location: https://other/v1?token=abc", "Content-Length: 0");
        });

    assertThat(failure(timeline).message()).contains("https://other/v1").doesNotContain("token");
  }

  @Test
  void readsNoMoreThanTheBeginningOfAnEndlessErrorBody() throws Exception {
    RequestTimeline timeline =
        request(peer -> {
          peer.request();
          peer.head(400, "Content-Type: text/plain");
          while (true) {
            peer.send("words without end ".repeat(100));
          }
        });

    assertThat(errorClass(timeline)).isEqualTo(HTTP_4XX);
    assertThat(failure(timeline).message()).hasSizeLessThanOrEqualTo(200);
  }

  @Test
  void showsNeitherPromptNorKey() throws Exception {
    RequestTimeline timeline =
        request(peer -> {
          peer.request();
          String quoted = ClientFixture.PROMPT.replace("\"", "\\\"").replace("\n", "\\n");
          peer.answer(
              400,
              "application/json",
              "{\"error\":{\"message\":\"no: %s and lantern orb; key %s or %s\"}}"
                  .formatted(quoted, ClientFixture.KEY, ClientFixture.KEY.substring(0, 10)));
        });

    assertThat(failure(timeline).message())
        .contains("no: […]")
        .doesNotContain("quartz", "lantern", "meadow", "sk-very", "secret");
  }

  @Test
  void saysThatTheConnectionWasRefused() throws Exception {
    try (ClientFixture client =
        ClientFixture.to(LoadClientTest.closedPort(), ClientFixture.PATIENT)) {
      RequestTimeline timeline = client.request();

      assertThat(errorClass(timeline)).isEqualTo(CONNECT);
      assertThat(failure(timeline).message()).contains("refused");
    }
  }

  @Test
  void saysThatTheHostIsUnknown() {
    Endpoint endpoint =
        ClientFixture.endpoint(
            "http://no-such-host.invalid/v1", TlsSettings.VERIFIED, ClientFixture.PATIENT);
    try (ClientFixture client = new ClientFixture(EventLoops.start(1, "test"), endpoint)) {
      RequestTimeline timeline = client.request();

      assertThat(errorClass(timeline)).isEqualTo(CONNECT);
      assertThat(failure(timeline).message()).contains("no-such-host.invalid");
    }
  }
}
