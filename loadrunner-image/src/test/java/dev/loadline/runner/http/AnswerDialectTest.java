package dev.loadline.runner.http;

import static dev.loadline.runner.measure.ErrorClass.BAD_RESPONSE;
import static dev.loadline.runner.measure.ErrorClass.EMPTY;
import static dev.loadline.runner.measure.ErrorClass.STREAM_ERROR;
import static dev.loadline.runner.measure.ErrorClass.TRUNCATED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.measure.ErrorClass;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers as servers and gateways write them, one peculiarity each; bytes in Latin-1. */
class AnswerDialectTest {
  private static final String TOKEN = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
  private static final String FINISH =
      "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
  private static final String DONE = "data: [DONE]\n\n";

  /** Reads the body whole and byte by byte, which must come to the same. */
  private static AnswerReplay.Result read(String body) {
    String http = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n" + body;
    byte[] bytes = http.getBytes(StandardCharsets.ISO_8859_1);
    AnswerReplay.Result whole = AnswerReplay.whole(bytes);
    for (int at = 1; at < bytes.length; at++) {
      assertThat(AnswerReplay.cut(bytes, at)).as("cut at %d", at).isEqualTo(whole);
    }
    int[] everywhere = IntStream.range(1, bytes.length).toArray();
    assertThat(AnswerReplay.cut(bytes, everywhere)).as("byte by byte").isEqualTo(whole);
    return whole;
  }

