package dev.loadline.runner.prompt;

/**
 * A record of a dataset, or the dataset itself, cannot be used. The message is a sentence for the
 * user, {@code file:line: what, what to do}, without anything of the record's text.
 */
public final class DatasetException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean last;

  /**
   * Says what is wrong.
   *
   * @param last whether nothing can be read after it
   */
  DatasetException(String message, boolean last) {
    super(message);
    this.last = last;
  }

  boolean isLast() {
    return last;
  }
}
