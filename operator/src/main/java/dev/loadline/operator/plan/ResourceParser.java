package dev.loadline.operator.plan;

import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.RunnerSpec.ResourcesSpec;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks the resources of the container by the rules of the API server. */
final class ResourceParser {
  private static final String FIELD = "spec.runner.resources.";
  private static final Pattern QUANTITY = Pattern.compile(Api.QUANTITY);
  private static final String BINARY = "KMGTPE";
  private static final String DECIMAL = "num kMGTPE";
  private static final Set<String> SHARED = Set.of("cpu", "memory", "ephemeral-storage");

  private final Problems problems;

  ResourceParser(Problems problems) {
    this.problems = problems;
  }

  /** A quantity as it was written and as a number. */
  private record Amount(String text, BigDecimal value) {}

  void check(ResourcesSpec spec) {
    Map<String, Amount> requests = amounts(spec.requests(), "requests");
    Map<String, Amount> limits = amounts(spec.limits(), "limits");
    requests.forEach((name, request) -> {
      String field = FIELD + "requests." + name;
      if (limits.containsKey(name)) {
        compare(name, request, limits.get(name));
      } else if (!SHARED.contains(name) && spec.limits() != null) {
        problems.add(field, "needs the same limit");
      }
    });
  }

  private void compare(String name, Amount request, Amount limit) {
    int order = request.value().compareTo(limit.value());
    String field = FIELD + "requests." + name;
    if (SHARED.contains(name) && order > 0) {
      problems.add(
          field, Problems.quoted(request.text()) + " is above the limit of " + limit.text());
    } else if (!SHARED.contains(name) && order != 0) {
      problems.add(
          field,
          Problems.quoted(request.text())
              + " is not the limit of "
              + limit.text()
              + ": only cpu, memory and ephemeral-storage may differ");
    }
  }

  private Map<String, Amount> amounts(@Nullable Map<String, ?> spec, String list) {
    Map<String, Amount> amounts = new LinkedHashMap<>();
    if (spec != null) {
      spec.forEach(
          (name, quantity) -> amount(name, quantity, list).ifPresent(is -> amounts.put(name, is)));
    }
    return amounts;
  }

  private Optional<Amount> amount(String name, @Nullable Object quantity, String list) {
    if (!known(name)) {
      problems.add(
          FIELD + list,
          Problems.quoted(name)
              + " is no resource of a container: use cpu, memory, ephemeral-storage or a name with"
              + " a domain such as nvidia.com/gpu");
      return Optional.empty();
    }
    String field = FIELD + list + "." + name;
    if (quantity == null) {
      problems.add(field, "is empty");
      return Optional.empty();
    }
    String text = quantity.toString();
    Matcher parts = QUANTITY.matcher(text);
    if (!parts.matches()) {
      problems.add(
          field,
          Problems.quoted(text)
              + " is no quantity: write a number with a suffix such as m, k, M, G, Ki, Mi or Gi");
      return Optional.empty();
    }
    BigDecimal value =
        new BigDecimal(parts.group(1))
            .multiply(unit(Optional.ofNullable(parts.group(3)).orElse("")));
    if (name.contains("/") && value.stripTrailingZeros().scale() > 0) {
      problems.add(field, Problems.quoted(text) + " is no whole number");
    }
    return Optional.of(new Amount(text, value));
  }

  private static boolean known(String name) {
    return SHARED.contains(name)
        || ((name.startsWith("hugepages-") || name.contains("/")) && Syntax.LABEL_KEY.fits(name));
  }

  private static BigDecimal unit(String suffix) {
    if (suffix.isEmpty()) {
      return BigDecimal.ONE;
    }
    if (suffix.endsWith("i")) {
      return BigDecimal.valueOf(1L << (10 * (BINARY.indexOf(suffix.charAt(0)) + 1)));
    }
    return suffix.length() == 1
        ? BigDecimal.ONE.scaleByPowerOfTen(3 * (DECIMAL.indexOf(suffix) - 3))
        : BigDecimal.ONE.scaleByPowerOfTen(Integer.parseInt(suffix.substring(1)));
  }
}
