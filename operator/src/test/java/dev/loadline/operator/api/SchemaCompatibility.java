package dev.loadline.operator.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loadline.operator.plan.Syntax;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What of a released schema a newer one breaks: whatever the released one accepts, the newer one
 * must accept, keep whole and read alike. Any keyword that this class does not know is a break when
 * it differs, so that a new kind of rule cannot slip through.
 */
final class SchemaCompatibility {
  private static final List<String> AT_MOST =
      List.of("maximum", "maxLength", "maxItems", "maxProperties");
  private static final List<String> AT_LEAST =
      List.of("minimum", "minLength", "minItems", "minProperties");

  /** Words for people. */
  private static final Set<String> WORDS = Set.of("description", "title", "example");

  /** Keywords with a rule of their own below. */
  private static final Set<String> RULED =
      Set.of(
          "properties",
          "required",
          "items",
          "additionalProperties",
          "pattern",
          "enum",
          "x-kubernetes-preserve-unknown-fields",
          "x-kubernetes-validations");

  /** What a schema may drop: it then accepts more, and what it accepted means the same. */
  private static final Set<String> MAY_GO = Set.of("format", "anyOf", "oneOf", "allOf", "not");

  /** Conditions at a rule's beginning under which it says nothing. */
  private static final Pattern UNLESS_THERE =
      Pattern.compile("\\G\\s*!has\\(self\\.([A-Za-z0-9_.]+)\\)\\s*\\|\\|");

  private final List<String> breaks = new ArrayList<>();

  private SchemaCompatibility() {}

  /** Every break, each with the path of its field. */
  static List<String> breaks(JsonNode released, JsonNode now) {
    SchemaCompatibility comparison = new SchemaCompatibility();
    comparison.compare("", released, now);
    return comparison.breaks;
  }

  private void compare(String path, JsonNode released, JsonNode now) {
    Set<String> keywords = new HashSet<>();
    released.fieldNames().forEachRemaining(keywords::add);
    now.fieldNames().forEachRemaining(keywords::add);
    keywords.stream().sorted().forEach(keyword -> keyword(path, keyword, released, now));
  }

  private void keyword(String path, String keyword, JsonNode released, JsonNode now) {
    JsonNode before = released.path(keyword);
    JsonNode after = now.path(keyword);
    if (AT_MOST.contains(keyword)) {
      bound(path, keyword, before, after, 1);
    } else if (AT_LEAST.contains(keyword)) {
      bound(path, keyword, before, after, -1);
    } else if (RULED.contains(keyword)) {
      ruled(path, keyword, released, now);
    } else if (!WORDS.contains(keyword)
        && !before.equals(after)
        && !(MAY_GO.contains(keyword) && after.isMissingNode())) {
      found(path, "%s %s is now %s".formatted(keyword, text(before), text(after)));
    }
  }

  private void ruled(String path, String keyword, JsonNode released, JsonNode now) {
    JsonNode before = released.path(keyword);
    JsonNode after = now.path(keyword);
    switch (keyword) {
      case "properties" -> properties(path, released, now);
      case "required" -> required(path, before, now);
      case "items" -> compare(path + "[]", before, after);
      case "additionalProperties" -> values(path, before, after);
      case "pattern" -> pattern(path, before, after);
      case "enum" -> choices(path, before, after);
      case "x-kubernetes-validations" -> rules(path, released, now);
      case "x-kubernetes-preserve-unknown-fields" -> {
        if (before.asBoolean() && !after.asBoolean()) {
          found(path, "unknown fields are no longer kept");
        }
      }
      default -> throw new IllegalStateException("no rule for " + keyword);
    }
  }

  /** A bound may become wider or go; direction 1 for an upper one, −1 for a lower one. */
  private void bound(String path, String keyword, JsonNode before, JsonNode after, int direction) {
    if (after.isMissingNode()) {
      return;
    }
    if (before.isMissingNode() || (after.asDouble() - before.asDouble()) * direction < 0) {
      found(path, "%s %s is now %s".formatted(keyword, text(before), text(after)));
    }
  }

