package dev.loadline.operator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Kinds of numbers above 0 that are written as numbers or as text, with their bounds. */
enum Positive {
  /** Requests per second. */
  RATE("rate", 1_000_000),
  /** Shape of the Gamma law. */
  BURSTINESS("burstiness", 1000),
  /** Speed of a replay. */
  SPEED("speed", 1000);

  private static final BigDecimal LEAST = new BigDecimal("0.001");

  private final String noun;
  private final BigDecimal most;

  Positive(String noun, long most) {
    this.noun = noun;
    this.most = BigDecimal.valueOf(most);
  }

  /** The number; 1 if it is absent, or a stand-in after a problem. */
  BigDecimal read(@Nullable JsonNode node, String field, Problems problems) {
    if (node == null || node.isNull()) {
      return BigDecimal.ONE;
    }
    // A fraction that is no string reads 9.0E-4 as text.
    boolean fraction = node.isFloatingPointNumber() && Double.isFinite(node.asDouble());
    String text =
        fraction ? node.decimalValue().stripTrailingZeros().toPlainString() : node.asText();
    Optional<BigDecimal> number = problems.decimal(text, field);
    if (number.isPresent()
        && (number.get().compareTo(LEAST) < 0 || number.get().compareTo(most) > 0)) {
      problems.add(
          field, Problems.quoted(text) + " is not a " + noun + ": from " + LEAST + " to " + most);
    }
    return number.orElse(BigDecimal.ONE);
  }
}
