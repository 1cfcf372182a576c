package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loadline.operator.plan.Syntax;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What is wrong with a value and what would be right, for people. */
final class PlainWords {
  private static final int LONGEST_SHOWN = 64;
  private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,18}");

  /** Fields whose text is never shown: somebody may have put a secret there. */
  private static final Set<String> HIDDEN = Set.of("value", "token", "caBundle", "url");

  private PlainWords() {}

  /** True for text that must not get into a message. */
  static boolean hidden(String path) {
    return HIDDEN.contains(path.substring(path.lastIndexOf('.') + 1))
        || path.startsWith("data.")
        || path.startsWith("stringData.");
  }

  /** A text or number as it was written, in quotes, with a space; nothing if it is secret. */
  private static String shown(String path, String text) {
    if (hidden(path)) {
      return "";
    }
    String cut = text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "…" : text;
    return "'" + cut + "' ";
  }

  /** A number without exponent, other values as JSON has them. */
  static String plain(JsonNode value) {
    return value.isFloatingPointNumber() && Double.isFinite(value.asDouble())
        ? new BigDecimal(value.asText()).stripTrailingZeros().toPlainString()
        : value.asText();
  }

  static String unknown(SchemaFill.Unknown field) {
    return field.field().substring(field.parent().length()).contains(":")
        ? "unknown field: put a space behind the colon"
        : "unknown field: use one of " + field.known();
  }

  /** Text of another form than the pattern demands. */
  static String ofPattern(String path, String text, String pattern) {
    List<String> choices = Syntax.choices(pattern);
    if (!choices.isEmpty()) {
      return shown(path, text) + "is unknown: use one of " + choices;
    }
    Optional<Syntax> syntax = Syntax.of(pattern);
    return shown(path, text)
        + syntax.map(is -> "is no " + is.description()).orElse("does not match " + pattern);
  }

  /** A value of a type that the field cannot have. */
  static String ofType(String path, JsonNode value, Schema schema) {
    if (value.isNull()) {
      return "is empty: give it a value or leave it out";
    }
    if (value.isIntegralNumber() && !value.canConvertToLong() && !schema.type().equals("string")) {
      return plain(value) + " is outside " + Long.MIN_VALUE + " to " + Long.MAX_VALUE;
    }
    if (schema.intOrString()) {
      return value.isNumber()
          ? "write the fraction in quotes: \"" + plain(value) + "\""
          : "must be a number, not " + noun(value);
    }
    return switch (schema.type()) {
      case "string" -> text(path, value, schema);
      case "array" -> "must be a list, not " + noun(value) + ": begin each item with -";
      case "boolean" -> "must be true or false, without quotes";
      case "integer", "number" -> number(path, value, schema.type().equals("integer"));
      default -> "must be an object, not " + noun(value);
    };
  }

  private static String text(String path, JsonNode value, Schema schema) {
    if (value.isContainerNode()) {
      return "must be text, not " + noun(value);
    }
    String text = plain(value);
    String pattern = schema.raw().path("pattern").asText("");
    if (!pattern.isEmpty() && !Pattern.compile(pattern).matcher(text).find()) {
      return ofPattern(path, text, pattern);
    }
    if (value.isBoolean()) {
      return "must be text: write it in quotes, for YAML takes yes, no, on and off for true or"
          + " false";
    }
    return "must be text: write it in quotes" + (hidden(path) ? "" : ", \"" + text + "\"");
  }

  private static String number(String path, JsonNode value, boolean whole) {
    if (value.isTextual() && WHOLE.matcher(value.asText()).matches()) {
      return "must be a number: write " + value.asText() + " without quotes";
    }
    String what = whole ? "whole number" : "number";
    return value.isContainerNode()
        ? "must be a " + what + ", not " + noun(value)
        : shown(path, plain(value)) + "is no " + what;
  }

  private static String noun(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "an object";
      case ARRAY -> "a list";
      case STRING -> "text";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      case NULL, MISSING, BINARY, POJO -> "nothing";
    };
  }

  /** A number below or above what the schema allows. */
  static String outside(JsonNode value, Schema schema) {
    JsonNode least = schema.raw().path("minimum");
    JsonNode most = schema.raw().path("maximum");
    if (most.isMissingNode()) {
      return plain(value) + " is too small: at least " + least.asText();
    }
    return plain(value)
        + (least.isMissingNode()
            ? " is too large: at most " + most.asText()
            : " is outside " + least.asText() + " to " + most.asText());
  }
}
