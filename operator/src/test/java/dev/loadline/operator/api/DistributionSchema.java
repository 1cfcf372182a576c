package dev.loadline.operator.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** The schema of a field that holds one value or the distribution that values are drawn from. */
final class DistributionSchema {
  private static final int LONGEST_DURATION = 32;

  private DistributionSchema() {}

  /**
   * A number or an object: a structural schema has no type for that, so each type gets a bound of
   * its own, and texts and lists get bounds that nothing keeps. CEL does not see fields without a
   * type; the rest is for the operator to say.
   */
  static void whole(ObjectNode schema, int largest, String unit) {
    schema.put("minimum", 1).put("maximum", largest);
    schema.put("minLength", 1).put("maxLength", 0).put("maxItems", 0).put("maxProperties", 5);
    ObjectNode properties = distribution(schema, "Normal|Lognormal|Uniform");
    for (String bound : new String[] {"mean", "stddev"}) {
      properties.putObject(bound).put("type", "number").put("minimum", 0);
    }
    for (String bound : new String[] {"min", "max"}) {
      properties.putObject(bound).put("type", "integer").put("minimum", 1).put("maximum", largest);
    }
    describe(properties, "in " + unit, "1");
  }

  /** A duration or an object of durations, in the same way. */
  static void time(ObjectNode schema) {
    schema.put("pattern", Api.DURATION).put("maxLength", LONGEST_DURATION);
    schema.put("minimum", 1).put("maximum", 0).put("maxItems", 0).put("maxProperties", 5);
    ObjectNode properties = distribution(schema, "Normal|Lognormal|Uniform|Exponential");
    for (String bound : new String[] {"mean", "stddev", "min", "max"}) {
      properties
          .putObject(bound)
          .put("type", "string")
          .put("pattern", Api.DURATION)
          .put("maxLength", LONGEST_DURATION);
    }
    describe(properties, "a duration", "0s");
  }

  private static ObjectNode distribution(ObjectNode schema, String laws) {
    ObjectNode properties = schema.putObject("properties");
    schema.putArray("required").add("max");
    properties
        .putObject("distribution")
        .put("type", "string")
        .put("pattern", "^(" + laws + ")$")
        .put("maxLength", 16)
        .put("description", "Its law; default Normal. What is outside min to max is drawn again.");
    return properties;
  }

  private static void describe(ObjectNode properties, String unit, String least) {
    Map.of(
            "mean", "Mean, " + unit + ", between min and max; not of Uniform.",
            "stddev", "Standard deviation, " + unit + "; of Normal and Lognormal.",
            "min", "Shortest, " + unit + "; default " + least + ".",
            "max", "Longest, " + unit + ".")
        .forEach((name, text) -> ((ObjectNode) properties.get(name)).put("description", text));
  }
}
