package dev.loadline.operator.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

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
        Group `loadline.dev`, version `v1alpha1`; both kinds live in a namespace. A field in **bold** is required.
        Durations are numbers with units (`90s`, `1h30m`).

        """);
    reference.kind("LoadTest (`lt`)", loadTest, "");
    reference.kind("LoadTestRun (`ltr`)", loadTestRun, "test");
    return reference.out.toString();
  }

  private void kind(String title, ObjectNode crd, String shared) {
    JsonNode schema = crd.at("/spec/versions/0/schema/openAPIV3Schema");
    out.append("## ").append(title).append("\n\n");
    rules(schema);
    for (String part : new String[] {"spec", "status"}) {
      out.append("### ")
          .append(part)
          .append("\n\n| field | type | default | bounds | meaning |\n|---|---|---|---|---|\n");
      List<String> rules = new ArrayList<>();
      fields(part, schema.path("properties").path(part), shared, rules);
      out.append('\n');
      if (!rules.isEmpty()) {
        out.append("Rules, checked when the object is applied:\n\n");
        rules.forEach(rule -> out.append("- ").append(rule).append('\n'));
        out.append('\n');
      }
    }
  }

  private void rules(JsonNode schema) {
    for (JsonNode rule : schema.path("x-kubernetes-validations")) {
      out.append(rule.path("message").asText()).append(".\n\n");
    }
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
    String name = "`" + path + "`";
    out.append("| ")
        .append(required ? "**" + name + "**" : name)
        .append(" | ")
        .append(type(field))
        .append(" | ")
        .append(field.has("default") ? "`" + field.get("default").asText() + "`" : "")
        .append(" | ")
        .append(bounds(field))
        .append(" | ")
        .append(field.path("description").asText().replace("|", "\\|"))
        .append(" |\n");
  }

  private static String type(JsonNode field) {
    if (field.path("x-kubernetes-int-or-string").asBoolean()) {
      return "integer or string";
    }
    if (field.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      return "integer or object";
    }
    String type = field.path("type").asText();
    if (type.equals("array")) {
      String of = "list of " + field.at("/items/type").asText();
      JsonNode key = field.at("/x-kubernetes-list-map-keys/0");
      return key.isMissingNode() ? of : of + ", key `" + key.asText() + "`";
    }
    return field.has("additionalProperties") ? "map" : type;
  }

  private static String bounds(JsonNode field) {
    List<String> bounds = new ArrayList<>();
    String pattern = field.path("pattern").asText();
    if (pattern.startsWith("^(")
        && pattern.contains("|")
        && pattern.matches("\\^\\([\\w|-]+\\)\\$")) {
      bounds.add(pattern.substring(2, pattern.length() - 2).replace("|", ", "));
    } else {
      if (pattern.equals(Api.DURATION)) {
        bounds.add("duration");
      }
      if (field.at("/additionalProperties/pattern").asText().equals(Api.QUANTITY)) {
        bounds.add("quantities");
      }
      if (field.has("minimum") || field.has("maximum")) {
        bounds.add(field.path("minimum").asText("") + " … " + field.path("maximum").asText(""));
      }
      if (field.has("maxItems")) {
        bounds.add("≤ " + field.get("maxItems").asText() + " items");
      }
    }
    return String.join("; ", bounds);
  }
}
