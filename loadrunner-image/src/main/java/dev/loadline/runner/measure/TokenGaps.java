package dev.loadline.runner.measure;

/**
 * Hears of tokens as they arrive, on the event loop that reads them; must be quick and must not
 * throw. Counts are in tokens, or 0 where the server does not say how many the event bears, or says
 * that it completes none (a gateway may cut text finer than tokens).
 */
public interface TokenGaps {
  /**
   * A token-bearing event after the request's first one.
   *
   * @param gapNanos time since the previous token-bearing event of the same request; 0 if one read
   *     brought both: that is bundling by the network and no sample of the inter-token latency
   * @param tokens tokens in the event, 0 if unknown
   */
  void gap(long gapNanos, int tokens);

  /**
   * Any token-bearing event, the first included; called before {@link #gap}.
   *
   * @param nanos when the read that brought it returned
   * @param tokens tokens in the event, 0 if unknown
   */
  void received(long nanos, int tokens);
}
