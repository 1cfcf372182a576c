package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What an object goes through before it is stored: pruning, defaults, schema, rules. */
public final class Admission {
  private static final String METADATA = "metadata";
  private static final String NAME = "metadata.name";

  /** What a server puts behind {@code generateName}. */
  private static final String SUFFIX = "x".repeat(5);

  private Admission() {}

  /**
   * Everything that is wrong with an object that is to be created: unknown fields, names, schema,
   * rules.
   *
   * @param object as the user wrote it; comes back pruned and with defaults
   */
  public static List<FieldProblem> problems(ResourceType type, ObjectNode object) {
    List<FieldProblem> problems = new ArrayList<>();
    for (SchemaFill.Unknown unknown : SchemaFill.prune(object, type.shape())) {
      problems.add(
          new FieldProblem(unknown.field(), "FieldValueForbidden", "unknown field", "")
              .inWords(PlainWords.unknown(unknown)));
    }
    if (object.get(METADATA) instanceof ObjectNode metadata) {
      String base = metadata.path("generateName").asText("");
      if (!metadata.hasNonNull("name") && !base.isEmpty()) {
        metadata.put("name", base + SUFFIX);
      }
      problems.addAll(namespace(metadata.path("namespace").asText("")));
    }
    List<FieldProblem> checked = filledAndChecked(type, object, Optional.empty());
    boolean unreadable =
        checked.stream().anyMatch(one -> one.isUnreadable() && NAME.startsWith(one.field()));
    problems.addAll(unreadable ? List.of() : name(object));
    problems.addAll(checked);
    return withRules(type, object, Optional.empty(), problems);
  }

  /**
   * Prunes, fills and checks in place; what was wrong with the stored object before may stay so.
   */
  static void admit(
      ResourceType type, ObjectNode next, Optional<ObjectNode> old, WriteOptions options) {
    List<SchemaFill.Unknown> unknown = SchemaFill.prune(next, type.shape());
    if (options.strict() && !unknown.isEmpty()) {
      List<String> errors =
          unknown.stream().map(field -> "unknown field \"" + field.field() + "\"").toList();
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
    if (old.isEmpty()) {
      problems.addAll(name(next));
    }
    problems.addAll(filledAndChecked(type, next, old));
    List<FieldProblem> all = withRules(type, next, old, problems);
    old.ifPresent(stored -> all.removeAll(SchemaCheck.check(stored, type.shape())));
    if (!all.isEmpty()) {
      throw Refusal.invalid(type, next.path(METADATA).path("name").asText(""), all);
    }
  }

  private static List<FieldProblem> filledAndChecked(
      ResourceType type, ObjectNode object, Optional<ObjectNode> old) {
    SchemaFill.defaults(object, type.shape());
    List<FieldProblem> problems = new ArrayList<>(SchemaCheck.check(object, type.shape()));
    if (type.is("", "Secret") || type.is("", "ConfigMap")) {
      problems.addAll(DataCheck.problems(type, object));
    }
    problems.addAll(PodCheck.metadata(METADATA, object.path(METADATA)));
    if (type.is("batch", "Job") && old.isEmpty()) {
      problems.addAll(JobCheck.problems(type, object));
    }
    return problems;
  }

  private static List<FieldProblem> withRules(
      ResourceType type, ObjectNode object, Optional<ObjectNode> old, List<FieldProblem> problems) {
    List<String> troubled = problems.stream().map(FieldProblem::field).toList();
    List<FieldProblem> all = new ArrayList<>(problems);
    all.addAll(CelRules.check(object, old, type.shape(), troubled));
    return all;
  }

  private static List<FieldProblem> namespace(String name) {
    return name.isEmpty()
        ? List.of()
        : NameSyntax.dnsLabel(name).stream()
            .map(detail -> FieldProblem.badText("metadata.namespace", name, detail))
            .toList();
  }

  private static List<FieldProblem> name(ObjectNode object) {
    String name = object.path(METADATA).path("name").asText("");
    if (name.isEmpty()) {
      String detail = "name or generateName is required";
      return List.of(
          new FieldProblem(NAME, "FieldValueRequired", "Required value", detail)
              .inWords("is missing"));
    }
    return NameSyntax.subdomain(name).stream()
        .map(detail -> FieldProblem.badText(NAME, name, detail))
        .toList();
  }
}
