package dev.loadline.runner.http;

import java.util.OptionalInt;

/**
 * Keeps what one answer says, without its reasoning, for a sender that goes on from it: up to a
 * million characters, which is more than any model's context. Reused for one answer after the
 * other; read when its request has ended.
 */
public final class AnswerText {
  private static final int MOST = 1 << 20;
  private static final String END_OF_THINKING = "</think>";

  /** A user who thinks needs no room for the longest answer that there was. */
  private static final int KEPT = 16 << 10;

  private final StringBuilder text = new StringBuilder();
  private boolean withoutReasoning;
  private boolean withoutCalls;

  /** Begins the next answer. */
  void clear() {
    text.setLength(0);
    if (text.capacity() > KEPT) {
      text.trimToSize();
    }
    withoutReasoning = false;
    withoutCalls = false;
  }

  /** Reasoning came, which is not kept. */
  void leaveReasoningOut() {
    withoutReasoning = true;
  }

  /** A tool call came, which is not kept. */
  void leaveCallOut() {
    withoutCalls = true;
  }

  void append(char[] characters, int from, int length) {
    text.append(characters, from, Math.min(length, MOST - text.length()));
  }

  /** What the last answer said; from then on it is not kept. */
  public String take() {
    String taken = text.toString();
    clear();
    return taken;
  }

  /**
   * Tokens of what the last answer said; empty where nobody knows how many of all were not its:
   * those of a tool call, of reasoning without a count, and of reasoning that stands in the text,
   * which chat templates leave out of the history.
   *
   * @param output tokens of the whole answer
   * @param reasoning those that were reasoning, if the server said
   */
  public OptionalInt tokens(int output, OptionalInt reasoning) {
    int reasoned = reasoning.orElse(0);
    boolean unknown = withoutReasoning && reasoned == 0;
    return withoutCalls || unknown || text.indexOf(END_OF_THINKING) >= 0
        ? OptionalInt.empty()
        : OptionalInt.of(Math.max(0, output - reasoned));
  }
}
