package dev.loadline.runner.measure;

import java.util.OptionalLong;

/**
 * The instants and counts of one request, filled in by the client while it runs and read by the
 * recorder when it has ended. Mutable and meant for reuse after {@link #reset}; used from one event
 * loop only, allocates nothing per token. All instants are nanoseconds of one monotonic clock; an
 * instant that never came is {@link #NEVER}.
 *
 * <p>Names in the formulas: {@code s*} intended send instant, {@code s} first byte written, {@code
 * c} connected, {@code h} response headers, {@code a1…am} arrivals of token-bearing events, {@code
 * l = am}, {@code n} output tokens, {@code z} end. A metric is absent where one of its terms is.
 */
public final class RequestTimeline {
  /** The instant of what did not happen. */
  public static final long NEVER = Long.MIN_VALUE;

  private final TokenCounts counts = new TokenCounts();
  private long intendedNanos;
  private long connectStartNanos;
  private long connectedNanos;
  private long sentNanos;
  private long headersNanos;
  private long firstChunkNanos;
  private long firstTokenNanos;
  private long firstOutputNanos;
  private long lastTokenNanos;
  private long endNanos;
  private long maxGapNanos;
  private boolean plainJson;
  private boolean reconnected;
  private Outcome outcome = Outcome.Pending.INSTANCE;

  /** A timeline of no request: {@link #reset} it before use. */
  public RequestTimeline() {
    clear();
  }

  /**
   * Forgets everything and begins a new request.
   *
   * @param intended s*: when it should be sent
   * @param requestedTokens output length that it asks for
   */
  public void reset(long intended, int requestedTokens) {
    clear();
    intendedNanos = intended;
    counts.reset(requestedTokens);
  }

  private void clear() {
    intendedNanos = NEVER;
    connectStartNanos = NEVER;
    connectedNanos = NEVER;
    sentNanos = NEVER;
    headersNanos = NEVER;
    firstChunkNanos = NEVER;
    firstTokenNanos = NEVER;
    firstOutputNanos = NEVER;
    lastTokenNanos = NEVER;
    endNanos = NEVER;
    maxGapNanos = NEVER;
    plainJson = false;
    reconnected = false;
    outcome = Outcome.Pending.INSTANCE;
  }

  /** The request needs a new connection, which is begun now. */
  public void connectStarted(long nanos) {
    connectStartNanos = nanos;
    connectedNanos = NEVER;
  }

  /** c: the new connection is established, TLS included. */
  public void connected(long nanos) {
    connectedNanos = nanos;
  }

  /** s: the first byte is about to be written. A second call, after a reconnect, hides no time. */
  public void sent(long nanos) {
    sentNanos = sentNanos == NEVER ? nanos : sentNanos;
  }

  /** A kept-alive connection died before any byte of the answer; the request goes out again. */
  public void reconnected() {
    reconnected = true;
  }

  /** h: the response's headers. */
  public void headers(long nanos) {
    headersNanos = nanos;
  }

  /** An event with non-empty {@code choices}, whether it bears tokens or not. */
  public void chunk(long nanos) {
    firstChunkNanos = firstChunkNanos == NEVER ? nanos : firstChunkNanos;
  }

  /**
   * aj: a token-bearing event.
   *
   * @param nanos when the read that brought it returned
   * @param output false if it bears reasoning only
   * @param tokenIds token ids that came with it
   * @return the gap to the previous one, {@link #NEVER} for the first
   */
  public long token(long nanos, boolean output, int tokenIds) {
    long gap = NEVER;
    if (counts.events() == 0) {
      firstTokenNanos = nanos;
    } else {
      gap = nanos - lastTokenNanos;
      maxGapNanos = Math.max(maxGapNanos, gap);
    }
    if (output && firstOutputNanos == NEVER) {
      firstOutputNanos = nanos;
    }
    lastTokenNanos = nanos;
    counts.event(tokenIds);
    return gap;
  }

  /**
   * The answer was one JSON document with text instead of a stream: a success with an end-to-end
   * latency and without token instants.
   */
  public void plainJson(long nanos) {
    plainJson = true;
    lastTokenNanos = nanos;
  }

  /** z: the request succeeded. */
  public void succeed(long nanos) {
    endNanos = nanos;
    outcome = Outcome.Success.INSTANCE;
  }

  /** z: the request failed. */
  public void fail(long nanos, ErrorClass errorClass, String message) {
    endNanos = nanos;
    outcome = new Outcome.Failure(errorClass, message);
  }

