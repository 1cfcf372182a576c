package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.loadline.runner.http.ScriptedServer.Script;
import dev.loadline.runner.prompt.Message;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {
  private static final EventLoops LOOPS = EventLoops.start(1, "tokenizer");
  private static final String PROMPT = "amber \"quartz\"\nlantern é";
  private static final String MESSAGES =
      "\"messages\":[{\"role\":\"user\",\"content\":\"amber \\\"quartz\\\"\\nlantern é\"}]";

  @AfterAll
  static void closeLoops() {
    LOOPS.close();
  }

  /** A server of these answers to POST, one path each; anything else is 404. */
  private static Script pages(Map<String, String> pages) {
    return peer -> {
      String head = peer.request();
      String path = head.substring(head.indexOf(' ') + 1, head.indexOf(" HTTP"));
      String page = head.startsWith("POST ") ? pages.get(path) : null;
      peer.answer(page == null ? 404 : 200, "application/json", page == null ? "{}" : page);
    };
  }

  private static OptionalInt count(ScriptedServer server, Api api, EngineProfile engine)
      throws Exception {
    Endpoint endpoint =
        Endpoint.of(
            "http://127.0.0.1:" + server.port() + "/v1",
            api,
            Map.of("Authorization", "Bearer " + ClientFixture.KEY),
            TlsSettings.VERIFIED,
            Timeouts.DEFAULT);
    return Tokenizer.of(LOOPS, endpoint, engine, "m")
        .orElseThrow()
        .count(List.of(Message.user(PROMPT)));
  }

  private static void assertBodies(ScriptedServer server, String... expected) throws Exception {
    ObjectMapper json = new ObjectMapper();
    assertThat(server.bodies()).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(json.readTree(server.bodies().get(i))).isEqualTo(json.readTree(expected[i]));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"VLLM", "SGLANG"})
  void countsTheMessagesOfAChatWithTheirTemplate(EngineProfile engine) throws Exception {
    String answer = "{\"count\":17,\"max_model_len\":4096,\"tokens\":[2,105],\"token_strs\":null}";
    try (ScriptedServer server = ScriptedServer.start(pages(Map.of("/tokenize", answer)))) {
      assertThat(count(server, Api.CHAT, engine)).hasValue(17);
      assertBodies(server, "{\"model\":\"m\"," + MESSAGES + "}");
      assertThat(server.requests().getFirst()).contains("Bearer " + ClientFixture.KEY);
    }
  }

  @Test
  void countsTheTextOfACompletion() throws Exception {
    String answer = "{\"tokens\":[2,105,9],\"count\":3,\"max_model_len\":4096}";
    try (ScriptedServer server = ScriptedServer.start(pages(Map.of("/tokenize", answer)))) {
      assertThat(count(server, Api.COMPLETIONS, EngineProfile.VLLM)).hasValue(3);
      assertBodies(server, "{\"model\":\"m\",\"prompt\":\"amber \\\"quartz\\\"\\nlantern é\"}");
    }
  }

  @Test
  void countsWhatTgiListsForMessagesAndForText() throws Exception {
    String list = "[{\"id\":1,\"text\":\"a\",\"start\":0,\"stop\":1},{\"id\":2,\"text\":\"b\"}]";
    String chat = "{\"tokenize_response\":[{\"id\":1}],\"templated_text\":\"<s>a\"}";
    try (ScriptedServer server =
        ScriptedServer.start(pages(Map.of("/tokenize", list, "/chat_tokenize", chat)))) {
      assertThat(count(server, Api.CHAT, EngineProfile.TGI)).hasValue(1);
      assertThat(count(server, Api.COMPLETIONS, EngineProfile.TGI)).hasValue(2);
      assertBodies(
          server,
          "{\"model\":\"m\"," + MESSAGES + "}",
          "{\"inputs\":\"amber \\\"quartz\\\"\\nlantern é\"}");
    }
  }

  @Test
  void countsWhatLlamaCppMakesOfTheMessages() throws Exception {
    Map<String, String> answers =
        Map.of("/apply-template", "{\"prompt\":\"<s>amber\"}", "/tokenize", "{\"tokens\":[1,2,3]}");
    try (ScriptedServer server = ScriptedServer.start(pages(answers))) {
      assertThat(count(server, Api.CHAT, EngineProfile.LLAMA_CPP)).hasValue(3);
      assertBodies(
          server,
          "{\"model\":\"m\"," + MESSAGES + "}",
          "{\"content\":\"<s>amber\",\"add_special\":true}");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TENSORRT_LLM", "OLLAMA", "OPENAI"})
  void isAbsentWhereTheEngineHasNone(EngineProfile engine) {
    Endpoint endpoint = ClientFixture.endpoint(1, Timeouts.DEFAULT);
    assertThat(Tokenizer.of(LOOPS, endpoint, engine, "m")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "[]", "{\"count\":0}", "{\"count\":[3]}", "{\"count\":17", "<html>", ""})
  void doesNotGuessWhereTheAnswerIsNoCount(String answer) throws Exception {
    for (EngineProfile engine : List.of(EngineProfile.VLLM, EngineProfile.TGI)) {
      try (ScriptedServer server =
          ScriptedServer.start(pages(Map.of("/tokenize", answer, "/chat_tokenize", answer)))) {
        assertThat(count(server, Api.CHAT, engine)).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"VLLM", "TGI", "LLAMA_CPP"})
  void aGatewayWithoutThePageHasNoCount(EngineProfile engine) throws Exception {
    try (ScriptedServer server = ScriptedServer.start(pages(Map.of()))) {
      assertThat(count(server, Api.CHAT, engine)).isEmpty();
    }
  }

  @Test
  void readsTheTokensOfALongPromptToTheirEnd() throws Exception {
    String tokens =
        IntStream.range(100_000, 400_000)
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(","));
    String answer = "{\"tokens\":[" + tokens + "],\"count\":300000,\"max_model_len\":1000000}";
    try (ScriptedServer server = ScriptedServer.start(pages(Map.of("/tokenize", answer)))) {
      assertThat(count(server, Api.CHAT, EngineProfile.SGLANG)).hasValue(300_000);
    }
  }
}
