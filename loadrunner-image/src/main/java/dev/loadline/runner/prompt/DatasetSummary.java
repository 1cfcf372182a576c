package dev.loadline.runner.prompt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a dataset holds, or what is wrong with it.
 *
 * @param records how many records can be sent
 * @param passedOver how many are passed over, as {@link DatasetFormat} says
 * @param problems sentences for the user, {@code file:line: what, what to do}; at most {@value
 *     #MOST_PROBLEMS}; empty if the dataset can be sent
 */
record DatasetSummary(long records, long passedOver, List<String> problems) {
  /** After so many problems the rest of a file is not looked at. */
  static final int MOST_PROBLEMS = 20;

  DatasetSummary {
    problems = List.copyOf(problems);
  }

  /** Reads a dataset once, from its first record to its last. */
  static DatasetSummary of(Path file, DatasetRows rows) {
    List<String> problems = new ArrayList<>();
    long records = 0;
    long passedOver = 0;
    try (DatasetReader reader = DatasetReader.open(file, rows)) {
      for (boolean more = true; more && problems.size() < MOST_PROBLEMS; ) {
        try {
          more = reader.next().isPresent();
        } catch (DatasetException e) {
          problems.add(e.getMessage());
          more = !e.isLast();
        }
      }
      records = reader.records();
      passedOver = reader.passedOver();
    } catch (DatasetException e) {
      problems.add(e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (records == 0 && problems.isEmpty()) {
      problems.add(
          "%s: none of its %d records can be sent, give one with a question and an answer's length"
              .formatted(file.getFileName(), passedOver));
    }
    return new DatasetSummary(records, passedOver, problems);
  }
}
