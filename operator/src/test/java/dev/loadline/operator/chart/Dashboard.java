package dev.loadline.operator.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The chart's Grafana dashboard. */
public record Dashboard(JsonNode json) {

  /**
   * A query of a panel.
   *
   * @param panel title of the panel
   * @param expression PromQL with Grafana's variables
   * @param instant whether it is asked for one instant rather than for a time range
   */
  public record Query(String panel, String expression, boolean instant) {
    /** The expression with every variable set to what "All" means. */
    public String forAll() {
      return expression
          .replaceAll("\\$(namespace|loadtest|model|stage)\\b", ".*")
          .replace("$__rate_interval", "10s");
    }

    @Override
    public String toString() {
      return panel + ": " + expression;
    }
  }

  /** Reads it. */
  public static Dashboard read() {
    try {
      return new Dashboard(
          new ObjectMapper().readTree(Chart.FOLDER.resolve("dashboards/loadline.json").toFile()));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  Stream<JsonNode> panels() {
    return StreamSupport.stream(json.path("panels").spliterator(), false)
        .filter(panel -> !panel.path("type").asText().equals("row"));
  }

  Stream<JsonNode> variables() {
    return StreamSupport.stream(json.path("templating").path("list").spliterator(), false);
  }

  /** Every query of every panel. */
  public List<Query> queries() {
    return panels()
        .flatMap(panel ->
            StreamSupport.stream(panel.path("targets").spliterator(), false)
                .map(target ->
                    new Query(
                        panel.path("title").asText(),
                        target.path("expr").asText(),
                        target.path("instant").asBoolean())))
        .toList();
  }
}
