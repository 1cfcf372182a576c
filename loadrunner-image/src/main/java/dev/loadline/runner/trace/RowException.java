package dev.loadline.runner.trace;

/** Why a line cannot be used: {@code what, what to do}, without where and without its text. */
final class RowException extends Exception {
  private static final long serialVersionUID = 1;

  RowException(String problem) {
    super(problem);
  }
}
