package dev.loadline.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** What version 0.0.4 of Prometheus' text format demands. */
public final class TextFormat {
  private static final String TYPE = "# TYPE ";

  private TextFormat() {}

  /** Every family is there once, with its type, and all its series stand below it. */
  public static void assertGrouped(String text) {
    List<String> families = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (line.startsWith(TYPE)) {
        families.add(line.substring(TYPE.length()).replaceFirst(" .*", ""));
      } else if (!line.startsWith("#")) {
        assertThat(families).as(line).isNotEmpty();
        assertThat(line).startsWith(families.getLast());
      }
    }
    assertThat(families).isNotEmpty().doesNotHaveDuplicates();
  }
}
