package dev.loadline.runner.prompt;

import java.util.OptionalInt;

/**
 * A server's answer to one turn of a conversation.
 *
 * @param text what it said, without its reasoning
 * @param inputTokens tokens of the prompt, if the server said
 * @param outputTokens tokens of the answer
 */
public record Answer(String text, OptionalInt inputTokens, int outputTokens) {
  /** Without its text. */
  @Override
  public String toString() {
    return outputTokens + " tokens";
  }
}
