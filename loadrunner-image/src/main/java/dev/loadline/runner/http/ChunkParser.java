package dev.loadline.runner.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.Arrays;

/**
 * Reads what matters of one JSON chunk in the dialects of the engines, without a tree and without
 * strings for what does not matter. Reads errors as well: {@code error} as object or text, and the
 * flat form with {@code object: error}.
 */
final class ChunkParser {
  private static final int MAX_NESTING = 200;

  private final JsonFactory factory =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_NESTING)
                  .maxStringLength(AnswerBytes.MAX)
                  .build())
          .build();

  /**
   * Reads a chunk. What UTF-8 forbids is read as U+FFFD, as in every event stream: some servers
   * send the halves of characters.
   *
   * @param into is cleared first
   * @return false if it is no JSON object, or one that something is missing of or follows behind
   */
  boolean parse(byte[] bytes, int from, int to, Chunk into) {
    if (parseUtf8(bytes, from, to, into)) {
      return true;
    }
    byte[] valid = new String(bytes, from, to - from, UTF_8).getBytes(UTF_8);
    return !Arrays.equals(valid, 0, valid.length, bytes, from, to)
        && parseUtf8(valid, 0, valid.length, into);
  }

  private boolean parseUtf8(byte[] bytes, int from, int to, Chunk chunk) {
    chunk.clear();
    try (JsonParser json = factory.createParser(bytes, from, to - from)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      object(json, JsonToken.START_OBJECT, chunk, ChunkParser::topField);
      return json.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  /** What is done with a value; methods only, so that reading a chunk allocates none of these. */
  private interface Field {
    void read(JsonParser json, String name, JsonToken value, Chunk chunk) throws IOException;
  }

  /** Reads each field of an object; skips what is none. */
  private static void object(JsonParser json, JsonToken token, Chunk chunk, Field field)
      throws IOException {
    if (token != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() != JsonToken.END_OBJECT) {
      field.read(json, json.currentName(), json.nextToken(), chunk);
    }
  }

  /** Reads each text at any depth of an object or array. */
  private static void texts(JsonParser json, JsonToken token, Chunk chunk, Field field)
      throws IOException {
    int depth = token.isStructStart() ? 1 : 0;
    while (depth > 0) {
      JsonToken next = json.nextToken();
      if (next.isStructStart()) {
        depth++;
      } else if (next.isStructEnd()) {
        depth--;
      } else if (next == JsonToken.VALUE_STRING) {
        field.read(json, json.currentName(), next, chunk);
      }
    }
  }

  private static void topField(JsonParser json, String name, JsonToken token, Chunk chunk)
      throws IOException {
    switch (name) {
      case "choices" -> choices(json, token, chunk);
      case "usage" -> usage(json, token, chunk);
      case "error" -> error(json, token, chunk);
      case "object" -> {
        chunk.error |= token == JsonToken.VALUE_STRING && json.getText().equals("error");
        json.skipChildren();
      }
      case "message", "detail" -> message(json, token, chunk);
      default -> json.skipChildren();
    }
  }

  private static void choices(JsonParser json, JsonToken token, Chunk chunk) throws IOException {
    if (token != JsonToken.START_ARRAY) {
      json.skipChildren();
      return;
    }
    for (JsonToken of = json.nextToken(); of != JsonToken.END_ARRAY; of = json.nextToken()) {
      chunk.choices = true;
      object(json, of, chunk, ChunkParser::choiceField);
    }
  }

  private static void choiceField(JsonParser json, String name, JsonToken token, Chunk chunk)
      throws IOException {
    switch (name) {
      case "delta", "message" -> object(json, token, chunk, ChunkParser::deltaField);
      case "text" -> chunk.output |= keepText(json, token, chunk);
      case "finish_reason" -> finishReason(json, token, chunk);
      case "token_ids" -> chunk.tokenIds += elements(json, token);
      case "usage" -> usage(json, token, chunk);
      default -> json.skipChildren();
    }
  }

  private static void deltaField(JsonParser json, String name, JsonToken token, Chunk chunk)
      throws IOException {
    switch (name) {
      case "content" -> chunk.output |= keepText(json, token, chunk);
      case "reasoning", "reasoning_content" -> reasoning(json, token, chunk);
      case "tool_calls", "function_call" -> texts(json, token, chunk, ChunkParser::toolCallText);
      default -> json.skipChildren();
    }
  }

  private static void reasoning(JsonParser json, JsonToken token, Chunk chunk) throws IOException {
    boolean isText = isText(json, token);
    chunk.reasoning |= isText;
    if (isText && chunk.text != null) {
      chunk.text.leaveReasoningOut();
    }
  }

  /** A name or arguments, somewhere in {@code [{"function": {…}}]}. */
  private static void toolCallText(JsonParser json, String name, JsonToken token, Chunk chunk)
      throws IOException {
    boolean isText = ("name".equals(name) || "arguments".equals(name)) && json.getTextLength() > 0;
    chunk.output |= isText;
    if (isText && chunk.text != null) {
      chunk.text.leaveCallOut();
    }
  }

  private static boolean keepText(JsonParser json, JsonToken token, Chunk chunk)
      throws IOException {
    boolean isText = isText(json, token);
    if (isText && chunk.text != null) {
      chunk.text.append(json.getTextCharacters(), json.getTextOffset(), json.getTextLength());
    }
    return isText;
  }

  private static boolean isText(JsonParser json, JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_STRING) {
      return json.getTextLength() > 0;
    }
    json.skipChildren();
    return false;
  }

  /** SGLang says {@code abort} where it gave up, as text or as an object with a message. */
  private static void finishReason(JsonParser json, JsonToken token, Chunk chunk)
      throws IOException {
    if (token == JsonToken.VALUE_STRING) {
      String reason = json.getText();
      chunk.finished |= !reason.isEmpty();
      abort(reason, chunk);
    } else if (token == JsonToken.START_OBJECT) {
      chunk.finished = true;
      String reason = "";
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (name.equals("type") && value == JsonToken.VALUE_STRING) {
          reason = json.getText();
        } else if (name.equals("message")) {
          message(json, value, chunk);
        } else {
          json.skipChildren();
        }
      }
      abort(reason, chunk);
    } else {
      json.skipChildren();
    }
  }

  private static void abort(String reason, Chunk chunk) {
    if (reason.equals("abort") || reason.equals("error")) {
      chunk.error = true;
      chunk.message = chunk.message.isEmpty() ? "finish reason " + reason : chunk.message;
    }
  }

  private static int elements(JsonParser json, JsonToken token) throws IOException {
    int count = 0;
    if (token == JsonToken.START_ARRAY) {
      while (json.nextToken() != JsonToken.END_ARRAY) {
        json.skipChildren();
        count++;
      }
    } else {
      json.skipChildren();
    }
    return count;
  }

  private static void usage(JsonParser json, JsonToken token, Chunk chunk) throws IOException {
    chunk.usage |= token == JsonToken.START_OBJECT;
    object(json, token, chunk, ChunkParser::usageField);
  }

  private static void usageField(JsonParser json, String name, JsonToken token, Chunk chunk)
      throws IOException {
    switch (name) {
      case "prompt_tokens" -> chunk.promptTokens = count(json, token);
      case "completion_tokens" -> chunk.completionTokens = count(json, token);
      case "reasoning_tokens" -> chunk.reasoningTokens = count(json, token);
      case "prompt_tokens_details", "completion_tokens_details" ->
          object(json, token, chunk, ChunkParser::detailField);
      default -> json.skipChildren();
    }
  }

  private static void detailField(JsonParser json, String name, JsonToken token, Chunk chunk)
      throws IOException {
    switch (name) {
      case "cached_tokens" -> chunk.cachedTokens = count(json, token);
      case "reasoning_tokens" -> chunk.reasoningTokens = count(json, token);
      default -> json.skipChildren();
    }
  }

  private static int count(JsonParser json, JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_NUMBER_INT && json.getNumberType() == JsonParser.NumberType.INT) {
      return Math.max(Chunk.UNKNOWN, json.getIntValue());
    }
    json.skipChildren();
    return Chunk.UNKNOWN;
  }

  private static void error(JsonParser json, JsonToken token, Chunk chunk) throws IOException {
    chunk.error |= token != JsonToken.VALUE_NULL && token != JsonToken.VALUE_FALSE;
    message(json, token, chunk);
  }

  /** Takes a text, or the first {@code message}, {@code msg} or {@code error} within a value. */
  private static void message(JsonParser json, JsonToken token, Chunk chunk) throws IOException {
    if (token == JsonToken.VALUE_STRING) {
      messageText(json, "message", token, chunk);
    }
    texts(json, token, chunk, ChunkParser::messageText);
  }

  private static void messageText(JsonParser json, String name, JsonToken token, Chunk chunk)
      throws IOException {
    if (chunk.message.isEmpty()
        && ("message".equals(name) || "msg".equals(name) || "error".equals(name))) {
      chunk.message = json.getText();
    }
  }
}
