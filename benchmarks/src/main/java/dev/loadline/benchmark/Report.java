package dev.loadline.benchmark;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** What was measured, as Markdown; told as it comes, and whole at the end. */
final class Report {
  private static final String HEADER =
      "| figure | must | aim | measured | spread | goal |\n|---|---|---|---|---|---|\n";

  private final PrintStream progress;
  private final List<Figure> figures = new ArrayList<>();
  private final List<String> tables = new ArrayList<>();

  /** A report that tells each figure at once here. */
  Report(PrintStream progress) {
    this.progress = progress;
  }

  /** What is being done. */
  void doing(String what) {
    progress.println(what + " …");
  }

  void add(Figure figure) {
    figures.add(figure);
    progress.println(figure.row());
  }

  /** A table of its own. */
  void add(String title, List<String> rows) {
    tables.add("### " + title + "\n\n" + String.join("\n", rows) + "\n");
    rows.forEach(progress::println);
  }

  /** The median of a figure that was measured before. */
  OptionalDouble median(String name) {
    return figures.stream()
        .filter(figure -> figure.name().equals(name))
        .mapToDouble(Figure::median)
        .findFirst();
  }

  /** All of it. */
  String markdown(String head) {
    StringBuilder text = new StringBuilder(head).append('\n');
    if (!figures.isEmpty()) {
      text.append(HEADER);
      figures.forEach(figure -> text.append(figure.row()).append('\n'));
    }
    tables.forEach(table -> text.append('\n').append(table));
    return text.toString();
  }
}
