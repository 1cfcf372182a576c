package dev.loadline.runner.trace;

/**
 * A line of a trace, or the trace itself, cannot be used. The message is a sentence for the user,
 * {@code file:line: what, what to do}, without anything of the line's text.
 */
public final class TraceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean last;

  /**
   * Says what is wrong.
   *
   * @param last whether nothing can be read after it
   */
  TraceException(String message, boolean last) {
    super(message);
    this.last = last;
  }

  boolean isLast() {
    return last;
  }
}
