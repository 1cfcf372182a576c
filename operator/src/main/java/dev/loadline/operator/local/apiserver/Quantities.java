package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts of resources as Kubernetes writes them: {@code 500m}, {@code 1Gi}, {@code 1e3}. */
final class Quantities {
  private static final Pattern FORM =
      Pattern.compile("([+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+))([eEinumkKMGTP]*[-+]?[0-9]*)");
  private static final Pattern EXPONENT = Pattern.compile("[eE]([-+]?[0-9]{1,3})");
  private static final List<String> BINARY = List.of("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei");
  private static final List<String> DECIMAL =
      List.of("n", "u", "m", "", "k", "M", "G", "T", "P", "E");

  private Quantities() {}

  /** The amount; a {@link Refusal} if it is none, as a real server cannot read the object then. */
  static BigDecimal read(JsonNode quantity, ResourceType type) {
    Matcher form = FORM.matcher(quantity.asText().strip());
    if (!form.matches()) {
      throw unreadable(
          type,
          "quantities must match the regular expression"
              + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
    }
    BigDecimal number = new BigDecimal(form.group(1));
    String suffix = form.group(2);
    Matcher exponent = EXPONENT.matcher(suffix);
    if (exponent.matches()) {
      return number.scaleByPowerOfTen(Integer.parseInt(exponent.group(1)));
    }
    if (BINARY.contains(suffix)) {
      return number.multiply(BigDecimal.valueOf(1024).pow(BINARY.indexOf(suffix)));
    }
    if (DECIMAL.contains(suffix)) {
      return number.scaleByPowerOfTen(3 * (DECIMAL.indexOf(suffix) - DECIMAL.indexOf("")));
    }
    throw unreadable(type, "unable to parse quantity's suffix");
  }

  private static Refusal unreadable(ResourceType type, String why) {
    String kind = type.kind();
    return Refusal.badRequest(
        kind
            + " in version \""
            + type.version()
            + "\" cannot be handled as a "
            + kind
            + ": "
            + why);
  }
}
