package dev.loadline.runner.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Reads a whole body the slow and plain way: splits the text by the rules of the WHATWG's event
 * streams (HTML standard, 9.2.6) and parses each event into a tree.
 */
final class StreamOracle {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final String BOM = "\u00ef\u00bb\u00bf";
  private static final String BLANKS = "[ \t\r\n\u00ef\u00bb\u00bf]*";

  private record Line(String text, int end, boolean terminated) {}

  private StreamOracle() {}

  /** What must be read of this body. */
  static Expectation read(byte[] body, boolean properly) {
    String text = new String(body, StandardCharsets.ISO_8859_1);
    String begin = text.replaceFirst("^" + BLANKS, "");
    if (begin.startsWith("{") || begin.startsWith("[")) {
      return Expectation.ofDocument(said(begin), properly);
    }
    boolean strange =
        lines(text).stream()
            .map(StreamOracle::field)
            .anyMatch(name -> !List.of("", "data", "event", "id", "retry", "error").contains(name));
    return Expectation.ofEvents(events(text), properly, strange);
  }

  /** Name of a line's field, empty for a comment and an empty line. */
  private static String field(Line line) {
    int colon = line.text.indexOf(':');
    return colon < 0 ? line.text : line.text.substring(0, colon);
  }

  private static List<Line> lines(String text) {
    List<Line> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    int from = text.startsWith(BOM) ? BOM.length() : 0;
    for (int at = from; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c != '\r' && c != '\n') {
        line.append(c);
        continue;
      }
      lines.add(new Line(line.toString(), at, true));
      line.setLength(0);
      if (text.startsWith("\r\n", at)) {
        at++;
      }
    }
    if (!line.isEmpty()) {
      lines.add(new Line(line.toString(), text.length(), false));
    }
    return lines;
  }

  private static List<Said.At> events(String text) {
    List<Said.At> events = new ArrayList<>();
    List<String> data = new ArrayList<>();
    boolean error = false;
    for (Line line : lines(text)) {
      if (line.text.isEmpty()) {
        said(data, error, true).ifPresent(said -> events.add(new Said.At(said, line.end, true)));
        data.clear();
        error = false;
        continue;
      }
      String name = field(line);
      String value = line.text.substring(Math.min(line.text.length(), name.length() + 1));
      value = value.startsWith(" ") ? value.substring(1) : value;
      switch (name) {
        case "data" -> data.add(value);
        case "event" -> error = value.equals("error");
        case "error" -> {
          data.add(value);
          error = true;
        }
        default -> {}
      }
    }
    said(data, error, false).ifPresent(said -> events.add(new Said.At(said, text.length(), false)));
    return events;
  }

  private static Optional<Said> said(List<String> lines, boolean error, boolean terminated) {
    String data = String.join("\n", lines);
    if (data.isEmpty()) {
      return Optional.empty();
    }
    if (data.replaceAll("^[ \t\n]+|[ \t\n]+$", "").equals("[DONE]")) {
      return Optional.of(new Said.Done());
    }
    if (error) {
      return Optional.of(new Said.Failed());
    }
    return Optional.of(data.matches("[ \t\n]*") && terminated ? new Said.Nothing() : said(data));
  }

  private static Said said(String latin1) {
    String text = new String(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    try {
      JsonNode tree = JSON.readTree(text);
      return tree.isObject() ? said(tree) : new Said.NoJson();
    } catch (JsonProcessingException e) {
      return new Said.NoJson();
    }
  }

  private static Said said(JsonNode tree) {
    List<JsonNode> choices = list(tree.path("choices"));
    List<JsonNode> deltas =
        choices.stream()
            .flatMap(choice -> List.of(choice.path("delta"), choice.path("message")).stream())
            .toList();
    JsonNode error = tree.path("error");
    boolean gaveUp =
        choices.stream()
            .map(choice -> choice.path("finish_reason"))
            .map(reason -> reason.path("type").asText(reason.asText("")))
            .anyMatch(reason -> reason.equals("abort") || reason.equals("error"));
    boolean named =
        !(error.isMissingNode() || error.isNull() || (error.isBoolean() && !error.asBoolean()));
    if (named || gaveUp || tree.path("object").asText("").equals("error")) {
      return new Said.Failed();
    }
    return new Said.Chunk(
        !choices.isEmpty(),
        choices.stream().anyMatch(choice -> isText(choice.path("text")))
            || deltas.stream().anyMatch(StreamOracle::holdsOutput),
        deltas.stream()
            .anyMatch(delta ->
                isText(delta.path("reasoning")) || isText(delta.path("reasoning_content"))),
        choices.stream().mapToInt(choice -> list(choice.path("token_ids")).size()).sum(),
        choices.stream()
            .map(choice -> choice.path("finish_reason"))
            .anyMatch(reason -> reason.isObject() || isText(reason)),
        Stream.concat(
                choices.stream().map(choice -> choice.path("usage")), Stream.of(tree.path("usage")))
            .filter(JsonNode::isObject)
            .map(StreamOracle::usage)
            .reduce((first, last) -> last));
  }

  private static List<JsonNode> list(JsonNode node) {
    return node.isArray() ? StreamSupport.stream(node.spliterator(), false).toList() : List.of();
  }

  private static boolean isText(JsonNode node) {
    return node.isTextual() && !node.textValue().isEmpty();
  }

  private static boolean holdsOutput(JsonNode delta) {
    return isText(delta.path("content"))
        || List.of("tool_calls", "function_call").stream()
            .map(delta::path)
            .filter(JsonNode::isContainerNode)
            .flatMap(calls ->
                List.of("name", "arguments").stream()
                    .flatMap(name -> calls.findValues(name).stream()))
            .anyMatch(StreamOracle::isText);
  }

  private static Said.Usage usage(JsonNode usage) {
    JsonNode output = usage.path("completion_tokens_details");
    JsonNode reasoning = usage.path("reasoning_tokens");
    return new Said.Usage(
        count(usage.path("prompt_tokens")),
        count(usage.path("completion_tokens")),
        count(usage.path("prompt_tokens_details").path("cached_tokens")),
        count(reasoning.isMissingNode() ? output.path("reasoning_tokens") : reasoning));
  }

  private static int count(JsonNode node) {
    return node.isInt() ? Math.max(-1, node.intValue()) : -1;
  }
}
