package dev.loadline.operator.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.plan.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Writes the field reference from the CRDs' schemas. */
final class FieldReference {
  /** Kubernetes' own types: their fields are described in Kubernetes' own reference. */
  private static final List<String> FOREIGN = List.of("affinity", "conditions");

  private final StringBuilder out = new StringBuilder();

  private FieldReference() {}

  static String of(ObjectNode loadTest, ObjectNode loadTestRun) {
    FieldReference reference = new FieldReference();
    reference.out.append(
        """
        # Field reference

        Generated from the Java types (`mvn verify -Dgolden=write` rewrites it), as are the CRDs beside it.
        Group `loadline.dev`, version `v1alpha1`; both kinds live in a namespace. `./loadline validate FILE…` checks manifests against all of this.
        `released/` holds the CRDs of each release: what one of them accepts, these accept with the same meaning (`CrdCompatibilityTest`).
        [REASONS.md](REASONS.md) has every reason that a condition, a status or an event can show, and what to do.

        A field that is **required** must be there where the object around it is; a value in the third column is what an absent field means.
        Forms of text that the columns name:

        """);
    for (Syntax syntax : Syntax.values()) {
      reference
          .out
          .append("- ")
          .append(name(syntax))
          .append(": ")
          .append(rule(syntax))
          .append('\n');
    }
    reference.out.append('\n');
    reference.kind("LoadTest (`lt`)", loadTest, "");
    reference.kind("LoadTestRun (`ltr`)", loadTestRun, "test");
    return reference.out.toString();
  }

  private static String name(Syntax syntax) {
    return "*" + syntax.name().toLowerCase(Locale.ROOT).replace('_', ' ') + "*";
  }

  private static String rule(Syntax syntax) {
    return syntax.description().replaceFirst("^[^:]*: ", "").replaceFirst("^point in time ", "");
  }

  private void kind(String title, ObjectNode crd, String shared) {
    JsonNode schema = crd.at("/spec/versions/0/schema/openAPIV3Schema");
    out.append("## ").append(title).append("\n\n");
    for (JsonNode rule : schema.path("x-kubernetes-validations")) {
      out.append(rule.path("message").asText()).append(".\n\n");
    }
    out.append(
        """
        ### spec

        | field | type | required or default | bounds | meaning |
        |---|---|---|---|---|
        """);
    List<String> rules = new ArrayList<>();
    fields("spec", schema.at("/properties/spec"), shared, rules);
    out.append("\nRules, checked when the object is applied:\n\n");
    rules.forEach(rule -> out.append("- ").append(rule).append('\n'));
    out.append(
        """

        ### status

        Written by the operator. What is not known is absent. Instants are UTC (RFC 3339).

        | field | type | meaning |
        |---|---|---|
        """);
    fields("status", schema.at("/properties/status"), shared, rules);
    out.append('\n');
  }

  private void fields(String path, JsonNode schema, String shared, List<String> rules) {
    for (JsonNode rule : schema.path("x-kubernetes-validations")) {
      rules.add("`" + path + "`: " + rule.path("message").asText());
    }
    List<String> required = new ArrayList<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    for (var entry : schema.path("properties").properties()) {
      String name = entry.getKey();
      JsonNode field = entry.getValue();
      boolean list = field.path("type").asText().equals("array");
      String full = path + "." + name + (list ? "[]" : "");
      row(full, field, required.contains(name));
      if (!FOREIGN.contains(name) && !(name.equals(shared) && path.equals("spec"))) {
        fields(full, list ? field.path("items") : field, shared, rules);
        if (field.path("additionalProperties").has("properties")) {
          fields(full + ".*", field.path("additionalProperties"), shared, rules);
        }
      }
    }
  }

  private void row(String path, JsonNode field, boolean required) {
    List<String> cells = new ArrayList<>(List.of("`" + path + "`", type(field)));
    if (path.startsWith("spec")) {
      String standard = field.has("default") ? "`" + field.get("default").asText() + "`" : "";
      cells.add(required ? "**required**" : standard);
      cells.add(String.join("; ", bounds(field)));
    }
    cells.add(field.path("description").asText().replace("|", "\\|"));
    out.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private static String type(JsonNode field) {
    Optional<Syntax> syntax = Syntax.of(field.path("pattern").asText());
    if (field.path("x-kubernetes-int-or-string").asBoolean()) {
      return "integer, or text: " + name(syntax.orElseThrow());
    }
    if (field.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      // Of a distribution, which may be one of its values instead; a status has no pattern.
      String value = plain(field.at("/properties/max/type").asText());
      return syntax.map(FieldReference::name).orElse(value) + ", or object";
    }
    String type = field.path("type").asText();
    if (type.equals("array")) {
      if (field.at("/items/x-kubernetes-int-or-string").asBoolean()) {
        return "list of: " + type(field.get("items"));
      }
      String of = "list of " + plain(field.at("/items/type").asText()) + "s";
      JsonNode key = field.at("/x-kubernetes-list-map-keys/0");
      return key.isMissingNode() ? of : of + ", `" + key.asText() + "` once each";
    }
    JsonNode values = field.path("additionalProperties");
    if (values.isObject()) {
      return Syntax.of(values.path("pattern").asText())
          .map(of -> "map of " + name(of))
          .orElse("map of " + plain(values.path("type").asText()));
    }
    return syntax.map(FieldReference::name).orElse(plain(type));
  }

  private static String plain(String type) {
    return type.equals("string") ? "text" : type;
  }

  private static List<String> bounds(JsonNode field) {
    List<String> bounds = new ArrayList<>();
    String pattern = field.path("pattern").asText();
    List<String> choices = Syntax.choices(pattern);
    if (!choices.isEmpty()) {
      bounds.add("`" + String.join("`, `", choices) + "`");
      return bounds;
    }
    // Bounds that nothing keeps stand for a type that the field does not have.
    boolean none =
        field.path("minimum").asDouble() > field.path("maximum").asDouble(Double.MAX_VALUE);
    if (field.has("minimum") && field.has("maximum") && !none) {
      String as = field.has("x-kubernetes-int-or-string") ? "as an integer " : "";
      bounds.add(as + field.get("minimum").asText() + " to " + field.get("maximum").asText());
    } else if (field.has("minimum") && !none) {
      bounds.add("at least " + field.get("minimum").asText());
    }
    most(field, "maxItems", "items", bounds);
    most(field, "maxProperties", "entries", bounds);
    if (!field.path("x-kubernetes-int-or-string").asBoolean()) {
      most(field, "maxLength", "characters", bounds);
    }
    return bounds;
  }

  private static void most(JsonNode field, String bound, String of, List<String> bounds) {
    boolean itself = !field.has("x-kubernetes-preserve-unknown-fields");
    boolean form =
        Syntax.of(field.path("pattern").asText()).filter(Syntax.DURATION::equals).isPresent();
    if (field.path(bound).asLong() > 0 && itself && !form) {
      bounds.add("at most " + field.get(bound).asText() + " " + of);
    }
  }
}
