package dev.loadline.runner.prompt;

import java.util.List;

/**
 * What one request asks.
 *
 * @param messages at least one; where the API takes one text, theirs right behind one another
 * @param inputTokens wanted length of the whole prompt in tokens, its history included; 0 if none
 *     is wanted, since the text comes from a file; what the server counts is in its usage
 * @param outputTokens wanted length of the answer in tokens, at least 1
 * @param reusableTokens at most so many of the prompt's tokens may come from a prefix cache because
 *     the workload itself repeats them: template, nonce, shared prefix, history. An estimate where
 *     the length of a text is not known
 */
public record Prompt(
    List<Message> messages, int inputTokens, int outputTokens, int reusableTokens) {
  /** Copies the list. */
  public Prompt {
    messages = List.copyOf(messages);
  }
}
