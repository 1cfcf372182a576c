package dev.loadline.runner.prompt;

/**
 * An endless sequence of conversations, one of the shares of a {@link PromptSource}. Used, like the
 * conversations themselves, by one thread at a time, which need not be an event loop's: making a
 * long prompt takes up to a millisecond, and a file may be read.
 */
public interface Conversations extends AutoCloseable {
  /**
   * The next one.
   *
   * @throws java.io.UncheckedIOException if a file cannot be read any more
   */
  Conversation next();

  /** Closes the file, if there is one. */
  @Override
  default void close() {}
}
