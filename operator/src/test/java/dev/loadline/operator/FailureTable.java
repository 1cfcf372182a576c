package dev.loadline.operator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What the failure table's tests have seen, as a Markdown table on standard output and in {@code
 * target/failure-table.md}. Tests of several classes add to it; a line seen anew replaces the old.
 */
public final class FailureTable {
  private static final Path FILE = Path.of("target/failure-table.md");
  private static final String HEAD =
      "| failure | how it was caused | what the status said | seconds until it said so | what was"
          + " left behind |\n|---|---|---|---|---|\n";

  private FailureTable() {}

  /**
   * A line.
   *
   * @param failure what went wrong
   * @param cause what the test did
   * @param said condition, reason, message, verdict, verbatim
   * @param seconds until it said so
   * @param left what was left behind
   */
  public record Line(String failure, String cause, String said, String seconds, String left) {
    @Override
    public String toString() {
      return "| "
          + String.join(" | ", cell(failure), cell(cause), cell(said), cell(seconds), cell(left))
          + " |";
    }

    private static String cell(String text) {
      return text.replace("|", "\\|").replaceAll("\\R", " ");
    }
  }

  /** Adds lines. */
  public static synchronized void add(List<Line> lines) {
    try {
      TreeMap<String, String> all = new TreeMap<>();
      List<String> before = Files.exists(FILE) ? Files.readAllLines(FILE) : List.of();
      before.stream()
          .skip(2)
          .filter(line -> !line.isBlank())
          .forEach(line -> all.put(failure(line), line));
      lines.forEach(line -> all.put(failure(line.toString()), line.toString()));
      Files.createDirectories(FILE.getParent());
      Files.writeString(FILE, HEAD + String.join("\n", new ArrayList<>(all.values())) + "\n");
      lines.forEach(System.out::println);
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }

  private static String failure(String line) {
    return line.split(" \\| ", 2)[0];
  }
}
