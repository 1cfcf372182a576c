package dev.loadline.operator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loadline.operator.api.WorkloadSpec;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what is sent. */
final class WorkloadParser {
  private static final int LARGEST = 10_000_000;
  private static final List<String> KEYS = List.of("mean", "stddev", "min", "max");

  private final Problems problems;

  WorkloadParser(Problems problems) {
    this.problems = problems;
  }

  Optional<Workload> workload(@Nullable WorkloadSpec spec) {
    if (spec == null || spec.synthetic() == null) {
      problems.add("spec.workload.synthetic", "is missing");
      return Optional.empty();
    }
    String field = "spec.workload.synthetic.";
    return Optional.of(
        new Workload(
            length(spec.synthetic().inputTokens(), field + "inputTokens"),
            length(spec.synthetic().outputTokens(), field + "outputTokens"),
            spec.seed() == null ? 0 : spec.seed()));
  }

  private Workload.TokenLength length(@Nullable JsonNode node, String field) {
    Workload.TokenLength standIn = new Workload.TokenLength.Fixed(1);
    if (node == null || node.isNull() || node.isMissingNode()) {
      problems.add(field, "is missing: give a number, or mean, stddev, min and max");
      return standIn;
    }
    if (node.isIntegralNumber()) {
      return new Workload.TokenLength.Fixed(tokens(node, field));
    }
    if (!node.isObject()) {
      problems.add(field, "is neither a whole number nor {mean, stddev, min, max}");
      return standIn;
    }
    return normal(node, field);
  }

  private Workload.TokenLength normal(JsonNode node, String field) {
    int before = problems.found().size();
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!KEYS.contains(name)) {
        problems.add(field + "." + name, "is unknown: use mean, stddev, min and max");
      }
    }
    double mean = number(node, "mean", field);
    double stddev = number(node, "stddev", field);
    int min = node.has("min") ? tokens(node.get("min"), field + ".min") : 1;
    if (!node.has("max")) {
      problems.add(field + ".max", "is missing");
    }
    int max = node.has("max") ? tokens(node.get("max"), field + ".max") : LARGEST;
    if (problems.found().size() == before) {
      if (stddev < 0) {
        problems.add(field + ".stddev", "must not be negative");
      }
      if (min > max) {
        problems.add(field, "min is above max");
      } else if (mean < min || mean > max) {
        problems.add(field + ".mean", "must lie between min and max");
      }
    }
    return new Workload.TokenLength.Normal(mean, stddev, min, max);
  }

  private double number(JsonNode node, String name, String field) {
    JsonNode value = node.get(name);
    if (value == null || !value.isNumber()) {
      problems.add(field + "." + name, value == null ? "is missing" : "is not a number");
      return 0;
    }
    return value.asDouble();
  }

  private int tokens(JsonNode node, String field) {
    if (!node.isIntegralNumber()
        || !node.canConvertToInt()
        || node.asInt() < 1
        || node.asInt() > LARGEST) {
      problems.add(field, "must be a whole number from 1 to " + LARGEST);
      return 1;
    }
    return node.asInt();
  }
}
