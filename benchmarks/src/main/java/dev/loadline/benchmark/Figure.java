package dev.loadline.benchmark;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One figure, measured once or more often.
 *
 * @param name what it is
 * @param unit its unit, empty for a ratio
 * @param samples one per run or pair of runs
 * @param goal what it should be, if anything
 */
record Figure(String name, String unit, List<Double> samples, Optional<Goal> goal) {
  /** Copies the samples. */
  Figure {
    samples = List.copyOf(samples);
  }

  /** A figure that only informs. */
  static Figure of(String name, String unit, List<Double> samples) {
    return new Figure(name, unit, samples, Optional.empty());
  }

  /** A figure with a goal. */
  static Figure of(String name, String unit, List<Double> samples, Goal goal) {
    return new Figure(name, unit, samples, Optional.of(goal));
  }

  /** The middle one, or the mean of the middle two. */
  double median() {
    double[] sorted = samples.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** A line of the table. */
  String row() {
    double median = median();
    return "| %s | %s | %s | %s | %s | %s |"
        .formatted(
            name,
            goal.map(g -> g.text(g.must())).orElse(""),
            goal.map(g -> g.text(g.aim())).orElse(""),
            (text(median) + " " + unit).strip(),
            samples.size() < 2 ? "" : spread(),
            goal.map(g -> g.verdict(median)).orElse(""));
  }

  private String spread() {
    double[] all = samples.stream().mapToDouble(Double::doubleValue).toArray();
    return text(Arrays.stream(all).min().orElseThrow())
        + " – "
        + text(Arrays.stream(all).max().orElseThrow());
  }

  /** Three digits are enough of what was measured. */
  static String text(double value) {
    if (value >= 1_000) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    String format = value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }
}
