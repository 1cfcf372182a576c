package dev.loadline.operator.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The lines that {@code kubectl get -w} prints of the server's tables. */
final class TableWatch {
  private static final int NARROWEST = 7;
  private static final int GAP = 3;

  private final Map<String, String> shown = new HashMap<>();
  private boolean headed;

  /** What is new since the last look: the heading at first, then each row that has changed. */
  List<String> look(JsonNode table) {
    List<String> lines = new ArrayList<>();
    List<String> names = new ArrayList<>();
    table
        .path("columnDefinitions")
        .forEach(column -> names.add(column.path("name").asText().toUpperCase(Locale.ROOT)));
    for (JsonNode row : table.path("rows")) {
      List<String> cells = new ArrayList<>();
      row.path("cells").forEach(cell -> cells.add(cell.isNull() ? "" : cell.asText()));
      JsonNode metadata = row.path("object").path("metadata");
      String version = metadata.path("resourceVersion").asText();
      String uid = metadata.path("uid").asText();
      if (!headed) {
        headed = true;
        lines.add(line(names, names, cells));
      }
      if (!version.equals(shown.put(uid, version))) {
        lines.add(line(cells, names, cells));
      }
    }
    return lines;
  }

  private static String line(List<String> texts, List<String> names, List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < texts.size(); i++) {
      int width = Math.max(NARROWEST, Math.max(names.get(i).length(), cells.get(i).length()));
      line.append(texts.get(i))
          .append(" ".repeat(Math.max(1, width - texts.get(i).length() + GAP)));
    }
    return line.toString().stripTrailing();
  }
}
