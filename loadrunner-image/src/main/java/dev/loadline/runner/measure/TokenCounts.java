package dev.loadline.runner.measure;

import java.util.OptionalInt;

/**
 * The token counts of one request, by the best source that its answer offers. Mutable and reused
 * with its {@link RequestTimeline}.
 */
public final class TokenCounts {
  private int requested;
  private int events;
  private int ids;
  private int usage;
  private int eventsBeforeUsage;
  private int input;
  private int cached;
  private int reasoning;

  TokenCounts() {
    reset(0);
  }

  void reset(int requestedTokens) {
    requested = requestedTokens;
    events = 0;
    ids = 0;
    usage = 0;
    eventsBeforeUsage = 0;
    input = -1;
    cached = -1;
    reasoning = -1;
  }

  void event(int tokenIds) {
    events++;
    ids += tokenIds;
  }

  /**
   * The server's own counts; a negative one was not given. Output tokens of 0 are ignored, since
   * some servers say so on every chunk.
   */
  public void usage(int inputTokens, int outputTokens, int cachedTokens, int reasoningTokens) {
    if (outputTokens > 0) {
      eventsBeforeUsage = usage == 0 ? events : eventsBeforeUsage;
      usage = outputTokens;
    }
    input = inputTokens >= 0 ? inputTokens : input;
    cached = cachedTokens >= 0 ? cachedTokens : cached;
    reasoning = reasoningTokens >= 0 ? reasoningTokens : reasoning;
  }

  /** Output length that was asked for. */
  public int requested() {
    return requested;
  }

  /** m: token-bearing events. */
  public int events() {
    return events;
  }

  /** n: output tokens by {@link #source}; 0 if none is known. */
  public int output() {
    return switch (source()) {
      case USAGE -> usage;
      case TOKEN_IDS -> ids;
      case EVENTS -> events;
    };
  }

  /**
   * Where {@link #output} comes from. Usage counts even if more events with text arrived: gateways
   * may send text on in smaller pieces. Only one that was said from the first event on and never
   * rose above 1 while others came is not believed: some servers say 1 on every event.
   */
  public TokenSource source() {
    boolean standsStill = usage == 1 && eventsBeforeUsage <= 1 && events > 1;
    if (usage > 0 && !standsStill) {
      return TokenSource.USAGE;
    }
    return ids > 0 ? TokenSource.TOKEN_IDS : TokenSource.EVENTS;
  }

  /** Prompt tokens, if the server said. */
  public OptionalInt input() {
    return known(input);
  }

  /** Prompt tokens that the server took from its cache, if it said. */
  public OptionalInt cached() {
    return known(cached);
  }

  /** Output tokens that were reasoning, if the server said. */
  public OptionalInt reasoning() {
    return known(reasoning);
  }

  private static OptionalInt known(int count) {
    return count < 0 ? OptionalInt.empty() : OptionalInt.of(count);
  }
}
