package dev.loadline.runner.http;

/**
 * Keeps what one answer says, without its reasoning, for a sender that goes on from it: up to a
 * million characters, which is more than any model's context. Reused for one answer after the
 * other; read when its request has ended.
 */
public final class AnswerText {
  private static final int MOST = 1 << 20;

  private final StringBuilder text = new StringBuilder();

  /** Begins the next answer. */
  void clear() {
    text.setLength(0);
  }

  void append(char[] characters, int from, int length) {
    text.append(characters, from, Math.min(length, MOST - text.length()));
  }

  /** What the last answer said. */
  public String get() {
    return text.toString();
  }
}
