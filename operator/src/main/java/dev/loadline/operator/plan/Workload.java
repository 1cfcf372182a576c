package dev.loadline.operator.plan;

/**
 * Synthetic prompts.
 *
 * @param inputTokens prompt length
 * @param outputTokens answer length
 * @param seed seed of all random choices
 */
public record Workload(TokenLength inputTokens, TokenLength outputTokens, long seed) {

  /** A length in tokens, at least 1. */
  public sealed interface TokenLength {
    /** Always the same. */
    record Fixed(int tokens) implements TokenLength {}

    /** Normal distribution within bounds. */
    record Normal(double mean, double stddev, int min, int max) implements TokenLength {}
  }
}
