package dev.loadline.operator.plan;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Collects what is wrong while a spec is read. A reader that finds a problem notes it and returns a
 * stand-in, so that reading goes on and every problem is found; the stand-ins never leave the
 * parser, because a part with problems is not handed out.
 */
final class Problems {
  private static final Pattern DURATION = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ms|s|m|h)");
  private static final Pattern WHOLE = Pattern.compile("(?:[0-9]+(?:\\.[0-9]+)?(?:ms|s|m|h)){1,4}");
  private static final Pattern DECIMAL = Pattern.compile("[+-]?[0-9]{1,9}(?:\\.[0-9]{1,9})?");
  private static final int LONGEST_TEXT = 64;

  /** No duration is longer. */
  static final Duration LONGEST = Duration.ofDays(30);

  private final List<Problem> found = new ArrayList<>();

  void add(String field, String message) {
    found.add(new Problem(field, message));
  }

  List<Problem> found() {
    return found;
  }

  /** Whether nothing is wrong with this part of the spec. */
  boolean noneIn(String part) {
    return found.stream().noneMatch(problem -> problem.field().startsWith(part));
  }

  /** The value, or a problem and the stand-in. */
  <T> T required(@Nullable T value, String field, T standIn) {
    if (value == null) {
      add(field, "is missing");
      return standIn;
    }
    return value;
  }

  /** A duration such as {@code 90s} or {@code 1h30m}, whole milliseconds, at most 30 days. */
  Duration duration(@Nullable String text, Duration absent, String field) {
    if (text == null) {
      return absent;
    }
    Optional<Duration> duration = durationOf(text);
    if (duration.isEmpty()) {
      add(
          field,
          quoted(text)
              + " is not a duration: write numbers with units ms, s, m or h, such as 90s or 1h30m");
      return absent;
    }
    if (duration.get().compareTo(LONGEST) > 0) {
      add(field, quoted(text) + " is longer than 30 days (720h)");
      return absent;
    }
    if (duration.get().toNanos() % 1_000_000 != 0) {
      add(field, quoted(text) + " is finer than a millisecond");
      return absent;
    }
    return duration.get();
  }

  /** A duration that is longer than nothing. */
  Duration positive(@Nullable String text, Duration absent, String field) {
    Duration duration = duration(text, absent, field);
    if (text != null && duration.isZero()) {
      add(field, "must be longer than 0");
    }
    return duration;
  }

  /** Empty if the text is no duration; what is longer than 292 years is that long. */
  static Optional<Duration> durationOf(String text) {
    if (text.length() > LONGEST_TEXT || !WHOLE.matcher(text).matches()) {
      return Optional.empty();
    }
    BigDecimal millis = BigDecimal.ZERO;
    Matcher part = DURATION.matcher(text);
    while (part.find()) {
      long unit =
          switch (part.group(2)) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            default -> 3_600_000;
          };
      millis = millis.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit)));
    }
    BigDecimal nanos = millis.movePointRight(6).min(BigDecimal.valueOf(Long.MAX_VALUE));
    return Optional.of(Duration.ofNanos(nanos.longValue()));
  }

  /** One of an enum's names. */
  <E extends Enum<E>> E oneOf(@Nullable String text, E absent, String field) {
    if (text == null) {
      return absent;
    }
    for (E constant : absent.getDeclaringClass().getEnumConstants()) {
      if (constant.name().equals(text)) {
        return constant;
      }
    }
    add(
        field,
        quoted(text)
            + " is unknown: use one of "
            + Arrays.toString(absent.getDeclaringClass().getEnumConstants()));
    return absent;
  }

  /** One of a set of words. */
  String oneOf(@Nullable String text, List<String> words, String field) {
    if (text == null) {
      return words.getFirst();
    }
    if (!words.contains(text)) {
      add(field, quoted(text) + " is unknown: use one of " + words);
      return words.getFirst();
    }
    return text;
  }

  /** A whole number within bounds. */
  long within(@Nullable Number value, long absent, long[] bounds, String field) {
    if (value == null) {
      return absent;
    }
    if (value.longValue() < bounds[0] || value.longValue() > bounds[1]) {
      add(field, value + " is outside " + bounds[0] + " to " + bounds[1]);
      return absent;
    }
    return value.longValue();
  }

  /** A decimal number without exponent; empty and a problem if the text is none. */
  Optional<BigDecimal> decimal(String text, String field) {
    if (DECIMAL.matcher(text).matches()) {
      return Optional.of(new BigDecimal(text));
    }
    add(
        field,
        quoted(text) + " is not a number with at most nine digits before and after the point");
    return Optional.empty();
  }

  /** Hands each item and its path on; an item that is null is a problem. */
  <T> void each(@Nullable List<T> list, String field, BiConsumer<T, String> reader) {
    for (int i = 0; list != null && i < list.size(); i++) {
      String path = field + "[" + i + "]";
      if (list.get(i) == null) {
        add(path, "is empty");
      } else {
        reader.accept(list.get(i), path);
      }
    }
  }

  /** A duration as it is written in a spec, such as {@code 1h30m}. */
  static String text(Duration duration) {
    String parts =
        part(duration.toHours(), "h")
            + part(duration.toMinutesPart(), "m")
            + part(duration.toSecondsPart(), "s")
            + part(duration.toMillisPart(), "ms");
    return parts.isEmpty() ? "0s" : parts;
  }

  private static String part(long number, String unit) {
    return number == 0 ? "" : number + unit;
  }

  /** The text as it was, cut where it is too long for a message. */
  static String quoted(String text) {
    return "'"
        + (text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + "…" : text)
        + "'";
  }
}
