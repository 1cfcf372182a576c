package dev.loadline.operator.schedule;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them, {@code 1h30m} or {@code 1.5h}; needed for {@code @every} only. */
final class GoDuration {
  private static final Pattern PART =
      Pattern.compile("(\\d{1,18}\\.?\\d{0,18}|\\.\\d{1,18})(ns|us|µs|μs|ms|s|m|h)");

  private static final Map<String, Long> UNIT_NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "μs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  private GoDuration() {}

  /** Empty if the text is no duration or does not fit 64 bits of nanoseconds. */
  static Optional<Duration> parse(String text) {
    boolean negative = text.startsWith("-");
    String rest = negative || text.startsWith("+") ? text.substring(1) : text;
    if (rest.equals("0")) {
      return Optional.of(Duration.ZERO);
    }
    BigDecimal nanos = BigDecimal.ZERO;
    Matcher part = PART.matcher(rest);
    int end = 0;
    while (end < rest.length()) {
      if (!part.find(end) || part.start() != end) {
        return Optional.empty();
      }
      String number = part.group(1);
      BigDecimal value =
          new BigDecimal(number.endsWith(".") ? number.substring(0, number.length() - 1) : number);
      nanos =
          nanos.add(
              value.multiply(BigDecimal.valueOf(requireNonNull(UNIT_NANOS.get(part.group(2))))));
      end = part.end();
    }
    if (rest.isEmpty() || nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      return Optional.empty();
    }
    Duration duration = Duration.ofNanos(nanos.longValue());
    return Optional.of(negative ? duration.negated() : duration);
  }
}
