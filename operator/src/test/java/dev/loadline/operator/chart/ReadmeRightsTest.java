package dev.loadline.operator.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The README's table of rights is the chart's. */
class ReadmeRightsTest {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z./0-9]+)` \\| ([a-z ]+) \\| [^|]+ \\|$");
  private static final Map<String, Object> SEVERAL = Map.of("replicas", 2);

  @Test
  void tellsEveryRightThatTheChartGrants() throws IOException {
    String readme = Files.readString(Path.of("../README.md"));
    String section = readme.substring(readme.indexOf("### Rights"), readme.indexOf("## Without"));
    Set<String> told = new TreeSet<>();
    Matcher rows = ROW.matcher(section);
    while (rows.find()) {
      for (String verb : rows.group(2).split(" ", -1)) {
        told.add(rows.group(1) + " " + verb);
      }
    }
    Set<String> granted = new TreeSet<>();
    GrantedRights.of(SEVERAL).forEach(right -> granted.add(right.shown() + " " + right.verb()));

    assertThat(told).isEqualTo(granted);
  }

  @Test
  void areTheSameWhereverTheOperatorLooks() {
    assertThat(GrantedRights.of(Map.of("watch.mode", "Release", "replicas", 2)))
        .isEqualTo(GrantedRights.of(SEVERAL));
    assertThat(
            GrantedRights.of(
                Map.of("watch.mode", "Namespaces", "watch.namespaces[0]", "perf", "replicas", 2)))
        .isEqualTo(GrantedRights.of(SEVERAL));
  }
}
