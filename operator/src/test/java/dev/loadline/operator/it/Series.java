package dev.loadline.operator.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One line of Prometheus' text format. */
record Series(String name, Map<String, String> labels, double value) {
  private static final Pattern LINE = Pattern.compile("^(\\w+)(?:\\{(.*)})? (\\S+)$");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

  static List<Series> of(String exposition) {
    return exposition
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .map(line -> {
          Map<String, String> labels = new TreeMap<>();
          if (line.group(2) != null) {
            LABEL
                .matcher(line.group(2))
                .results()
                .forEach(label -> labels.put(label.group(1), label.group(2)));
          }
          return new Series(line.group(1), labels, Double.parseDouble(line.group(3)));
        })
        .toList();
  }

  /** The value of the only series of this name with these labels among its labels. */
  static double value(List<Series> all, String name, Map<String, String> labels) {
    List<Series> found =
        all.stream()
            .filter(series -> series.name().equals(name))
            .filter(series -> series.labels().entrySet().containsAll(labels.entrySet()))
            .toList();
    assertThat(found).as("%s%s", name, labels).hasSize(1);
    return found.getFirst().value();
  }
}
