package dev.loadline.runner.measure;

import dev.loadline.runner.contract.RunResult.Metric;
import java.util.Arrays;

/**
 * A request in flight, as its recorder sees it: its timeline, and what only its end tells whether
 * and how to count. Gaps are kept until then, since a failed request gives no samples. Reused; only
 * on one event loop; allocates nothing per token once its buffer has grown.
 */
public final class RecordedRequest implements TokenGaps {
  private static final int FIRST_GAPS = 256;

  private final RequestTimeline timeline = new RequestTimeline();
  private final Window window;
  private final LiveFigures live;
  private int[] gapMicros = new int[FIRST_GAPS];
  private int[] gapTokens = new int[FIRST_GAPS];
  private RequestedTokens requested = RequestedTokens.ofOutput(0);
  private int gaps;
  private long weight;
  private long weightInWindow;

  RecordedRequest(Window window, LiveFigures live) {
    this.window = window;
    this.live = live;
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
    gaps = 0;
    weight = 0;
    weightInWindow = 0;
  }

  @Override
  public void gap(long gapNanos, int tokens) {
    if (gaps == gapMicros.length) {
      gapMicros = Arrays.copyOf(gapMicros, 2 * gaps);
      gapTokens = Arrays.copyOf(gapTokens, 2 * gaps);
    }
    // Unsigned: 71 minutes fit, which is more than the histogram holds.
    gapTokens[gaps] = tokens;
    gapMicros[gaps++] = (int) Math.min(0xFFFF_FFFFL, (gapNanos + 500) / 1_000);
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
   * The pooled gaps between its token-bearing events, and gap/k where an event's k is known. An
   * event of which no whole token is known may be a piece of one: the gap before it is part of the
   * next one's.
   */
  void recordGaps(LatencyMetrics latencies) {
    long sinceTokens = 0;
    for (int i = 0; i < gaps; i++) {
      long micros = Integer.toUnsignedLong(gapMicros[i]);
      latencies.of(Metric.itl).recordMicros(micros);
      sinceTokens += micros;
      if (gapTokens[i] > 0) {
        latencies
            .of(Metric.itlPerToken)
            .recordMicros(Math.round((double) sinceTokens / gapTokens[i]));
        sinceTokens = 0;
      }
    }
  }

  /** The same gaps for those who watch the stage. */
  void recordGaps(BucketCounts itl) {
    for (int i = 0; i < gaps; i++) {
      itl.record(Integer.toUnsignedLong(gapMicros[i]));
    }
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
