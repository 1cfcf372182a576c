package dev.loadline.operator.schedule;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** The five fields of a cron expression: their names, bounds and the names of their values. */
enum CronField {
  MINUTE("minute", 0, 59, ""),
  HOUR("hour", 0, 23, ""),
  DAY_OF_MONTH("day of month", 1, 31, ""),
  MONTH("month", 1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"),
  DAY_OF_WEEK("day of week", 0, 6, "sun mon tue wed thu fri sat");

  /**
   * Set in a field's bits when one of its elements is {@code *}: the field does not restrict, which
   * decides how day of month and day of week combine.
   */
  static final long STAR = 1L << 63;

  private final String label;
  private final int min;
  private final int max;
  private final String names;

  CronField(String label, int min, int max, String names) {
    this.label = label;
    this.min = min;
    this.max = max;
    this.names = names;
  }

  String label() {
    return label;
  }

  int min() {
    return min;
  }

  int max() {
    return max;
  }

  /** The value that a name stands for, whatever its case. */
  OptionalInt named(String name) {
    int index = name.isEmpty() ? -1 : names().indexOf(name.toLowerCase(Locale.ROOT));
    return index < 0 ? OptionalInt.empty() : OptionalInt.of(index + min);
  }

  private List<String> names() {
    return List.of(names.split(" "));
  }

  /** A bit for each value from {@code from} to {@code to} in steps. */
  static long bits(int from, int to, int step) {
    long bits = 0;
    for (int value = from; value <= to; value += step) {
      bits |= 1L << value;
      if (value > to - step) {
        break;
      }
    }
    return bits;
  }

  /** Values as people name them, for messages. */
  String expected() {
    String range = min + " to " + max;
    return names.isEmpty()
        ? range
        : range
            + " or "
            + names().getFirst().toUpperCase(Locale.ROOT)
            + " to "
            + names().getLast().toUpperCase(Locale.ROOT);
  }
}
