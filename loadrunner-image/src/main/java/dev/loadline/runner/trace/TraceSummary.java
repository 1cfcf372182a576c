package dev.loadline.runner.trace;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a trace holds, or what is wrong with it.
 *
 * @param records how many requests it has, up to the limit
 * @param skipped how many lines among them were passed over because they are requests that failed
 * @param spanNanos from the first to the last record, nanoseconds
 * @param problems sentences for the user, as {@link FileProblems#sentences} gives them; empty if
 *     the trace can be replayed
 */
public record TraceSummary(long records, long skipped, long spanNanos, List<String> problems) {
  /** Copies the list. */
  public TraceSummary {
    problems = List.copyOf(problems);
  }

  /**
   * Reads a trace once, from its first record to its last.
   *
   * @param limit how many records are to be replayed at most; absent means all
   */
  public static TraceSummary of(Path file, TraceFormat format, OptionalLong limit) {
    FileProblems problems = new FileProblems(file, format.planName());
    long spanNanos = 0;
    long records = 0;
    long skipped = 0;
    try (TraceReader reader = TraceReader.open(file, format, limit)) {
      boolean more = true;
      while (more) {
        try {
          Optional<TraceRecord> record = reader.next();
          spanNanos = record.map(TraceRecord::offsetNanos).orElse(spanNanos);
          more = record.isPresent();
        } catch (TraceException e) {
          problems.add(String.valueOf(e.getMessage()));
          more = !e.isLast();
        }
      }
      records = reader.records();
      skipped = reader.skipped();
    } catch (TraceException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    if (records == 0 && problems.isEmpty()) {
      problems.add(file.getFileName() + ": there is no record, give a trace with at least one");
    }
    return new TraceSummary(records, skipped, spanNanos, problems.sentences(records));
  }
}
