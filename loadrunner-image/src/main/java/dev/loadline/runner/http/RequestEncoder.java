package dev.loadline.runner.http;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Builds request bodies: streaming, with usage, greedy ({@code temperature} 0), and with the output
 * length forced as far as the engine can. Everything but prompt and length is encoded once.
 */
public final class RequestEncoder {
  private static final byte[] MIN_TOKENS = ascii(",\"min_tokens\":");

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
    String begin = "{\"model\":\"" + escape(model) + "\",";
    head =
        utf8(
            switch (api) {
              case CHAT -> begin + "\"messages\":[{\"role\":\"user\",\"content\":\"";
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
   * @param prompt the prompt's text
   * @param outputTokens wanted output length, at least 1
   */
  public RequestBody encode(String prompt, int outputTokens) {
    byte[] escaped = JsonStringEncoder.getInstance().quoteAsUTF8(prompt);
    byte[] length = ascii(Integer.toString(outputTokens));
    int size = head.length + escaped.length + afterPrompt.length + length.length + tail.length;
    byte[] json = new byte[size + (sendsMinTokens ? MIN_TOKENS.length + length.length : 0)];
    int at = append(json, 0, head);
    int promptFrom = at;
    at = append(json, at, escaped);
    int promptTo = at;
    at = append(json, at, afterPrompt);
    at = append(json, at, length);
    if (sendsMinTokens) {
      at = append(json, at, MIN_TOKENS);
      at = append(json, at, length);
    }
    append(json, at, tail);
    return new RequestBody(json, promptFrom, promptTo);
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
