package dev.loadline.runner.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The events against those that vLLM 0.32 was recorded to send; in both, strings but for the
 * telling ones are replaced by {@code s} and numbers by 0, so that names, order and nulls remain.
 */
class StreamShapeTest {
  private static final String CHAT_HEAD =
      "{'id':'s','object':'chat.completion.chunk','created':0,'model':'s','choices':";
  private static final String ROLE =
      CHAT_HEAD
          + "[{'index':0,'delta':{'role':'assistant','content':''},'logprobs':null,'finish_reason':null}]";
  private static final String CHAT_TEXT =
      CHAT_HEAD
          + "[{'index':0,'delta':{'content':'s'},'logprobs':null,'finish_reason':null,'token_ids':null}]";
  private static final String CHAT_LAST =
      CHAT_HEAD
          + "[{'index':0,'delta':{'content':'s'},'logprobs':null,'finish_reason':'length','stop_reason':null,'token_ids':null}]";
  private static final String USAGE =
      "[],'usage':{'prompt_tokens':0,'total_tokens':0,'completion_tokens':0},'system_fingerprint':'s'}";
  private static final String RUNNING_USAGE =
      ",'usage':{'prompt_tokens':0,'total_tokens':0,'completion_tokens':0,'completion_tokens_details':null}";
  private static final String TEXT_HEAD =
      "{'id':'s','object':'text_completion','created':0,'model':'s','choices':";
  private static final String TEXT =
      TEXT_HEAD
          + "[{'index':0,'text':'s','logprobs':null,'finish_reason':null,'stop_reason':null,'prompt_token_ids':null,'token_ids':null}]}";

  @Test
  void chatStreamHasTheShapeOfVllm() {
    assertThat(shapes("--usage=end", true, "'include_usage':true"))
        .containsExactly(
            ROLE + ",'prompt_token_ids':null,'prompt_text':null}",
            CHAT_TEXT + "}",
            CHAT_LAST + "}",
            CHAT_HEAD + USAGE,
            "[DONE]");
  }

  @Test
  void continuousUsageHasTheShapeOfVllm() {
    List<String> expected =
        List.of(
            ROLE + RUNNING_USAGE + ",'prompt_token_ids':null,'prompt_text':null}",
            CHAT_TEXT + RUNNING_USAGE + "}",
            CHAT_LAST + RUNNING_USAGE + "}",
            CHAT_HEAD + USAGE,
            "[DONE]");
    assertThat(shapes("--usage=end", true, "'include_usage':true,'continuous_usage_stats':true"))
        .isEqualTo(expected);
    assertThat(shapes("--usage=every-chunk", true, "'include_usage':true")).isEqualTo(expected);
  }

  @Test
  void completionsStreamHasTheShapeOfVllm() {
    assertThat(shapes("--usage=end", false, "'include_usage':true"))
        .containsExactly(
            TEXT,
            TEXT.replace("'finish_reason':null", "'finish_reason':'length'"),
            TEXT_HEAD + USAGE,
            "[DONE]");
  }

  @Test
  void usageGoesIntoTheLastTextOrNowhere() {
    String counts = ",'usage':{'prompt_tokens':0,'total_tokens':0,'completion_tokens':0}}";
    assertThat(shapes("--usage=last-chunk", true, "'include_usage':true"))
        .endsWith(CHAT_TEXT + "}", CHAT_LAST + counts, "[DONE]");
    assertThat(shapes("--usage=none", true, "'include_usage':true"))
        .endsWith(CHAT_TEXT + "}", CHAT_LAST + "}", "[DONE]");
    assertThat(shapes("--usage=end", true, "'include_usage':false"))
        .endsWith(CHAT_TEXT + "}", CHAT_LAST + "}", "[DONE]");
  }

  @Test
  void thinksBeforeItAnswersWhereItIsToldTo() {
    assertThat(shapes("--reasoning=1", true, "'include_usage':false"))
        .endsWith(CHAT_TEXT.replace("'content'", "'reasoning'") + "}", CHAT_LAST + "}", "[DONE]");
    assertThat(shapes("--reasoning=1", false, "'include_usage':false")).startsWith(TEXT);
  }

  private static List<String> shapes(String option, boolean chat, String streamOptions) {
    String fields = "'max_tokens':2,'stream':true,'stream_options':{%s}".formatted(streamOptions);
    try (var simulator = SimulatorFixture.with(option)) {
      String json = fields.replace('\'', '"');
      HttpResponse<String> response = chat ? simulator.chat(json) : simulator.completion(json);
      assertThat(response.headers().firstValue("content-type"))
          .contains("text/event-stream; charset=utf-8");
      return SimulatorFixture.events(response).stream().map(StreamShapeTest::shape).toList();
    }
  }

  private static String shape(String event) {
    return event
        .replaceAll("\"(id|model|system_fingerprint)\":\"[^\"]+\"", "\"$1\":\"s\"")
        .replaceAll("\"(content|reasoning|text)\":\"[^\"]+\"", "\"$1\":\"s\"")
        .replaceAll(":\\d+", ":0")
        .replace('"', '\'');
  }

  @Test
  void countsAreRight() {
    try (var simulator = SimulatorFixture.with()) {
      var response =
          simulator.chat(
              "\"max_tokens\":5,\"stream\":true,\"stream_options\":{\"include_usage\":true}");
      List<String> events = SimulatorFixture.events(response);
      var usage = SimulatorFixture.json(events.get(events.size() - 2)).path("usage");
      assertThat(usage.path("prompt_tokens").intValue()).isEqualTo(3);
      assertThat(usage.path("completion_tokens").intValue()).isEqualTo(5);
      assertThat(usage.path("total_tokens").intValue()).isEqualTo(8);
      String text =
          events.stream()
              .filter(event -> event.startsWith("{"))
              .map(event -> SimulatorFixture.json(event).at("/choices/0/delta/content").asText(""))
              .collect(Collectors.joining());
      assertThat(text).matches("\\w+( \\w+){4}");
    }
  }

  @Test
  void tokenIdsComeWhenAskedFor() {
    try (var simulator = SimulatorFixture.with("--bundle=2")) {
      var response =
          simulator.completion("\"max_tokens\":3,\"stream\":true,\"return_token_ids\":true");
      List<Integer> ids =
          SimulatorFixture.events(response).stream()
              .filter(event -> event.startsWith("{"))
              .map(event -> SimulatorFixture.json(event).at("/choices/0/token_ids").size())
              .toList();
      assertThat(ids).containsExactly(2, 1);
    }
  }

  @ParameterizedTest
  @CsvSource({"LF, false", "CRLF, true"})
  void linesEndAsAskedFor(String option, boolean withReturn) {
    try (var simulator = SimulatorFixture.with("--line-ending=" + option)) {
      String body = simulator.chat("\"max_tokens\":2,\"stream\":true").body();
      assertThat(body).endsWith(withReturn ? "[DONE]\r\n\r\n" : "[DONE]\n\n");
      assertThat(body.contains("\r")).isEqualTo(withReturn);
      assertThat(body.replace("\r\n\r\n", "").contains("\n")).isEqualTo(!withReturn);
    }
  }

  @Test
  void quotesTheModelsName() {
    String name = "or\"g/mod\\el";
    try (var simulator = SimulatorFixture.with("--model=" + name)) {
      String event =
          SimulatorFixture.events(simulator.chat("\"max_tokens\":1,\"stream\":true")).getFirst();
      assertThat(SimulatorFixture.json(event).path("model").textValue()).isEqualTo(name);
    }
  }
}
