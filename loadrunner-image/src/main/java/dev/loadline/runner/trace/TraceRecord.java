package dev.loadline.runner.trace;

import java.util.List;

/**
 * One request of a trace.
 *
 * @param offsetNanos when it came, nanoseconds since the trace's first record
 * @param inputTokens length of its prompt, 1 to {@value #MOST_TOKENS}
 * @param outputTokens length of its answer, 1 to {@value #MOST_TOKENS}
 * @param blockHashes what its prompt's blocks of {@value #BLOCK_TOKENS} tokens are known by, from
 *     the first: equal hashes are equal blocks after equal blocks; none or fewer than the prompt
 *     has blocks where the trace does not say
 */
public record TraceRecord(
    long offsetNanos, int inputTokens, int outputTokens, List<Long> blockHashes) {
  /** Tokens of a block; a prompt's last block may have fewer. */
  public static final int BLOCK_TOKENS = 512;

  /** Longest prompt and answer that is no mistake. */
  public static final int MOST_TOKENS = 10_000_000;

  /** Copies the list. */
  public TraceRecord {
    blockHashes = List.copyOf(blockHashes);
  }
}