  private void properties(String path, JsonNode released, JsonNode now) {
    JsonNode before = released.path("properties");
    JsonNode after = now.path("properties");
    before
        .properties()
        .forEach(field -> {
          String child = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
          if (after.has(field.getKey())) {
            compare(child, field.getValue(), after.get(field.getKey()));
          } else {
            found(child, "the field is gone");
          }
        });
    if (released.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      for (var field : after.properties()) {
        if (!before.has(field.getKey())) {
          found(
              path, "field %s could hold anything and has a schema now".formatted(field.getKey()));
        }
      }
    }
  }

  /** A default fills a required field in before the object is checked. */
  private void required(String path, JsonNode before, JsonNode now) {
    Set<String> known = texts(before);
    for (String name : texts(now.path("required"))) {
      if (!known.contains(name) && !now.path("properties").path(name).has("default")) {
        found(path, "field %s is required now".formatted(name));
      }
    }
  }

  private void values(String path, JsonNode before, JsonNode after) {
    if (before.isObject() && after.isObject()) {
      compare(path + ".*", before, after);
    } else if (!before.equals(after)) {
      found(path, "additionalProperties %s is now %s".formatted(text(before), text(after)));
    }
  }

  /** Of patterns only lists of words can be compared; any other may go, not change. */
  private void pattern(String path, JsonNode before, JsonNode after) {
    if (after.isMissingNode() || before.equals(after)) {
      return;
    }
    List<String> known = Syntax.choices(before.asText());
    List<String> choices = Syntax.choices(after.asText());
    if (known.isEmpty() || choices.isEmpty()) {
      found(path, "pattern %s is now %s".formatted(text(before), text(after)));
    } else if (!choices.containsAll(known)) {
      found(path, "of the choices %s only %s are left".formatted(known, choices));
    }
  }

  private void choices(String path, JsonNode before, JsonNode after) {
    if (!after.isMissingNode()
        && (before.isMissingNode() || !texts(after).containsAll(texts(before)))) {
      found(path, "enum %s is now %s".formatted(text(before), text(after)));
    }
  }

  /**
   * A new rule may only speak of what the released schema had no field for: it begins with {@code
   * !has(self.field) ||}, and that field has no default.
   */
  private void rules(String path, JsonNode released, JsonNode now) {
    Set<String> known = new HashSet<>();
    released.path("x-kubernetes-validations").forEach(rule -> known.add(normal(rule)));
    for (JsonNode rule : now.path("x-kubernetes-validations")) {
      if (!known.contains(normal(rule)) && !ofNewFields(normal(rule), released, now)) {
        found(path, "there is a new rule: %s".formatted(normal(rule)));
      }
    }
  }

  private static boolean ofNewFields(String rule, JsonNode released, JsonNode now) {
    Matcher unless = UNLESS_THERE.matcher(rule);
    while (unless.find()) {
      String[] names = unless.group(1).split("\\.", -1);
      if (field(released, names).isMissingNode() && !field(now, names).has("default")) {
        return true;
      }
    }
    return false;
  }

  private static JsonNode field(JsonNode schema, String... names) {
    JsonNode field = schema;
    for (String name : names) {
      field = field.path("properties").path(name);
    }
    return field;
  }

  private static String normal(JsonNode rule) {
    return rule.path("rule").asText().replaceAll("\\s+", " ").strip();
  }

  private static Set<String> texts(JsonNode list) {
    Set<String> texts = new HashSet<>();
    list.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  private static String text(JsonNode value) {
    return value.isMissingNode() ? "(none)" : value.toString();
  }

  private void found(String path, String what) {
    breaks.add((path.isEmpty() ? "(the object)" : path) + ": " + what);
  }
}
