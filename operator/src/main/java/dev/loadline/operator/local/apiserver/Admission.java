package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an object goes through before it is stored: pruning, defaults, schema, rules. */
public final class Admission {
  private Admission() {}

  /**
   * Everything that is wrong with an object that is to be created: unknown fields, schema, rules.
   *
   * @param object as the user wrote it; comes back pruned and with defaults
   */
  public static List<FieldProblem> problems(ResourceType type, ObjectNode object) {
    List<FieldProblem> problems = new ArrayList<>();
    for (String field : SchemaFill.prune(object, type.shape())) {
      problems.add(new FieldProblem(field, "FieldValueForbidden", "unknown field", ""));
    }
    problems.addAll(name(object.path("metadata").path("name").asText("")));
    problems.addAll(filledAndChecked(type, object, Optional.empty()));
    return problems;
  }

  /** Prunes, fills and checks in place. */
  static void admit(
      ResourceType type, ObjectNode next, Optional<ObjectNode> old, WriteOptions options) {
    List<String> unknown = SchemaFill.prune(next, type.shape());
    if (options.strict() && !unknown.isEmpty()) {
      List<String> errors =
          unknown.stream().map(field -> "unknown field \"" + field + "\"").toList();
      throw Refusal.badRequest(
          type.kind()
              + " in version \""
              + type.version()
              + "\" cannot be handled as a "
              + type.kind()
              + ": strict decoding error: "
              + String.join(", ", errors));
    }
    List<FieldProblem> problems = new ArrayList<>();
    String name = next.path("metadata").path("name").asText("");
    if (old.isEmpty()) {
      problems.addAll(name(name));
    }
    problems.addAll(filledAndChecked(type, next, old));
    if (!problems.isEmpty()) {
      throw Refusal.invalid(type, name, problems);
    }
  }

  private static List<FieldProblem> filledAndChecked(
      ResourceType type, ObjectNode object, Optional<ObjectNode> old) {
    SchemaFill.defaults(object, type.shape());
    if (type.is("", "Secret")) {
      encodeText(object);
    }
    List<FieldProblem> problems = new ArrayList<>(SchemaCheck.check(object, type.shape()));
    if (type.is("", "Secret")) {
      problems.addAll(notBase64(object.path("data")));
    }
    problems.addAll(PodCheck.metadata("metadata", object.path("metadata")));
    if (type.is("batch", "Job") && old.isEmpty()) {
      problems.addAll(JobCheck.problems(type, object));
    }
    List<String> troubled = problems.stream().map(FieldProblem::field).toList();
    List<FieldProblem> all = new ArrayList<>(problems);
    all.addAll(CelRules.check(object, old, type.shape(), troubled));
    return all;
  }

  /** The values themselves are secret: only their keys are named. */
  private static List<FieldProblem> notBase64(JsonNode data) {
    List<FieldProblem> problems = new ArrayList<>();
    data.properties()
        .forEach(value -> {
          try {
            Base64.getDecoder().decode(value.getValue().asText());
          } catch (IllegalArgumentException notBase64) {
            problems.add(
                new FieldProblem(
                    "data." + value.getKey(),
                    "FieldValueInvalid",
                    "Invalid value",
                    "is not base64: plain text belongs into stringData"));
          }
        });
    return problems;
  }

  private static List<FieldProblem> name(String name) {
    if (name.isEmpty()) {
      return List.of(
          new FieldProblem(
              "metadata.name",
              "FieldValueRequired",
              "Required value",
              "name or generateName is required"));
    }
    return NameSyntax.subdomain(name).stream()
        .map(detail -> FieldProblem.invalid("metadata.name", "\"" + name + "\"", detail))
        .toList();
  }

  /** {@code stringData} is only for writing. */
  private static void encodeText(ObjectNode secret) {
    JsonNode text = secret.path("stringData");
    if (text.isObject()) {
      ObjectNode data = secret.withObject("/data");
      for (Map.Entry<String, JsonNode> field : text.properties()) {
        byte[] bytes = field.getValue().asText().getBytes(StandardCharsets.UTF_8);
        data.put(field.getKey(), Base64.getEncoder().encodeToString(bytes));
      }
      secret.remove("stringData");
    }
  }
}
