package dev.loadline.operator.local;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.api.LoadTestSpec;
import dev.loadline.operator.local.apiserver.FieldProblem;
import dev.loadline.operator.plan.Problem;
import dev.loadline.operator.plan.TestPlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Puts together what schema and rules say of a test and what its parser says of its meaning: each
 * fault once, in the words of the parser where it knows of it. What has a type that nobody can read
 * is replaced by a stand-in, so that the rest is read all the same.
 */
final class MeaningCheck {
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
  private static final int MOST_STAND_INS = 1000;

  /** Without these, nobody knows which stages there are and which of them are open. */
  private static final Pattern STAGES =
      Pattern.compile(
          "[.]load([.]stages(\\[\\d+]([.](name|requestsPerSecond))?)?"
              + "|[.]sweep([.](users|requestsPerSecond)(\\[\\d+])?)?|[.]replay)?");

  private static final Pattern OF_STAGES =
      Pattern.compile(
          "[.]objectives\\[\\d+][.](stage|metric)|[.]lifecycle[.]activeDeadline"
              + "|[.]load[.]connectionReuse|[.]workload[.]turns");

  private final String path;
  private final List<FieldProblem> found;
  private final Set<String> unread = new LinkedHashSet<>();

  private MeaningCheck(String path, List<FieldProblem> found) {
    this.path = path;
    this.found = found;
  }

  /**
   * All problems as sentences.
   *
   * @param manifest pruned and with defaults; values that cannot be read are replaced in it
   * @param found what schema and rules say
   */
  static List<String> sentences(Manifest manifest, List<FieldProblem> found) {
    MeaningCheck check = new MeaningCheck(manifest.testPath(), found);
    return check.together(check.meaning(manifest.testSpec(), manifest.namespace()));
  }

  private List<Problem> meaning(JsonNode spec, String namespace) {
    found.stream()
        .filter(FieldProblem::isUnreadable)
        .map(FieldProblem::field)
        .filter(field -> field.startsWith(path + "."))
        .forEach(field -> replace(spec, field));
    Optional<LoadTestSpec> read = read(spec);
    if (read.isEmpty()) {
      return List.of();
    }
    return switch (TestPlan.parse(read.get(), namespace)) {
      case TestPlan.Parsed.Valid ignored -> List.of();
      case TestPlan.Parsed.Refused refused ->
          refused.problems().stream()
              .map(problem ->
                  new Problem(path + problem.field().substring("spec".length()), problem.message()))
              .filter(problem -> !follows(problem.field()))
              .toList();
    };
  }

  private Optional<LoadTestSpec> read(JsonNode spec) {
    if (!(spec instanceof ObjectNode)) {
      return Optional.empty();
    }
    for (int i = 0; i < MOST_STAND_INS; i++) {
      try {
        return Optional.of(JSON.convertValue(spec, LoadTestSpec.class));
      } catch (IllegalArgumentException wrongType) {
        if (!(wrongType.getCause() instanceof JsonMappingException where)
            || where.getPath().isEmpty()) {
          return Optional.empty();
        }
        StringBuilder field = new StringBuilder(path);
        for (JsonMappingException.Reference step : where.getPath()) {
          field.append(
              step.getFieldName() == null
                  ? "[" + step.getIndex() + "]"
                  : "." + step.getFieldName());
        }
        replace(spec, field.toString());
      }
    }
    return Optional.empty();
  }

  /** By a number first, which most fields can be, then by nothing. */
  private void replace(JsonNode spec, String field) {
    JsonNode standIn = unread.add(field) ? IntNode.valueOf(1) : NullNode.getInstance();
    JsonNode parent = spec;
    String[] steps = field.substring(path.length() + 1).split("[.\\[]", -1);
    for (int i = 0; i < steps.length - 1; i++) {
      parent = child(parent, steps[i]);
    }
    String last = steps[steps.length - 1];
    switch (parent) {
      case ObjectNode object when object.has(last) -> object.set(last, standIn);
      case ArrayNode array when last.endsWith("]") -> array.set(index(last), standIn);
      default -> {
        // A key with a dot: labels are read whatever they are.
      }
    }
  }

  private static JsonNode child(JsonNode parent, String step) {
    return step.endsWith("]") ? parent.path(index(step)) : parent.path(step);
  }

  private static int index(String step) {
    return Integer.parseInt(step.substring(0, step.length() - 1));
  }

  /** True for what the parser says only because of a stand-in. */
  private boolean follows(String field) {
    boolean stagesUnknown =
        unread.stream().anyMatch(one -> STAGES.matcher(one.substring(path.length())).matches());
    return (stagesUnknown && OF_STAGES.matcher(field.substring(path.length())).matches())
        || unread.stream().anyMatch(one -> within(one, field) || within(field, one));
  }

  private static boolean within(String field, String container) {
    return field.equals(container)
        || field.startsWith(container + ".")
        || field.startsWith(container + "[");
  }

  /** A rule about several fields is said by the parser of one of them, or of the items of one. */
  private List<String> together(List<Problem> meaning) {
    Set<Problem> explained = new HashSet<>();
    Set<FieldProblem> restated = new HashSet<>();
    for (Problem problem : meaning) {
      for (FieldProblem one : found) {
        if (one.about().equals(List.of(problem.field()))) {
          restated.add(one);
          explained.add(problem);
        }
      }
    }
    for (Problem problem : meaning) {
      for (FieldProblem one : found) {
        if (!explained.contains(problem)
            && one.about().stream()
                .anyMatch(field ->
                    problem.field().equals(field) || problem.field().startsWith(field + "["))) {
          restated.add(one);
        }
      }
    }
    Set<String> sentences = new LinkedHashSet<>();
    for (FieldProblem one : found) {
      if (!restated.contains(one)) {
        sentences.add(one.sentence());
      }
    }
    meaning.forEach(problem -> sentences.add(problem.toString()));
    return new ArrayList<>(sentences);
  }
}
