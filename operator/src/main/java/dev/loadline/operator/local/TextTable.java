package dev.loadline.operator.local;

import java.util.ArrayList;
import java.util.List;

/** Rows in columns of equal width, as kubectl prints them. */
final class TextTable {
  private static final int GAP = 3;

  private final List<List<String>> rows = new ArrayList<>();

  TextTable(String... heading) {
    rows.add(List.of(heading));
  }

  TextTable(List<String> heading) {
    rows.add(List.copyOf(heading));
  }

  TextTable row(List<String> cells) {
    rows.add(List.copyOf(cells));
    return this;
  }

  List<String> lines() {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + GAP));
    }
    return line.toString().stripTrailing();
  }
}
