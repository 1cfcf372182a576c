package dev.loadline.runner.trace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads a trace from its first record to its last; one line is in memory at a time. */
public final class TraceReader implements AutoCloseable {
  private final Path file;
  private final RowFormat format;
  private final long limit;
  private final Lines lines;
  private boolean started;
  private long records;
  private long skipped;
  private long firstNanos;
  private long lastNanos;

  private TraceReader(Path file, TraceFormat format, OptionalLong limit) throws IOException {
    this.file = file;
    this.format = format.rows();
    this.limit = limit.orElse(Long.MAX_VALUE);
    lines = new Lines(Files.newInputStream(file));
  }

  /**
   * Opens a trace.
   *
   * @param limit how many records are read at most; absent means all
   * @throws TraceException if there is no such file or it cannot be opened
   */
  public static TraceReader open(Path file, TraceFormat format, OptionalLong limit) {
    try {
      return new TraceReader(file, format, limit);
    } catch (IOException e) {
      throw new TraceException(
          file.getFileName() + ": the file cannot be opened, check its name and that it is mounted",
          true);
    }
  }

  /**
   * The next record; absent after the last one.
   *
   * @throws TraceException if a line cannot be used, then a further call goes on with the line
   *     after it; or if header or file cannot be read at all
   */
  public Optional<TraceRecord> next() {
    try {
      if (!started) {
        start();
      }
      while (records < limit) {
        Optional<String> line = lines.next();
        if (line.isEmpty()) {
          return Optional.empty();
        }
        Optional<Row> row = line.get().isBlank() ? Optional.empty() : format.row(line.get());
        if (row.isPresent()) {
          return Optional.of(record(row.get()));
        }
        skipped += line.get().isBlank() ? 0 : 1;
      }
      return Optional.empty();
    } catch (RowException e) {
      throw new TraceException(
          file.getFileName() + ":" + lines.number() + ": " + e.getMessage(), !started);
    } catch (IOException e) {
      throw new TraceException(
          file.getFileName() + ": the file cannot be read, check that it is a readable file", true);
    }
  }

  private void start() throws IOException, RowException {
    started = !format.hasHeader();
    while (!started) {
      Optional<String> line = lines.next();
      if (line.isEmpty()) {
        return;
      }
      if (!line.get().isBlank()) {
        format.header(line.get());
        started = true;
      }
    }
  }

  private TraceRecord record(Row row) throws RowException {
    int inputTokens = tokens(row.inputTokens(), "prompt");
    int outputTokens = tokens(row.outputTokens(), "answer");
    long blocks = Math.ceilDiv(inputTokens, TraceRecord.BLOCK_TOKENS);
    if (row.blockHashes().size() > blocks) {
      throw new RowException(
          "a prompt of %d tokens has %d blocks of %d tokens but there are %d hashes, give one a block"
              .formatted(inputTokens, blocks, TraceRecord.BLOCK_TOKENS, row.blockHashes().size()));
    }
    boolean first = records == 0;
    boolean earlier = !first && row.nanos() < lastNanos;
    firstNanos = first ? row.nanos() : firstNanos;
    lastNanos = row.nanos();
    if (earlier) {
      throw new RowException(
          "the record is earlier than the one before it, sort the trace by time");
    }
    records++;
    return new TraceRecord(row.nanos() - firstNanos, inputTokens, outputTokens, row.blockHashes());
  }

  private static int tokens(long length, String what) throws RowException {
    if (length < 1 || length > TraceRecord.MOST_TOKENS) {
      throw new RowException(
          "the length of the %s is %d tokens, give 1 to %d"
              .formatted(what, length, TraceRecord.MOST_TOKENS));
    }
    return (int) length;
  }

  /** How many records were read so far. */
  public long records() {
    return records;
  }

  /** How many lines were passed over so far because they are requests that failed. */
  public long skipped() {
    return skipped;
  }

  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
