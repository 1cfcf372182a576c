package dev.loadline.runner.trace;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a file from its first record to its last: told in words, then counted. */
public final class FileProblems {
  private static final int MOST_TOLD = 20;

  private final Path file;
  private final String format;
  private final List<String> told = new ArrayList<>();
  private long count;

  /**
   * Nothing so far.
   *
   * @param format what the user calls the format in which the file is read
   */
  public FileProblems(Path file, String format) {
    this.file = file;
    this.format = format;
  }

  /** One more, {@code file:line: what, what to do}. */
  public void add(String problem) {
    count++;
    if (told.size() < MOST_TOLD) {
      told.add(problem);
    }
  }

  /** Whether nothing is wrong. */
  public boolean isEmpty() {
    return count == 0;
  }

  /**
   * Sentences for the user: the first 20, then how many more there are; before them the question
   * whether the format is right, where several records are wrong and none is not.
   *
   * @param records how many records could be read
   */
  public List<String> sentences(long records) {
    List<String> sentences = new ArrayList<>();
    if (records == 0 && count > 1) {
      sentences.add(
          "%s: no record can be read, is the format %s right?"
              .formatted(file.getFileName(), format));
    }
    sentences.addAll(told);
    if (count > told.size()) {
      sentences.add("%s: … and %d more".formatted(file.getFileName(), count - told.size()));
    }
    return sentences;
  }
}
