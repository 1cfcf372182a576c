package dev.loadline.operator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loadline.runner.contract.Distribution;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads what is one value or the distribution of many: numbers of tokens or turns, pauses. */
final class DistributionParser {
  private static final List<String> WHOLE = List.of("Normal", "Lognormal", "Uniform");
  private static final List<String> TIMES =
      List.of("Normal", "Lognormal", "Uniform", "Exponential");
  private static final List<String> KEYS = List.of("distribution", "mean", "stddev", "min", "max");
  private static final String DISTRIBUTION = "distribution";
  private static final String MEAN = "mean";
  private static final String STDDEV = "stddev";

  private final Problems problems;

  DistributionParser(Problems problems) {
    this.problems = problems;
  }

  /**
   * What the values are.
   *
   * @param isTime whether they are durations, counted in milliseconds
   * @param least of a value that is the only one, and of min
   */
  private record Kind(boolean isTime, long least, long most) {
    List<String> laws() {
      return isTime ? TIMES : WHOLE;
    }

    String single() {
      return isTime ? "a duration" : "a whole number";
    }
  }

  private static final Kind TOKENS = new Kind(false, 1, 10_000_000);
  private static final Kind TURNS = new Kind(false, 1, 1000);
  private static final Kind PAUSE = new Kind(true, 0, Duration.ofDays(30).toMillis());

  /** A length in tokens, 1 to 10,000,000. */
  Distribution tokens(@Nullable JsonNode node, String field) {
    return required(node, TOKENS, field);
  }

  /** A number of turns, 1 to 1000. */
  Distribution turns(@Nullable JsonNode node, String field) {
    return required(node, TURNS, field);
  }

  /** A pause in milliseconds, at most 30 days; none if it is absent. */
  Distribution pause(@Nullable JsonNode node, String field) {
    return node == null || node.isNull() ? new Distribution.Fixed(0) : value(node, PAUSE, field);
  }

  private Distribution required(@Nullable JsonNode node, Kind kind, String field) {
    if (node == null || node.isNull()) {
      problems.add(field, "is missing: give " + kind.single() + ", or mean, stddev, min and max");
      return new Distribution.Fixed(kind.least());
    }
    return value(node, kind, field);
  }

  private Distribution value(JsonNode node, Kind kind, String field) {
    if (kind.isTime() ? node.isTextual() : node.isIntegralNumber()) {
      return new Distribution.Fixed(one(node, kind, field).orElse(kind.least()));
    }
    if (!node.isObject()) {
      problems.add(
          field, "is neither " + kind.single() + " nor {distribution, mean, stddev, min, max}");
      return new Distribution.Fixed(kind.least());
    }
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!KEYS.contains(name)) {
        problems.add(field + "." + name, "is unknown: use distribution, mean, stddev, min and max");
      }
    }
    JsonNode law = node.path(DISTRIBUTION);
    boolean named = StageParser.isThere(law);
    String name =
        problems.oneOf(named ? law.asText() : null, kind.laws(), field + "." + DISTRIBUTION);
    return named && !name.equals(law.asText())
        ? new Distribution.Fixed(kind.least())
        : drawn(name, node, kind, field);
  }

  private Distribution drawn(String law, JsonNode node, Kind kind, String field) {
    OptionalDouble mean = number(node, MEAN, kind, field, !law.equals("Uniform"));
    boolean spread = law.equals("Normal") || law.equals("Lognormal");
    OptionalDouble stddev = number(node, STDDEV, kind, field, spread);
    superfluous(node, law, field);
    OptionalLong min =
        StageParser.isThere(node.get("min"))
            ? bound(node, "min", kind, field)
            : OptionalLong.of(kind.least());
    OptionalLong max = bound(node, "max", kind, field);
    if (stddev.orElse(0) < 0) {
      problems.add(field + "." + STDDEV, "must not be negative");
    }
    long least = min.orElse(kind.least());
    long most = max.orElse(kind.most());
    if (least > most) {
      problems.add(field, "min is above max");
    } else if (mean.isPresent() && (mean.getAsDouble() < least || mean.getAsDouble() > most)) {
      problems.add(field + "." + MEAN, "must lie between min and max");
    } else if (mean.isPresent() && mean.getAsDouble() <= 0 && !law.equals("Normal")) {
      problems.add(field + "." + MEAN, "must be above 0");
    }
    double middle = mean.orElse(1);
    return switch (law) {
      case "Uniform" -> new Distribution.Uniform(least, most);
      case "Exponential" -> new Distribution.Exponential(middle, least, most);
      case "Lognormal" -> new Distribution.Lognormal(middle, stddev.orElse(0), least, most);
      default -> new Distribution.Normal(middle, stddev.orElse(0), least, most);
    };
  }

  private void superfluous(JsonNode node, String law, String field) {
    if (law.equals("Uniform") && StageParser.isThere(node.get(MEAN))) {
      problems.add(field + "." + MEAN, "does not go with Uniform: min and max say all");
    }
    if ((law.equals("Uniform") || law.equals("Exponential"))
        && StageParser.isThere(node.get(STDDEV))) {
      problems.add(field + "." + STDDEV, "does not go with " + law);
    }
  }

  private OptionalDouble number(
      JsonNode node, String name, Kind kind, String field, boolean needed) {
    JsonNode value = node.path(name);
    if (!needed) {
      return OptionalDouble.empty();
    }
    if (!StageParser.isThere(value)) {
      problems.add(field + "." + name, "is missing");
      return OptionalDouble.empty();
    }
    if (kind.isTime()) {
      OptionalLong millis = one(value, kind, field + "." + name);
      return millis.isPresent()
          ? OptionalDouble.of((double) millis.getAsLong())
          : OptionalDouble.empty();
    }
    if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
      problems.add(field + "." + name, "is not a number");
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(value.asDouble());
  }

  private OptionalLong bound(JsonNode node, String name, Kind kind, String field) {
    JsonNode value = node.path(name);
    if (!StageParser.isThere(value)) {
      problems.add(field + "." + name, "is missing");
      return OptionalLong.empty();
    }
    return one(value, kind, field + "." + name);
  }

  private OptionalLong one(JsonNode node, Kind kind, String field) {
    if (kind.isTime()) {
      return time(node, field);
    }
    if (!node.isIntegralNumber()
        || !node.canConvertToLong()
        || node.asLong() < kind.least()
        || node.asLong() > kind.most()) {
      problems.add(field, "must be a whole number from " + kind.least() + " to " + kind.most());
      return OptionalLong.empty();
    }
    return OptionalLong.of(node.asLong());
  }

  private OptionalLong time(JsonNode node, String field) {
    int before = problems.found().size();
    Duration duration =
        problems.duration(node.isTextual() ? node.asText() : node.toString(), Duration.ZERO, field);
    return before == problems.found().size()
        ? OptionalLong.of(duration.toMillis())
        : OptionalLong.empty();
  }
}
