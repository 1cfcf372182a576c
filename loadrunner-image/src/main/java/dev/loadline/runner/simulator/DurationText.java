package dev.loadline.runner.simulator;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 200ms}, {@code 1.5s}, {@code 1m30s}, {@code 0}. */
final class DurationText {
  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|ms|s|m|h)");
  private static final Pattern WHOLE = Pattern.compile("(?:" + PART.pattern() + ")+");

  private DurationText() {}

  /**
   * The duration that the text names.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  static Duration parse(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    if (!WHOLE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no duration; write for example 200ms, 1.5s or 2m.");
    }
    double nanos = 0;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      nanos += Double.parseDouble(part.group(1)) * nanosOf(part.group(2));
    }
    if (nanos > Duration.ofDays(365).toNanos()) {
      throw new IllegalArgumentException("\"" + text + "\" is longer than a year.");
    }
    return Duration.ofNanos(Math.round(nanos));
  }

  /** The shortest text of one unit that {@link #parse} reads back. */
  static String format(Duration duration) {
    long nanos = duration.toNanos();
    if (nanos == 0) {
      return "0";
    }
    for (String unit : new String[] {"h", "m", "s", "ms", "us"}) {
      if (nanos % nanosOf(unit) == 0) {
        return nanos / nanosOf(unit) + unit;
      }
    }
    return nanos + "ns";
  }

  private static long nanosOf(String unit) {
    return switch (unit) {
      case "ns" -> 1L;
      case "us" -> 1_000L;
      case "ms" -> 1_000_000L;
      case "s" -> 1_000_000_000L;
      case "m" -> 60_000_000_000L;
      case "h" -> 3_600_000_000_000L;
      default -> throw new IllegalArgumentException("\"" + unit + "\" is no unit of time.");
    };
  }
}
