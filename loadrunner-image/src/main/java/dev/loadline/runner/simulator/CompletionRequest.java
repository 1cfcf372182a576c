package dev.loadline.runner.simulator;

import java.util.OptionalInt;

/**
 * One request for text, checked.
 *
 * @param chat chat rather than completions
 * @param prompt what is kept of the prompt
 * @param outputTokens most tokens to send
 * @param minTokens fewest tokens to send
 * @param ignoreEos never end before {@code outputTokens}
 * @param stream events rather than one body
 * @param includeUsage the client asks for token counts in the stream
 * @param continuousUsage the client asks for them on every chunk
 * @param tokenIds the client asks for the tokens' numbers
 */
record CompletionRequest(
    boolean chat,
    PromptDigest prompt,
    int outputTokens,
    int minTokens,
    boolean ignoreEos,
    boolean stream,
    boolean includeUsage,
    boolean continuousUsage,
    boolean tokenIds) {

  /** The output length: what was asked for, else as many as there is room for, at most wanted. */
  static int outputTokens(OptionalInt asked, int wanted, int room) {
    return asked.orElse(Math.min(wanted, Math.max(1, room)));
  }
}
