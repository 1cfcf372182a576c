package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.loadline.runner.prompt.Message;
import dev.loadline.runner.prompt.Role;
import dev.loadline.runner.prompt.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RequestEncoderTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<Message> TALK =
      List.of(
          new Message(Role.SYSTEM, Text.of("be \"brief\"")),
          Message.user("eins\nzwei ä 海 \uD83D\uDE00"),
          new Message(Role.ASSISTANT, Text.of("")),
          Message.user("half \uD83D"));

  @Test
  void chatHasAllMessagesInTheirOrder() throws Exception {
    JsonNode json = json(encode(Api.CHAT, EngineProfile.OPENAI, Optional.empty(), TALK));

    assertThat(json.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "model", "messages", "max_tokens", "temperature", "stream", "stream_options");
    assertThat(json.path("messages"))
        .extracting(
            message -> message.path("role").asText() + ": " + message.path("content").asText())
        .containsExactly(
            "system: be \"brief\"",
            "user: eins\nzwei ä 海 \uD83D\uDE00",
            "assistant: ",
            "user: half ?");
    assertThat(json.path("max_tokens").intValue()).isEqualTo(17);
  }

  @Test
  void completionsHaveTheTextsRightBehindOneAnother() throws Exception {
    JsonNode json = json(encode(Api.COMPLETIONS, EngineProfile.OPENAI, Optional.empty(), TALK));

    assertThat(json.has("messages")).isFalse();
    assertThat(json.path("prompt").asText())
        .isEqualTo("be \"brief\"eins\nzwei ä 海 \uD83D\uDE00half ?");
  }

  @Test
  void anEngineThatForcesLengthsIsToldTo() throws Exception {
    JsonNode json = json(encode(Api.CHAT, EngineProfile.VLLM, Optional.of("a \"salt\""), TALK));

    assertThat(json.path("min_tokens").intValue()).isEqualTo(17);
    assertThat(json.path("ignore_eos").booleanValue()).isTrue();
    assertThat(json.path("cache_salt").asText()).isEqualTo("a \"salt\"");
    assertThat(json(encode(Api.CHAT, EngineProfile.VLLM, Optional.empty(), TALK)).has("cache_salt"))
        .isFalse();
  }

  @Test
  void aBodyKnowsWhereItsTextsLie() {
    for (Api api : Api.values()) {
      RequestBody body = encode(api, EngineProfile.VLLM, Optional.empty(), TALK);
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < body.messages(); i++) {
        int length = body.textTo(i) - body.textFrom(i);
        texts.add(new String(body.json(), body.textFrom(i), length, StandardCharsets.UTF_8));
      }

      assertThat(texts)
          .containsExactly("be \\\"brief\\\"", "eins\\nzwei ä 海 \uD83D\uDE00", "", "half ?");
    }
  }

  private static RequestBody encode(
      Api api, EngineProfile engine, Optional<String> salt, List<Message> messages) {
    return new RequestEncoder(api, engine, "m", salt).encode(messages, 17);
  }

  private static JsonNode json(RequestBody body) throws IOException {
    return JSON.readTree(body.json());
  }
}
