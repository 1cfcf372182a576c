package dev.loadline.operator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loadline.operator.api.WorkloadSpec;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
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
    if (spec == null) {
      problems.add("spec.workload", "is missing: give it synthetic.inputTokens and outputTokens");
      return Optional.empty();
    }
    if (spec.synthetic() == null) {
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
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!KEYS.contains(name)) {
        problems.add(field + "." + name, "is unknown: use mean, stddev, min and max");
      }
    }
    OptionalDouble mean = number(node, "mean", field);
    OptionalDouble stddev = number(node, "stddev", field);
    OptionalInt min = node.has("min") ? bound(node, "min", field) : OptionalInt.of(1);
    OptionalInt max = bound(node, "max", field);
    if (stddev.orElse(0) < 0) {
      problems.add(field + ".stddev", "must not be negative");
    }
    if (min.orElse(1) > max.orElse(LARGEST)) {
      problems.add(field, "min is above max");
    } else if (mean.isPresent()
        && (mean.getAsDouble() < min.orElse(1) || mean.getAsDouble() > max.orElse(LARGEST))) {
      problems.add(field + ".mean", "must lie between min and max");
    }
    return new Workload.TokenLength.Normal(
        mean.orElse(1), stddev.orElse(0), min.orElse(1), max.orElse(LARGEST));
  }

  private OptionalDouble number(JsonNode node, String name, String field) {
    JsonNode value = node.get(name);
    if (value == null || !value.isNumber() || !Double.isFinite(value.asDouble())) {
      problems.add(field + "." + name, value == null ? "is missing" : "is not a number");
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(value.asDouble());
  }

  private OptionalInt bound(JsonNode node, String name, String field) {
    if (!node.has(name)) {
      problems.add(field + "." + name, "is missing");
      return OptionalInt.empty();
    }
    int before = problems.found().size();
    int tokens = tokens(node.get(name), field + "." + name);
    return problems.found().size() == before ? OptionalInt.of(tokens) : OptionalInt.empty();
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
