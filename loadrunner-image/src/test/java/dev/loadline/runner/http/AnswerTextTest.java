package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.measure.RequestTimeline;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTextTest {
  private final AnswerText text = new AnswerText();
  private final RequestTimeline timeline = new RequestTimeline();
  private final Exchange exchange =
      new Exchange(AnswerReplay.BODY, timeline, NoTokenGaps.INSTANCE, done -> {}, text);

  private AnswerDecoder decoder() {
    return new AnswerDecoder(AnswerReplay.tools(new AnswerBudget(Long.MAX_VALUE)), exchange);
  }

  private void read(String body, int piece) {
    timeline.reset(0, 4);
    timeline.sent(1);
    AnswerDecoder decoder = decoder();
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    for (int from = 0; from < bytes.length; from += piece) {
      decoder.content(bytes, from, Math.min(bytes.length, from + piece), 2);
    }
    decoder.end(true);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 10_000})
  void theContentOfAllChunksIsKeptAndTheReasoningIsNot(int piece) {
    read(
        """
        data: {"choices":[{"delta":{"role":"assistant","content":""}}]}

        data: {"choices":[{"delta":{"reasoning_content":"hm"}}]}

        data: {"choices":[{"delta":{"content":"say \\"ä"}}]}

        data: {"choices":[{"delta":{"content":"\\n\\ud83d"}}]}

        data: {"choices":[{"delta":{"content":"\\ude00"}}],"usage":{"prompt_tokens":1}}

        data: {"choices":[{"delta":{},"finish_reason":"stop"}]}

        data: [DONE]

        """,
        piece);

    assertThat(text.take()).isEqualTo("say \"ä\n\uD83D\uDE00");
  }

  @Test
  void completionsAndWholeDocumentsAreKeptAndTheNextAnswerBeginsAnew() {
    read(
        "data: {\"choices\":[{\"text\":\" and\"}]}\n\ndata: {\"choices\":[{\"text\":\" so\"}]}\n\n",
        5);
    assertThat(text.take()).isEqualTo(" and so");

    read("{\"choices\":[{\"message\":{\"content\":\"whole\"},\"finish_reason\":\"stop\"}]}", 9);
    assertThat(text.take()).isEqualTo("whole");
  }

  private static String delta(String field, String value) {
    return "data: {\"choices\":[{\"delta\":{\"" + field + "\":" + value + "}}]}\n\n";
  }

  @Test
  void theTokensOfTheTextAreTheAnswersWithoutThoseOfTheReasoning() {
    read(delta("content", "\"said\""), 99);
    assertThat(text.tokens(10, OptionalInt.empty())).hasValue(10);
    assertThat(text.tokens(10, OptionalInt.of(4))).hasValue(6);
    assertThat(text.take()).isEqualTo("said");

    read(delta("reasoning", "\"hm\"") + delta("content", "\"said\""), 99);
    assertThat(text.tokens(10, OptionalInt.of(4))).hasValue(6);
    assertThat(text.take()).isEqualTo("said");
  }

  @Test
  void theTokensOfTheTextAreUnknownWhereNobodyCountedWhatIsNotOfIt() {
    read(delta("reasoning_content", "\"hm\"") + delta("content", "\"said\""), 99);
    assertThat(text.tokens(10, OptionalInt.empty())).isEmpty();
    assertThat(text.tokens(10, OptionalInt.of(0))).isEmpty();

    read(delta("content", "\"<think>hm</think>said\""), 99);
    assertThat(text.tokens(10, OptionalInt.empty())).isEmpty();

    read(delta("tool_calls", "[{\"function\":{\"name\":\"f\"}}]"), 99);
    assertThat(text.tokens(10, OptionalInt.of(4))).isEmpty();

    read(delta("content", "\"said\""), 99);
    assertThat(text.tokens(10, OptionalInt.empty())).hasValue(10);
  }

  @Test
  void anAnswerWithoutEndIsKeptInPart() {
    String chunk = "data: {\"choices\":[{\"text\":\"" + "x".repeat(10_000) + "\"}]}\n\n";
    read(chunk.repeat(200), 100_000);

    assertThat(text.take()).hasSize(1 << 20);
  }
}
