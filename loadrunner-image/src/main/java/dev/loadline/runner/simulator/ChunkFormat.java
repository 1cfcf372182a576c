package dev.loadline.runner.simulator;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * The events of one stream, byte for byte in the shape of vLLM 0.32, each framed as one HTTP chunk.
 * All but the words is encoded once per request.
 */
final class ChunkFormat {
  private static final byte[] CRLF = ascii("\r\n");
  private static final byte[] NO_IDS = ascii(",\"token_ids\":null");

  private final ByteBuf event = Unpooled.buffer(512);
  private final Labels labels;
  private final boolean chat;
  private final boolean tokenIds;
  private final UsageMode usageMode;
  private final int promptTokens;
  private final int cachedTokens;
  private final byte[] head;
  private final byte[] textHead;
  private final byte[] reasoningHead;
  private final int reasoning;
  private final byte[] eventEnd;
  private int sent;

  /**
   * What all events of one stream say.
   *
   * @param id the answer's name
   * @param createdSeconds seconds since 1970
   * @param model the model's name
   * @param finishReason on the last text
   * @param cachedTokens prompt tokens taken from the prefix cache; below 0 to say nothing of them
   * @param factors how usage lies
   */
  record Labels(
      String id,
      long createdSeconds,
      String model,
      String finishReason,
      int cachedTokens,
      SimulatorSettings.UsageFactors factors) {}

  ChunkFormat(CompletionRequest request, SimulatorSettings.Output output, Labels labels) {
    this.labels = labels;
    chat = request.chat();
    tokenIds = request.tokenIds();
    usageMode = usageMode(request, output.usage());
    promptTokens = labels.factors().input(request.prompt().tokens());
    cachedTokens = labels.cachedTokens();
    String type = chat ? "chat.completion.chunk" : "text_completion";
    head =
        utf8(
            "data: {\"id\":\"%s\",\"object\":\"%s\",\"created\":%d,\"model\":\"%s\",\"choices\":["
                .formatted(labels.id(), type, labels.createdSeconds(), quoted(labels.model())));
    textHead = ascii(chat ? "{\"index\":0,\"delta\":{\"content\":\"" : "{\"index\":0,\"text\":\"");
    reasoningHead = ascii("{\"index\":0,\"delta\":{\"reasoning\":\"");
    reasoning = chat ? output.reasoning() : 0;
    eventEnd = ascii("}" + output.lineEnding().text().repeat(2));
  }

  private static UsageMode usageMode(CompletionRequest request, UsageMode mode) {
    if (!request.includeUsage()) {
      return UsageMode.NONE;
    }
    return mode == UsageMode.END && request.continuousUsage() ? UsageMode.EVERY_CHUNK : mode;
  }

  /** The event that names the role and holds no text; completions have none. */
  void role(ByteBuf out) {
    if (chat) {
      begin();
      ascii(
          event,
          "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":null,\"finish_reason\":null}]");
      runningUsage(false);
      ascii(event, ",\"prompt_token_ids\":null,\"prompt_text\":null");
      end(out);
    }
  }

  /** An event of text; the last one names the reason for the end. */
  void text(ByteBuf out, int[] tokens, boolean last) {
    begin();
    event.writeBytes(sent < reasoning ? reasoningHead : textHead);
    for (int token : tokens) {
      byte[] word = Vocabulary.word(token);
      int from = sent++ == 0 ? 1 : 0;
      event.writeBytes(word, from, word.length - from);
    }
    ascii(
        event,
        chat
            ? "\"},\"logprobs\":null,\"finish_reason\":"
            : "\",\"logprobs\":null,\"finish_reason\":");
    ascii(event, last ? "\"" + labels.finishReason() + "\"" : "null");
    if (chat) {
      ascii(event, last ? ",\"stop_reason\":null" : "");
    } else {
      ascii(event, ",\"stop_reason\":null,\"prompt_token_ids\":null");
    }
    ids(tokens);
    ascii(event, "}]");
    runningUsage(last);
    end(out);
  }

  /** The event of the token counts, if they go there. */
  void usage(ByteBuf out) {
    if (usageMode == UsageMode.END || usageMode == UsageMode.EVERY_CHUNK) {
      begin();
      ascii(event, "],");
      ascii(event, counts(""));
      ascii(event, ",\"system_fingerprint\":\"loadline-simulator\"");
      end(out);
    }
  }

  /** {@code [DONE]}. */
  void done(ByteBuf out) {
    event.clear();
    ascii(event, "data: [DONE]");
    event.writeBytes(eventEnd, 1, eventEnd.length - 1);
    frame(out);
  }

  /** An error in the middle of the stream. */
  void error(ByteBuf out, ApiError error) {
    event.clear();
    event.writeBytes(utf8("data: " + error.json()));
    event.writeBytes(eventEnd, 1, eventEnd.length - 1);
    frame(out);
  }

  private void ids(int[] tokens) {
    if (!tokenIds) {
      event.writeBytes(NO_IDS);
      return;
    }
    ascii(event, ",\"token_ids\":[");
    for (int i = 0; i < tokens.length; i++) {
      ascii(event, (i == 0 ? "" : ",") + tokens[i]);
    }
    ascii(event, "]");
  }

  private void runningUsage(boolean last) {
    if (usageMode == UsageMode.EVERY_CHUNK) {
      ascii(event, "," + counts(",\"completion_tokens_details\":null"));
    } else if (usageMode == UsageMode.LAST_CHUNK && last) {
      ascii(event, "," + counts(""));
    }
  }

  private String counts(String more) {
    String details =
        cachedTokens < 0
            ? ""
            : ",\"prompt_tokens_details\":{\"cached_tokens\":" + cachedTokens + "}";
    int output = labels.factors().output(sent);
    return "\"usage\":{\"prompt_tokens\":%d,\"total_tokens\":%d,\"completion_tokens\":%d%s%s}"
        .formatted(promptTokens, (long) promptTokens + output, output, details, more);
  }

  private void begin() {
    event.clear();
    event.writeBytes(head);
  }

  private void end(ByteBuf out) {
    event.writeBytes(eventEnd);
    frame(out);
  }

  private void frame(ByteBuf out) {
    ascii(out, Integer.toHexString(event.readableBytes()));
    out.writeBytes(CRLF);
    out.writeBytes(event);
    out.writeBytes(CRLF);
  }

  private static void ascii(ByteBuf out, String text) {
    out.writeCharSequence(text, StandardCharsets.US_ASCII);
  }

  private static String quoted(String text) {
    return new String(JsonStringEncoder.getInstance().quoteAsString(text));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