  /** The token counts. */
  public TokenCounts counts() {
    return counts;
  }

  /** How it ended. */
  public Outcome outcome() {
    return outcome;
  }

  /** True if the answer was one JSON document: end-to-end latency only. */
  public boolean isPlainJson() {
    return plainJson;
  }

  /** True if a dead kept-alive connection was replaced silently. */
  public boolean isReconnected() {
    return reconnected;
  }

  /** s*: when the request should have been sent. */
  public long intendedNanos() {
    return intendedNanos;
  }

  /** s, or {@link #NEVER} if it failed before. */
  public long sentNanos() {
    return sentNanos;
  }

  /**
   * When the client set out to send it, connecting included: the beginning of its first connection
   * or, over one that was open, s; {@link #NEVER} if neither came.
   */
  public long beganNanos() {
    return opensItsConnection() || sentNanos == NEVER ? connectStartNanos : sentNanos;
  }

  /** Whether it had to open a connection before it could first be sent. */
  private boolean opensItsConnection() {
    return connectStartNanos != NEVER && connectStartNanos < sentNanos;
  }

  /** a1, or {@link #NEVER}. */
  public long firstTokenNanos() {
    return firstTokenNanos;
  }

  /** l, or {@link #NEVER}. */
  public long lastTokenNanos() {
    return lastTokenNanos;
  }

  /** z: when the request ended, in whatever way, or {@link #NEVER}. */
  public long endNanos() {
    return endNanos;
  }

  /** ttft = a1 − s. */
  public OptionalLong ttftNanos() {
    return between(sentNanos, firstTokenNanos);
  }

  /** ttft_scheduled = a1 − s*: free of coordinated omission. */
  public OptionalLong ttftScheduledNanos() {
    return between(intendedNanos, firstTokenNanos);
  }

  /** ttfo = first content or tool call − s; reasoning does not count. */
  public OptionalLong ttfoNanos() {
    return between(sentNanos, firstOutputNanos);
  }

  /** ttft_first_chunk = first event with non-empty choices − s; what vLLM's own tool calls TTFT. */
  public OptionalLong ttftFirstChunkNanos() {
    return between(sentNanos, firstChunkNanos);
  }

  /** e2e = l − s. */
  public OptionalLong e2eNanos() {
    return between(sentNanos, lastTokenNanos);
  }

  /** e2e_scheduled = l − s*. */
  public OptionalLong e2eScheduledNanos() {
    return between(intendedNanos, lastTokenNanos);
  }

  /**
   * tpot = (l − a1)/(n − 1); absent for n < 2, and where all tokens came in one read or in one
   * document: an answer that was held back on its way and sent as one shows nothing of the pace.
   */
  public OptionalLong tpotNanos() {
    int n = counts.output();
    return n < 2 || firstTokenNanos == NEVER || firstTokenNanos == lastTokenNanos
        ? OptionalLong.empty()
        : OptionalLong.of(Math.round((double) (lastTokenNanos - firstTokenNanos) / (n - 1)));
  }

  /** ntpot = (l − s)/n. */
  public OptionalLong ntpotNanos() {
    int n = counts.output();
    OptionalLong e2e = e2eNanos();
    return n < 1 || e2e.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(Math.round((double) e2e.getAsLong() / n));
  }

  /** max_gap: the longest gap a(j+1) − a(j), a stall; absent where {@link #tpotNanos} must be. */
  public OptionalLong maxGapNanos() {
    return maxGapNanos <= 0 ? OptionalLong.empty() : OptionalLong.of(maxGapNanos);
  }

  /**
   * send_lag = (s − s*) − (c − start): how late the client was. What opening the request's own
   * connection took is the network's and the server's doing, and is told apart as connect.
   */
  public OptionalLong sendLagNanos() {
    OptionalLong late = between(intendedNanos, sentNanos);
    return late.isPresent() && opensItsConnection()
        ? OptionalLong.of(late.getAsLong() - connectNanos().orElse(0))
        : late;
  }

  /** connect = c − start, TLS included; absent where a pooled connection was used. */
  public OptionalLong connectNanos() {
    return between(connectStartNanos, connectedNanos);
  }

  /** ttfb = h − s. */
  public OptionalLong ttfbNanos() {
    return between(sentNanos, headersNanos);
  }

  private static OptionalLong between(long from, long to) {
    return from == NEVER || to == NEVER ? OptionalLong.empty() : OptionalLong.of(to - from);
  }
}
