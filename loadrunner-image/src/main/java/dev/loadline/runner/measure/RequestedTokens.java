package dev.loadline.runner.measure;

import java.util.OptionalInt;

/**
 * What a request asks for, in tokens.
 *
 * @param output output length
 * @param input wanted length of the prompt; absent where the workload wants none
 * @param reusable tokens of the prompt that the workload itself has sent before in this run, so
 *     that a server may rightly take them from its cache; absent where the workload does not know
 */
public record RequestedTokens(int output, OptionalInt input, OptionalInt reusable) {
  /** Nothing is known of the prompt. */
  public static RequestedTokens ofOutput(int tokens) {
    return new RequestedTokens(tokens, OptionalInt.empty(), OptionalInt.empty());
  }
}
