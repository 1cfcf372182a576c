package dev.loadline.runner.http;

import org.jspecify.annotations.Nullable;

/** What one JSON chunk of an answer says, as far as it matters; reused, hence mutable. */
final class Chunk {
  /** A count that was not given. */
  static final int UNKNOWN = -1;

  /** {@code choices} is not empty. */
  boolean choices;

  /** Non-empty content, completion text, or name or arguments of a tool call. */
  boolean output;

  /** Non-empty reasoning. */
  boolean reasoning;

  /** Number of token ids that came with it. */
  int tokenIds;

  /** A finish reason. */
  boolean finished;

  /** {@code usage} is an object; the counts below come from it. */
  boolean usage;

  int promptTokens;
  int completionTokens;
  int cachedTokens;
  int reasoningTokens;

  /** An error instead of, or in, the answer. */
  boolean error;

  /** The server's words about the error, as they came; empty if it has none. */
  String message = "";

  /** Keeps the text of content and completions; not of this chunk alone, hence never cleared. */
  @Nullable AnswerText text;

  Chunk() {
    clear();
  }

  void clear() {
    choices = false;
    output = false;
    reasoning = false;
    tokenIds = 0;
    finished = false;
    usage = false;
    promptTokens = UNKNOWN;
    completionTokens = UNKNOWN;
    cachedTokens = UNKNOWN;
    reasoningTokens = UNKNOWN;
    error = false;
    message = "";
  }

  /** It bears at least one token. */
  boolean bearsTokens() {
    return output || reasoning;
  }
}
