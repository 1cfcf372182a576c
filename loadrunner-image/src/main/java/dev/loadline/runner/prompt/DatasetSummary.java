package dev.loadline.runner.prompt;

import dev.loadline.runner.contract.Workload;
import dev.loadline.runner.trace.FileProblems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a dataset holds, or what is wrong with it.
 *
 * @param records how many records can be sent
 * @param passedOver how many are passed over, as {@link DatasetFormat} says
 * @param meanBytes how long what is said in one of them is in the mean, answers included; 0 if
 *     there is none
 * @param problems sentences for the user, as {@link FileProblems#sentences} gives them; empty if
 *     the dataset can be sent
 */
public record DatasetSummary(long records, long passedOver, long meanBytes, List<String> problems) {
  /** Copies the list. */
  public DatasetSummary {
    problems = List.copyOf(problems);
  }

  /**
   * Reads a workload's dataset once, from its first record to its last, one at a time.
   *
   * @throws UncheckedIOException if it cannot be closed
   */
  public static DatasetSummary of(Path file, Workload workload, Workload.Content.Dataset dataset) {
    return of(file, DatasetRows.of(workload, dataset));
  }

  private static DatasetSummary of(Path file, DatasetRows rows) {
    FileProblems problems = new FileProblems(file, rows.format().planName());
    long records = 0;
    long passedOver = 0;
    long bytes = 0;
    try (DatasetReader reader = DatasetReader.open(file, rows)) {
      for (boolean more = true; more; ) {
        try {
          Optional<DatasetRecord> record = reader.next();
          bytes += record.map(DatasetRecord::bytes).orElse(0L);
          more = record.isPresent();
        } catch (DatasetException e) {
          problems.add(String.valueOf(e.getMessage()));
          more = !e.isLast();
        }
      }
      records = reader.records();
      passedOver = reader.passedOver();
    } catch (DatasetException e) {
      problems.add(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (records == 0 && problems.isEmpty()) {
      problems.add(
          passedOver == 0
              ? "%s: there is no record in it".formatted(file.getFileName())
              : "%s: none of its %d records can be sent, give one with a question and an answer"
                  .formatted(file.getFileName(), passedOver));
    }
    return new DatasetSummary(
        records, passedOver, bytes / Math.max(1, records), problems.sentences(records));
  }
}
