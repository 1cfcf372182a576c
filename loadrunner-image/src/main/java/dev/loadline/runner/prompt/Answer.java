package dev.loadline.runner.prompt;

import java.util.OptionalInt;

/**
 * A server's answer to one turn of a conversation.
 *
 * @param text what it said, without its reasoning and its tool calls
 * @param inputTokens tokens of the prompt, if the server said
 * @param textTokens tokens of the text; absent where nobody knows how many of the answer's are its
 */
public record Answer(String text, OptionalInt inputTokens, OptionalInt textTokens) {
  /** Without its text. */
  @Override
  public String toString() {
    return text.length() + " characters";
  }
}
