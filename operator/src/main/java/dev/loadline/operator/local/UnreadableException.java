package dev.loadline.operator.local;

/** Text that cannot be read, and where; the message quotes nothing of it but keys. */
final class UnreadableException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  /** Line and column count from 1. */
  UnreadableException(int line, int column, String message) {
    super(message);
    this.line = line;
    this.column = column;
  }

  int line() {
    return line;
  }

  int column() {
    return column;
  }

  /** What the exception says. */
  String text() {
    return String.valueOf(getMessage());
  }
}