  private static Optional<ErrorClass> failure(String body) {
    return read(body).failure();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}",
        "{\"choices\":[{\"delta\":{\"content\":\"\u00f0\u009f\"}}]}",
        "{\"choices\":[{\"delta\":{\"content\":\"\u009f\u008c\u008a\u00ff\"}}]}",
        "{\"x\":\"\u00c3\",\"choices\":[{\"text\":\"a\"}]}",
        "{\"choices\":[{\"text\":\"a\"}]}",
        "{\"choices\":[{\"delta\":{\"reasoning\":\"a\"}}]}",
        "{\"choices\":[{\"delta\":{\"reasoning_content\":\"a\",\"content\":null}}]}",
        "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"name\":\"f\"}}]}}]}",
        "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"arguments\":\"{\"}}]}}]}",
        "{\"choices\":[{\"delta\":{\"function_call\":{\"name\":\"f\"}}}]}",
        "{\"choices\":[{\"message\":{\"content\":\"a\"}}]}",
        "{\"choices\":[{\"delta\":null},{\"delta\":{\"content\":\"a\"}}]}",
        "{\"error\":null,\"choices\":[7,{\"text\":\"a\"}]}",
        "{\"error\":false,\"choices\":[{\"text\":\"a\"}]}"
      })
  void countsATokenEvent(String json) {
    AnswerReplay.Result result = read("data: " + json + "\n\n" + DONE);

    assertThat(result.failure()).isEmpty();
    assertThat(result.events()).isOne();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}",
        "{\"choices\":[{\"delta\":{\"content\":null}}]}",
        "{\"choices\":[{\"delta\":{\"content\":[{\"text\":\"a\"}]}}]}",
        "{\"choices\":[{\"delta\":null}]}",
        "{\"choices\":[{\"delta\":\"a\"}]}",
        "{\"choices\":[\"a\"]}",
        "{\"choices\":[]}",
        "{\"choices\":null}",
        "{\"choices\":{\"delta\":{\"content\":\"a\"}}}",
        "{\"choices\":[{\"token_ids\":7,\"delta\":{\"tool_calls\":\"f\"}}]}",
        "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"arguments\":\"\"}}]}}]}",
        "{\"choices\":[],\"usage\":{\"completion_tokens\":7}}",
        "{}"
      })
  void countsNoTokenEvent(String json) {
    AnswerReplay.Result result = read("data: " + json + "\n\n" + TOKEN + DONE);

    assertThat(result.failure()).isEmpty();
    assertThat(result.events()).isOne();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: {\"error\":{\"message\":\"EngineCore died\",\"code\":500}}",
        "data: {\"object\":\"error\",\"message\":\"m\",\"code\":400}",
        "data: {\"error\":\"Request failed\",\"error_type\":\"generation\"}",
        "data: {\"choices\":[{\"finish_reason\":\"abort\"}]}",
        "data: {\"choices\":[{\"finish_reason\":{\"type\":\"abort\",\"message\":\"m\"}}]}",
        "error: {\"code\":500,\"message\":\"m\"}",
        "event: error\ndata: out of memory",
        "event: error\ndata:  ",
        "data: {\"choices\":[{\"text\":\"a\"}],\"usage\":{},\"error\":{\"message\":\"m\"}}"
      })
  void findsTheErrorInsideTheAnswer(String event) {
    assertThat(failure(TOKEN + event + "\n\n" + DONE)).hasValue(STREAM_ERROR);
    assertThat(failure(TOKEN + FINISH + event + "\n\n")).hasValue(STREAM_ERROR);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data: [DONE]\\n\\n|",
        "data:[DONE]\\n\\n|",
        "data:  [DONE] \\n\\n|",
        "data: [DONE]\\ndata\\n\\n|",
        "data: [DONE]|",
        "data: [DONE]\\n\\ndata: no JSON\\n\\n|",
        "data:  \\n\\ndata: \\t\\n\\ndata: [DONE]\\n\\n|",
        "data: [DONE\\n\\n|BAD_RESPONSE",
        "data: {}{}\\n\\n|BAD_RESPONSE",
        "data: {\"a\":\\n\\n|BAD_RESPONSE",
        "data: []\\n\\n|BAD_RESPONSE",
        "data: {\"a\":|TRUNCATED",
        ": ping\\n\\n|TRUNCATED"
      })
  void endsAfterAToken(String rest, ErrorClass expected) {
    String body = TOKEN + rest.replace("\\n", "\n").replace("\\t", "\t");

    assertThat(failure(body)).isEqualTo(Optional.ofNullable(expected));
  }

  @Test
  void ignoresWhatIsNoJsonBehindTheFinishReason() {
    assertThat(failure(TOKEN + FINISH + "data: bye\n\n")).isEmpty();
    assertThat(failure(FINISH + "data: bye\n\n")).hasValue(BAD_RESPONSE);
  }

  @Test
  void tellsAnAnswerWithoutTokensFromOneThatIsNone() {
    assertThat(failure("")).hasValue(EMPTY);
    assertThat(failure(": ping\n\n")).hasValue(EMPTY);
    assertThat(failure(DONE)).hasValue(EMPTY);
    assertThat(failure(FINISH)).hasValue(EMPTY);
    assertThat(failure("data: {}\n\n")).hasValue(TRUNCATED);
    assertThat(failure("<html>\n<body>\n")).hasValue(BAD_RESPONSE);
    assertThat(failure("OK")).hasValue(BAD_RESPONSE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"choices\":[{\"message\":{\"content\":\"a\"}}]}|",
        "BOM\\n {\"choices\":[{\"text\":\"a\"}]}\\n|",
        "{\"choices\":[{\"message\":{\"content\":\"\"}}]}|EMPTY",
        "{\"choices\":[]}|BAD_RESPONSE",
        "{\"choices\":[{\"text\":\"a\"}]|BAD_RESPONSE",
        "{\"choices\":[{\"text\":\"a\"}]}{}|BAD_RESPONSE",
        "[1]|BAD_RESPONSE",
        "{\"error\":{\"message\":\"m\"}}|STREAM_ERROR"
      })
  void endsOneJsonDocument(String body, ErrorClass expected) {
    String text = body.replace("BOM", "\u00ef\u00bb\u00bf").replace("\\n", "\n");

    AnswerReplay.Result result = read(text);

    assertThat(result.failure()).isEqualTo(Optional.ofNullable(expected));
    assertThat(result.plainJson()).isEqualTo(expected == null);
  }

  @Test
  void readsAnEventOfThreeMebibytes() {
    String large = TOKEN.replace("\"a\"", "\"" + "\u00c3\u00a9".repeat(3 << 19) + "\"");

    AnswerReplay.Result result = AnswerReplay.body(TOKEN + large + FINISH + DONE);

    assertThat(result.failure()).isEmpty();
    assertThat(result.events()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"completion_tokens_details\":{\"reasoning_tokens\":2}",
        "\"reasoning_tokens\":2,\"completion_tokens_details\":null"
      })
  void readsTheUsageWhereverItStands(String reasoning) {
    String usage =
        "\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":7,"
            + "\"prompt_tokens_details\":{\"cached_tokens\":4},"
            + reasoning
            + "}";
    String own = TOKEN + FINISH + "data: {\"choices\":[]," + usage + "}\n\n" + DONE;
    String last = TOKEN + FINISH.replace("]}", "]," + usage + "}") + DONE;
    String inChoice = TOKEN + FINISH.replace("{\"delta\"", "{" + usage + ",\"delta\"") + DONE;
    String behind = TOKEN + FINISH + "data: {" + usage + "}";

    for (String body : List.of(own, last, inChoice, behind)) {
      AnswerReplay.Result result = read(body);
      assertThat(result.failure()).as(body).isEmpty();
      assertThat(result.output()).as(body).isEqualTo(7);
      assertThat(result.input()).as(body).hasValue(9);
      assertThat(result.cached()).as(body).hasValue(4);
      assertThat(result.reasoning()).as(body).hasValue(2);
    }
  }

  @Test
  void keepsTheFirstOfTwoFailuresInOneRead() {
    AnswerReplay reading = new AnswerReplay(AnswerReplay.tools(new AnswerBudget(0)));
    String body = TOKEN + "data: {\"error\":\"m\"}\n\ndata: " + "x".repeat(40_000);
    String http = "HTTP/1.1 200 OK\r\n\r\n" + body;

    AnswerReplay.Result result = reading.read(http.getBytes(StandardCharsets.US_ASCII));

    assertThat(result.failure()).hasValue(STREAM_ERROR);
  }

  @Test
  void takesAStatusBelowAHundredForNoHttp() {
    byte[] http = ("HTTP/1.1 0\r\n\r\n" + TOKEN + DONE).getBytes(StandardCharsets.US_ASCII);
    int[] everywhere = IntStream.range(1, http.length).toArray();

    assertThat(AnswerReplay.whole(http).failure()).hasValue(BAD_RESPONSE);
    assertThat(AnswerReplay.cut(http, everywhere)).isEqualTo(AnswerReplay.whole(http));
  }
}
