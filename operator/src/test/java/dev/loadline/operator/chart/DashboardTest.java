package dev.loadline.operator.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DashboardTest {
  private static final Pattern METRIC = Pattern.compile("\\bloadline_\\w+");
  private static final Set<String> CURRENT_PANELS =
      Set.of("stat", "table", "timeseries", "state-timeline");

  private final Dashboard dashboard = Dashboard.read();

  @Test
  void asksOnlyForSeriesThatTheOperatorExposes() {
    Set<String> exposed = metrics(new Exposition().text());
    Stream<String> queries = dashboard.queries().stream().map(Dashboard.Query::expression);
    Stream<String> variables =
        dashboard.variables().map(variable -> variable.path("definition").asText());

    assertThat(exposed)
        .containsAll(metrics(Stream.concat(queries, variables).collect(Collectors.joining("\n"))));
  }

  private static Set<String> metrics(String text) {
    return METRIC
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyPanelSaysWhatItShows() {
    assertThat(dashboard.panels())
        .hasSizeGreaterThan(10)
        .allSatisfy(panel -> {
          assertThat(panel.path("title").asText()).isNotEmpty();
          assertThat(panel.path("description").asText()).endsWith(".");
          assertThat(panel.path("type").asText()).isIn(CURRENT_PANELS);
          assertThat(panel.path("targets")).isNotEmpty();
        });
  }

  @Test
  void panelsHaveNumbersOfTheirOwnAndDoNotOverlap() {
    List<Integer> numbers = dashboard.panels().map(panel -> panel.path("id").asInt()).toList();
    List<Area> areas =
        dashboard.panels().map(panel -> panel.path("gridPos")).map(Area::of).toList();

    assertThat(numbers).doesNotHaveDuplicates();
    for (Area one : areas) {
      assertThat(areas.stream().filter(one::overlaps)).containsExactly(one);
    }
  }

  private record Area(int x, int y, int width, int height) {
    static Area of(com.fasterxml.jackson.databind.JsonNode position) {
      return new Area(
          position.path("x").asInt(),
          position.path("y").asInt(),
          position.path("w").asInt(),
          position.path("h").asInt());
    }

    boolean overlaps(Area other) {
      return x < other.x + other.width
          && other.x < x + width
          && y < other.y + other.height
          && other.y < y + height;
    }
  }

  @Test
  void filtersByNamespaceTestModelAndStage() {
    assertThat(dashboard.variables().map(variable -> variable.path("name").asText()))
        .containsExactly("datasource", "namespace", "loadtest", "model", "stage");
  }
}
