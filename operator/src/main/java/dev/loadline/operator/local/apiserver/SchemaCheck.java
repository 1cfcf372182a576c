package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Checks an object against its structural schema; finds every problem. */
final class SchemaCheck {
  private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();
  private static final int LONGEST_SHOWN = 64;

  private final List<FieldProblem> problems = new ArrayList<>();

  private SchemaCheck() {}

  static List<FieldProblem> check(ObjectNode object, Schema schema) {
    SchemaCheck check = new SchemaCheck();
    check.value("", object, schema);
    return check.problems;
  }

  private void value(String path, JsonNode value, Schema schema) {
    if (value.isNull() && schema.nullable()) {
      return;
    }
    if (!typeFits(value, schema)) {
      String wanted = schema.intOrString() ? "integer or string" : schema.type();
      problems.add(
          FieldProblem.ofType(path, "\"" + typeOf(value) + "\"", wanted)
              .inWords(PlainWords.ofType(path, value, schema)));
      return;
    }
    allowed(path, value, schema);
    switch (value) {
      case ObjectNode object -> object(path, object, schema);
      case ArrayNode array -> array(path, array, schema);
      default -> {
        if (value.isTextual()) {
          text(path, value.textValue(), schema);
        } else if (value.isNumber()) {
          number(path, value, schema);
        }
      }
    }
  }

  private static boolean typeFits(JsonNode value, Schema schema) {
    if (schema.intOrString()) {
      return isWhole(value) || value.isTextual();
    }
    return switch (schema.type()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "boolean" -> value.isBoolean();
      case "integer" -> isWhole(value);
      case "number" -> value.isNumber();
      default -> true;
    };
  }

  /** An API server reads whole numbers beyond 64 bits as floating-point numbers. */
  private static boolean isWhole(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToLong();
  }

  private static String typeOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "object";
      case ARRAY -> "array";
      case STRING -> "string";
      case BOOLEAN -> "boolean";
      case NUMBER -> isWhole(value) ? "integer" : "number";
      case NULL, MISSING -> "null";
      case BINARY, POJO -> "unknown";
    };
  }

  private void allowed(String path, JsonNode value, Schema schema) {
    JsonNode allowed = schema.raw().path("enum");
    if (!allowed.isArray()) {
      return;
    }
    List<String> names = new ArrayList<>();
    for (JsonNode one : allowed) {
      if (one.equals(value)) {
        return;
      }
      names.add(one.toString());
    }
    problems.add(
        new FieldProblem(
            path,
            "FieldValueNotSupported",
            "Unsupported value" + shown(path, value.toString()),
            "supported values: " + String.join(", ", names)));
  }

  private void object(String path, ObjectNode object, Schema schema) {
    for (JsonNode required : schema.raw().path("required")) {
      if (!object.has(required.asText())) {
        problems.add(FieldProblem.required(Paths.field(path, required.asText())));
      }
    }
    tooMany(path, object.size(), schema.raw().path("maxProperties"));
    object
        .properties()
        .forEach(field ->
            schema
                .child(field.getKey())
                .ifPresent(
                    child -> value(Paths.field(path, field.getKey()), field.getValue(), child)));
  }

  private void array(String path, ArrayNode array, Schema schema) {
    tooMany(path, array.size(), schema.raw().path("maxItems"));
    JsonNode least = schema.raw().path("minItems");
    if (least.isNumber() && array.size() < least.asLong()) {
      String detail = path + " in body should have at least " + least.asLong() + " items";
      problems.add(
          FieldProblem.invalid(path, Integer.toString(array.size()), detail)
              .inWords("has too few items: at least " + least.asLong()));
    }
    Set<JsonNode> seen = new HashSet<>();
    for (int i = 0; i < array.size(); i++) {
      String item = Paths.item(path, i);
      Optional<JsonNode> identity =
          schema.listMap() && array.get(i).isObject()
              ? Optional.of(schema.keyOf(array.get(i)))
              : schema.listSet() ? Optional.of(array.get(i)) : Optional.empty();
      if (identity.isPresent() && !seen.add(identity.get())) {
        problems.add(duplicate(item, identity.get()));
      }
      value(item, array.get(i), schema.items());
    }
  }

  private static FieldProblem duplicate(String item, JsonNode identity) {
    FieldProblem problem =
        new FieldProblem(item, "FieldValueDuplicate", "Duplicate value: " + identity, "");
    Optional<Map.Entry<String, JsonNode>> key = identity.properties().stream().findFirst();
    String twice =
        "'" + key.map(Map.Entry::getValue).orElse(identity).asText() + "' is there twice";
    return problem
        .inWords(twice)
        .about(List.of(key.map(named -> Paths.field(item, named.getKey())).orElse(item)));
  }

  private void tooMany(String path, int size, JsonNode most) {
    if (most.isNumber() && size > most.asLong()) {
      String detail = "must have at most " + most.asLong() + " items";
      problems.add(
          new FieldProblem(path, "FieldValueTooMany", "Too many: " + size, detail)
              .inWords("has " + size + " items: at most " + most.asLong()));
    }
  }

  private void text(String path, String text, Schema schema) {
    JsonNode most = schema.raw().path("maxLength");
    int length = text.codePointCount(0, text.length());
    if (most.isNumber() && length > most.asLong()) {
      String detail = "may not be more than " + most.asLong() + " bytes";
      problems.add(
          new FieldProblem(path, "FieldValueTooLong", "Too long", detail)
              .inWords("has " + length + " characters: at most " + most.asLong()));
    }
    JsonNode least = schema.raw().path("minLength");
    boolean tooShort = least.isNumber() && length < least.asLong();
    if (tooShort) {
      String words = "has " + length + " characters: at least " + least.asLong();
      wrong(
          path,
          text,
          "should be at least " + least.asLong() + " chars long",
          length == 0 ? "is empty" : words);
    }
    JsonNode pattern = schema.raw().path("pattern");
    if (pattern.isTextual()
        && !(tooShort && text.isEmpty())
        && !PATTERNS.computeIfAbsent(pattern.asText(), Pattern::compile).matcher(text).find()) {
      wrong(
          path,
          text,
          "should match '" + pattern.asText() + "'",
          PlainWords.ofPattern(path, text, pattern.asText()));
    }
  }

  private void wrong(String path, String text, String should, String words) {
    problems.add(
        new FieldProblem(
                path,
                "FieldValueInvalid",
                "Invalid value" + shown(path, "\"" + text + "\""),
                path + " in body " + should)
            .inWords(words));
  }

  private static String shown(String path, String value) {
    return PlainWords.hidden(path) || value.length() > LONGEST_SHOWN ? "" : ": " + value;
  }

  private void number(String path, JsonNode value, Schema schema) {
    BigDecimal number = value.decimalValue();
    JsonNode most = schema.raw().path("maximum");
    if (most.isNumber() && number.compareTo(most.decimalValue()) > 0) {
      outside(path, value, "less than or equal to " + most.asText(), schema);
    }
    JsonNode least = schema.raw().path("minimum");
    if (least.isNumber() && number.compareTo(least.decimalValue()) < 0) {
      outside(path, value, "greater than or equal to " + least.asText(), schema);
    }
  }

  private void outside(String path, JsonNode value, String should, Schema schema) {
    String detail = path + " in body should be " + should;
    problems.add(
        FieldProblem.invalid(path, value.asText(), detail)
            .inWords(PlainWords.outside(value, schema)));
  }
}
