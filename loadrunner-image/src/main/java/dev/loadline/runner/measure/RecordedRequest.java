package dev.loadline.runner.measure;

import dev.loadline.runner.contract.RunResult.Metric;
import java.util.function.Consumer;

/**
 * A request in flight, as its recorder sees it: its timeline, and what only its end tells whether
 * and how to count. Gaps are kept until then, since a failed request gives no samples; only where
 * the memory for them is used up are they counted earlier. Reused; only on one event loop;
 * allocates nothing per token.
 */
public final class RecordedRequest implements TokenGaps {
  private static final long NONE = -1;
  private static final long MOST_MICROS = 0xFFFF_FFFFL;

  private final RequestTimeline timeline = new RequestTimeline();
  private final Window window;
  private final LiveFigures live;
  private final KeptGaps gaps;
  private final Consumer<RecordedRequest> full;
  private RequestedTokens requested = RequestedTokens.ofOutput(0);
  private long lastGapMicros = NONE;
  private int lastGapTokens;
  private long microsSinceTokens;
  private long weight;
  private long weightInWindow;

  /**
   * A request of none yet.
   *
   * @param memory for its gaps
   * @param full takes its gaps, or drops them, when there is no memory for more
   */
  RecordedRequest(
      Window window, LiveFigures live, GapBlocks memory, Consumer<RecordedRequest> full) {
    this.window = window;
    this.live = live;
    this.full = full;
    gaps = new KeptGaps(memory);
  }

  /** Filled in by the client while the request runs. */
  public RequestTimeline timeline() {
    return timeline;
  }

  RequestedTokens requested() {
    return requested;
  }

  void reset(long intendedNanos, RequestedTokens requestedTokens) {
    timeline.reset(intendedNanos, requestedTokens.output());
    requested = requestedTokens;
    forgetGaps();
    microsSinceTokens = 0;
    weight = 0;
    weightInWindow = 0;
  }

  /** Tokens that one read brought together ended the gap before it together. */
  @Override
  public void gap(long gapNanos, int tokens) {
    if (gapNanos > 0) {
      if (lastGapMicros != NONE && !gaps.add(lastGapMicros, lastGapTokens)) {
        full.accept(this);
      }
      lastGapMicros = Math.min(MOST_MICROS, (gapNanos + 500) / 1_000);
      lastGapTokens = tokens;
    } else if (lastGapMicros != NONE) {
      lastGapTokens += tokens;
    }
  }

  @Override
  public void received(long nanos, int tokens) {
    int known = Math.max(1, tokens);
    weight += known;
    if (window.contains(nanos)) {
      weightInWindow += known;
    }
    live.token(known);
  }

  /** Tokens that were counted as they arrived: see {@link #received}. */
  long countedTokens() {
    return weight;
  }

  /** When it was sent: the first byte's instant, or the intended one if no byte was written. */
  public long attemptNanos() {
    return timeline.sentNanos() == RequestTimeline.NEVER
        ? timeline.intendedNanos()
        : timeline.sentNanos();
  }

  /**
   * Whether the client set out to send it in the window, connecting included: what a server takes
   * to accept a connection is no delay of the client.
   */
  boolean beganInWindow() {
    return timeline.beganNanos() != RequestTimeline.NEVER && window.contains(timeline.beganNanos());
  }

  /**
   * Hands over its gaps so far: pooled, and gap/k where k is known, the tokens of the read that
   * ended the gap. A read of which no whole token is known may have brought a piece of one: the gap
   * before it is part of the next one's.
   */
  void recordGaps(LatencyMetrics latencies, BucketCounts watched) {
    gaps.forEach((micros, tokens) -> record(micros, tokens, latencies, watched));
    if (lastGapMicros != NONE) {
      record(lastGapMicros, lastGapTokens, latencies, watched);
    }
    forgetGaps();
  }

  private void record(long micros, int tokens, LatencyMetrics latencies, BucketCounts watched) {
    latencies.of(Metric.itl).recordMicros(micros);
    watched.record(micros);
    microsSinceTokens += micros;
    if (tokens > 0) {
      latencies
          .of(Metric.itlPerToken)
          .recordMicros(Math.round((double) microsSinceTokens / tokens));
      microsSinceTokens = 0;
    }
  }

  void forgetGaps() {
    gaps.clear();
    lastGapMicros = NONE;
  }

  /**
   * Its output tokens that arrived in the window. While a stream runs, the server seldom says how
   * many tokens an event bears; so the request's output tokens, once known, are spread over its
   * events: in proportion to the tokens they are known to bear, evenly where they are not.
   */
  double tokensInWindow() {
    int output = timeline.counts().output();
    if (timeline.isPlainJson()) {
      return window.contains(timeline.lastTokenNanos()) ? output : 0;
    }
    return weight == 0 ? 0 : (double) output * weightInWindow / weight;
  }
}
