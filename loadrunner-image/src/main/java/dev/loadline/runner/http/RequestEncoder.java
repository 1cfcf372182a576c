package dev.loadline.runner.http;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.loadline.runner.prompt.Message;
import dev.loadline.runner.prompt.Role;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Builds request bodies: streaming, with usage, greedy ({@code temperature} 0), and with the output
 * length forced as far as the engine can. Everything but messages and length is encoded once.
 */
public final class RequestEncoder {
  private static final byte[] MIN_TOKENS = ascii(",\"min_tokens\":");
  private static final byte[] BETWEEN = ascii("\"},");
  private static final Map<Role, byte[]> BEFORE = new EnumMap<>(Role.class);

  static {
    for (Role role : Role.values()) {
      BEFORE.put(role, ascii("{\"role\":\"" + role.apiName() + "\",\"content\":\""));
    }
  }

  private final Api api;
  private final byte[] head;
  private final byte[] afterPrompt;
  private final byte[] tail;
  private final boolean sendsMinTokens;

  /**
   * An encoder of one model's requests.
   *
   * @param api chat or completions
   * @param engine decides about the fields beyond the standard
   * @param model the model's name
   * @param cacheSalt text that separates this run's prefix-cache entries from those of others, sent
   *     where the engine knows such a field
   */
  public RequestEncoder(Api api, EngineProfile engine, String model, Optional<String> cacheSalt) {
    this.api = api;
    String begin = "{\"model\":\"" + escape(model) + "\",";
    head =
        utf8(
            switch (api) {
              case CHAT -> begin + "\"messages\":[";
              case COMPLETIONS -> begin + "\"prompt\":\"";
            });
    afterPrompt = ascii((api == Api.CHAT ? "\"}]" : "\"") + ",\"max_tokens\":");
    StringBuilder rest = new StringBuilder();
    rest.append(",\"temperature\":0,\"stream\":true,\"stream_options\":{\"include_usage\":true}");
    if (engine.takesIgnoreEos()) {
      rest.append(",\"ignore_eos\":true");
    }
    if (engine.takesCacheSalt()) {
      cacheSalt.ifPresent(
          salt -> rest.append(",\"cache_salt\":\"").append(escape(salt)).append('"'));
    }
    tail = utf8(rest.append('}').toString());
    sendsMinTokens = engine.takesMinTokens();
  }

  /**
   * One request's body.
   *
   * @param messages what is asked; completions take their texts right behind one another
   * @param outputTokens wanted output length, at least 1
   */
  public RequestBody encode(List<Message> messages, int outputTokens) {
    byte[] length = ascii(Integer.toString(outputTokens));
    int lengths = sendsMinTokens ? MIN_TOKENS.length + 2 * length.length : length.length;
    byte[] json =
        new byte[head.length + size(messages) + afterPrompt.length + lengths + tail.length];
    int[] texts = new int[2 * messages.size()];
    int at = messages(json, append(json, 0, head), messages, texts);
    at = append(json, at, afterPrompt);
    at = append(json, at, length);
    if (sendsMinTokens) {
      at = append(json, at, MIN_TOKENS);
      at = append(json, at, length);
    }
    append(json, at, tail);
    return new RequestBody(json, texts);
  }

  /** What the messages take, without the quote that ends the last. */
  private int size(List<Message> messages) {
    int size = 0;
    for (Message message : messages) {
      size += message.text().length();
      if (api == Api.CHAT) {
        size += before(message).length + BETWEEN.length;
      }
    }
    return api == Api.CHAT ? size - BETWEEN.length : size;
  }

  private int messages(byte[] json, int from, List<Message> messages, int[] texts) {
    int at = from;
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      if (api == Api.CHAT) {
        at = i == 0 ? at : append(json, at, BETWEEN);
        at = append(json, at, before(message));
      }
      texts[2 * i] = at;
      at = message.text().copyTo(json, at);
      texts[2 * i + 1] = at;
    }
    return at;
  }

  private static byte[] before(Message message) {
    return Objects.requireNonNull(BEFORE.get(message.role()));
  }

  private static int append(byte[] to, int at, byte[] part) {
    System.arraycopy(part, 0, to, at, part.length);
    return at + part.length;
  }

  private static String escape(String text) {
    return new String(JsonStringEncoder.getInstance().quoteAsString(text));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
