package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.loadline.operator.local.apiserver.Schema.Rule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the CEL rules of a schema, those on transitions ({@code oldSelf}) too. All of them,
 * where an API server stops at the schema's problems: people want to know everything at once. A
 * rule that cannot be evaluated, for what is in its object already has a problem, is left out.
 */
final class CelRules {
  private static final Map<String, CelRuntime.Program> PROGRAMS = new ConcurrentHashMap<>();

  /** A field in an expression; a name before a bracket is a function. */
  private static final Pattern MENTIONED = Pattern.compile("\\bself((?:\\.\\w+\\b(?!\\())+)");

  private final Collection<String> troubled;
  private final List<FieldProblem> problems = new ArrayList<>();

  private CelRules(Collection<String> troubled) {
    this.troubled = troubled;
  }

  /** CEL's environment takes a moment to make: only when the first rule is evaluated. */
  private static final class Environment {
    static final Cel CEL =
        CelFactory.plannerCelBuilder()
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addCompilerLibraries(CelExtensions.strings())
            .addRuntimeLibraries(CelExtensions.strings())
            .addVar("self", SimpleType.DYN)
            .addVar("oldSelf", SimpleType.DYN)
            .build();
  }

  /**
   * All rules that do not hold.
   *
   * @param troubled paths of fields that have problems already
   */
  static List<FieldProblem> check(
      ObjectNode object, Optional<ObjectNode> old, Schema schema, Collection<String> troubled) {
    CelRules rules = new CelRules(troubled);
    rules.walk("", object, old.orElse(null), schema);
    return rules.problems;
  }

  private void walk(String path, JsonNode value, @Nullable JsonNode old, Schema schema) {
    for (Rule rule : schema.rules()) {
      boolean transition = rule.expression().contains("oldSelf");
      if (!(transition && old == null)) {
        evaluate(path, rule, value, old);
      }
    }
    if (value instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        Optional<Schema> child = schema.child(field.getKey());
        if (child.isPresent()) {
          JsonNode before = old == null ? null : old.get(field.getKey());
          walk(Paths.field(path, field.getKey()), field.getValue(), before, child.get());
        }
      }
    } else if (value instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        walk(Paths.item(path, i), array.get(i), before(array.get(i), old, schema), schema.items());
      }
    }
  }

  /** Items of a list map are the same if their keys are; other items have no past. */
  private static @Nullable JsonNode before(JsonNode item, @Nullable JsonNode old, Schema list) {
    if (old == null || !list.listMap()) {
      return null;
    }
    for (JsonNode candidate : old) {
      if (list.keyOf(candidate).equals(list.keyOf(item))) {
        return candidate;
      }
    }
    return null;
  }

  private boolean trouble(String path) {
    return troubled.stream()
        .anyMatch(field ->
            path.isEmpty()
                || field.equals(path)
                || field.startsWith(path + ".")
                || field.startsWith(path + "["));
  }

  private void evaluate(String path, Rule rule, JsonNode value, @Nullable JsonNode old) {
    Map<String, Object> variables = new HashMap<>();
    variables.put("self", plain(value));
    if (old != null) {
      variables.put("oldSelf", plain(old));
    }
    try {
      if (!Boolean.TRUE.equals(program(rule.expression()).eval(variables))) {
        problems.add(broken(path, value, rule, rule.message()));
      }
    } catch (CelEvaluationException failed) {
      if (!trouble(path)) {
        problems.add(broken(path, value, rule, rule.message() + " (it cannot be evaluated)"));
      }
    }
  }

  private static FieldProblem broken(String path, JsonNode value, Rule rule, String message) {
    String kind = value.isObject() ? "\"object\"" : value.isArray() ? "\"array\"" : "\"value\"";
    List<String> about = new ArrayList<>();
    if (!path.isEmpty()) {
      about.add(path);
    }
    MENTIONED
        .matcher(rule.expression())
        .results()
        .map(found -> Paths.field(path, found.group(1).substring(1)))
        .forEach(about::add);
    return FieldProblem.invalid(path.isEmpty() ? "<root>" : path, kind, message).about(about);
  }

  private static CelRuntime.Program program(String expression) {
    return PROGRAMS.computeIfAbsent(expression, CelRules::compiled);
  }

  private static CelRuntime.Program compiled(String expression) {
    try {
      return Environment.CEL.createProgram(Environment.CEL.compile(expression).getAst());
    } catch (CelValidationException | CelEvaluationException broken) {
      throw new IllegalStateException("a CRD has a rule that is not CEL: " + expression, broken);
    }
  }

  private static Object plain(JsonNode value) {
    return switch (value) {
      case ObjectNode object -> {
        Map<String, Object> map = new HashMap<>();
        object.properties().forEach(field -> map.put(field.getKey(), plain(field.getValue())));
        yield map;
      }
      case ArrayNode array -> {
        List<Object> list = new ArrayList<>();
        array.forEach(item -> list.add(plain(item)));
        yield list;
      }
      default -> scalar(value);
    };
  }

  private static Object scalar(JsonNode value) {
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    if (value.isIntegralNumber()) {
      return value.longValue();
    }
    return value.isNumber() ? value.doubleValue() : value.asText();
  }
}
