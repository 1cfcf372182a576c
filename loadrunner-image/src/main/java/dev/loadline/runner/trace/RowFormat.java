package dev.loadline.runner.trace;

import java.util.Optional;

/** How the lines of a file are to be read; made for one pass through it. */
interface RowFormat {
  /** Whether the first line names the columns. */
  boolean hasHeader();

  /** Takes the line that names the columns. */
  void header(String line) throws RowException;

  /** Reads a line that is not blank; absent if it is to be skipped. */
  Optional<Row> row(String line) throws RowException;
}
