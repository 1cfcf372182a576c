package dev.loadline.runner.measure;

import dev.loadline.runner.contract.RunResult.Metric;
import java.util.ArrayDeque;
import java.util.List;
import java.util.OptionalLong;

/**
 * Records the requests of one stage on one event loop. Nothing is shared with other loops but the
 * window; {@link StageSummary} merges the recorders when all of them have come to rest.
 *
 * <p>What counts where: counts and latencies are of the requests <em>of</em> the window: in an open
 * loop those that were due in it, so that none escapes by being late; in a closed loop those sent
 * in it (one whose connection failed before its first byte counts at its intended instant).
 * Throughputs are of the successes whose last token arrived in the window, whenever they were sent.
 * The achieved rate is of the requests that the client set out to send in it, whenever they were
 * due. Received tokens and time in flight are of all requests, as far as they lie in the window.
 *
 * <p>Gaps of requests in flight wait for their end in memory that has a bound. Where it is used up,
 * those of a request of the window count before its end, even if it fails then.
 */
public final class Recorder {
  /** The metrics of which a request that was never sent says something. */
  private static final List<Metric> CENSORED_UNSENT =
      List.of(Metric.ttft, Metric.ttfo, Metric.e2e, Metric.ttftScheduled, Metric.e2eScheduled);

  private final Window window;
  private final RequestBounds bounds;
  private final boolean openLoop;
  private final LiveFigures live;
  private final GapBlocks gapMemory;
  private final ArrayDeque<RecordedRequest> idle = new ArrayDeque<>();
  private final Tally tally = new Tally();
  private final ErrorTally errors = new ErrorTally();
  private final LengthHistogram input = new LengthHistogram();
  private final LengthHistogram output = new LengthHistogram();
  private final LatencyMetrics latencies = new LatencyMetrics();
  private final LatencyMetrics cutLatencies = new LatencyMetrics();
  private long correctedTokens;

  /**
   * A recorder of one stage on one loop.
   *
   * @param window the measured part of the stage
   * @param bounds what a good request keeps
   * @param openLoop whether latencies from the intended instant are metrics of the stage
   * @param gapBytes how much memory the gaps of requests in flight may take
   */
  public Recorder(Window window, RequestBounds bounds, boolean openLoop, long gapBytes) {
    this.window = window;
    this.bounds = bounds;
    this.openLoop = openLoop;
    gapMemory = new GapBlocks(gapBytes);
    live = new LiveFigures(openLoop);
  }

  /**
   * A request begins; its timeline is reset and ready for the client.
   *
   * @param intendedNanos when it should be sent
   * @param requested what it asks for
   */
  public RecordedRequest begin(long intendedNanos, RequestedTokens requested) {
    RecordedRequest request = idle.poll();
    if (request == null) {
      request = new RecordedRequest(window, live, gapMemory, this::takeGaps);
    }
    request.reset(intendedNanos, requested);
    live.begun();
    return request;
  }

  /**
   * A request has ended; it must not be touched afterwards, since it is used again.
   *
   * @return true if it is one of the window's
   */
  public boolean end(RecordedRequest request) {
    RequestTimeline timeline = request.timeline();
    boolean inWindow = isOfWindow(request);
    tally.reconnects += timeline.isReconnected() && inWindow ? 1 : 0;
    tally.sentInWindow += request.beganInWindow() ? 1 : 0;
    correctedTokens += timeline.counts().output() - request.countedTokens();
    received(request);
    if (timeline.beganNanos() != RequestTimeline.NEVER) {
      tally.inFlightNanos += window.overlapNanos(timeline.beganNanos(), timeline.endNanos());
    }
    switch (timeline.outcome()) {
      case Outcome.Success ignored -> succeeded(request, inWindow);
      case Outcome.Failure failure -> failed(request, failure, inWindow);
      case Outcome.Pending ignored -> throw new IllegalStateException("a request has not ended");
    }
    live.ended(request, inWindow);
    request.forgetGaps();
    idle.push(request);
    return inWindow;
  }

  private boolean isOfWindow(RecordedRequest request) {
    return window.contains(openLoop ? request.timeline().intendedNanos() : request.attemptNanos());
  }

  /** Memory is used up: this request's gaps count now, whatever will become of it. */
  private void takeGaps(RecordedRequest request) {
    if (isOfWindow(request)) {
      request.recordGaps(latencies, live.itl());
    } else {
      request.forgetGaps();
    }
  }

  /**
   * Requests of an open loop that were due at this instant and will not be sent, or of a closed one
   * that could not be made: cut, with the time until then as their latency.
   *
   * @param endNanos when they were given up
   */
  public void neverSent(long intendedNanos, long endNanos, long count) {
    live.neverSent(count);
    if (window.contains(intendedNanos)) {
      tally.sent += count;
      tally.cut += count;
      long elapsed = endNanos - intendedNanos;
      for (Metric metric : CENSORED_UNSENT) {
        if (openLoop || !isScheduled(metric)) {
          cutLatencies.of(metric).recordNanos(elapsed, count);
        }
      }
    }
  }

  /** Events of an answer that ended without a count are kept apart: see {@link StageSummary}. */
  private void received(RecordedRequest request) {
    double tokens = request.tokensInWindow();
    if (request.timeline().counts().source() == TokenSource.EVENTS) {
      tally.receivedEvents += tokens;
    } else {
      tally.receivedTokens += tokens;
    }
  }

  private void succeeded(RecordedRequest request, boolean inWindow) {
    RequestTimeline timeline = request.timeline();
    boolean good = bounds.keptBy(timeline);
    if (window.contains(timeline.lastTokenNanos())) {
      tally.ended(timeline.counts(), good);
    }
    if (!inWindow) {
      return;
    }
    tally.sent++;
    tally.completed(timeline, request.requested());
    timeline.counts().input().ifPresent(input::record);
    output.record(timeline.counts().output());
    tally.good += good ? 1 : 0;
    for (Metric metric : Metric.values()) {
      if (openLoop || !isScheduled(metric)) {
        latencies.record(metric, RequestBounds.nanos(timeline, metric));
      }
    }
    request.recordGaps(latencies, live.itl());
  }

  private void failed(RecordedRequest request, Outcome.Failure failure, boolean inWindow) {
    tally.portsExhausted |= failure.errorClass() == ErrorClass.CLIENT_PORTS;
    if (!inWindow) {
      return;
    }
    tally.sent++;
    if (failure.errorClass() == ErrorClass.CUT) {
      tally.cut++;
      censored(request);
    } else {
      tally.failed++;
      errors.record(failure);
    }
  }

  /**
   * What a cut request has shown, as lower bounds: a latency that was complete counts as it is, one
   * that was still running as the time until the cut. tpot = min((z − a1)/(requested − 1), (l −
   * a1)/(n − 1)): whether or not more tokens would have come, and at most as many as asked for; a
   * request without a token says nothing about it.
   */
  private void censored(RecordedRequest request) {
    RequestTimeline timeline = request.timeline();
    long end = timeline.endNanos();
    long elapsed = end - request.attemptNanos();
    cutLatencies.record(Metric.ttft, orElse(timeline.ttftNanos(), elapsed));
    cutLatencies.record(Metric.ttfo, orElse(timeline.ttfoNanos(), elapsed));
    cutLatencies.record(Metric.e2e, OptionalLong.of(elapsed));
    if (openLoop) {
      long sinceIntended = end - timeline.intendedNanos();
      cutLatencies.record(
          Metric.ttftScheduled, orElse(timeline.ttftScheduledNanos(), sinceIntended));
      cutLatencies.record(Metric.e2eScheduled, OptionalLong.of(sinceIntended));
    }
    if (timeline.firstTokenNanos() == RequestTimeline.NEVER) {
      return;
    }
    long stall = end - timeline.lastTokenNanos();
    cutLatencies.record(
        Metric.maxGap, OptionalLong.of(Math.max(timeline.maxGapNanos().orElse(0), stall)));
    int requested = timeline.counts().requested();
    if (requested >= 2) {
      long pace = (end - timeline.firstTokenNanos()) / (requested - 1);
      long soFar = timeline.tpotNanos().orElse(pace);
      cutLatencies.record(Metric.tpot, OptionalLong.of(Math.min(pace, soFar)));
    }
  }

  private static OptionalLong orElse(OptionalLong known, long nanos) {
    return known.isPresent() ? known : OptionalLong.of(nanos);
  }

  private static boolean isScheduled(Metric metric) {
    return metric == Metric.ttftScheduled || metric == Metric.e2eScheduled;
  }

  /**
   * Output tokens that all requests have received so far, the warm-up's included: of one that has
   * ended what its answer says, of one in flight an event as one where it says nothing yet.
   */
  public long outputTokens() {
    return live.tokens() + correctedTokens;
  }

  /** What is to be seen so far. */
  public LiveSnapshot snapshot() {
    return live.snapshot();
  }

  Tally tally() {
    return tally;
  }

  ErrorTally errors() {
    return errors;
  }

  LengthHistogram input() {
    return input;
  }

  LengthHistogram output() {
    return output;
  }

  LatencyMetrics latencies() {
    return latencies;
  }

  LatencyMetrics cutLatencies() {
    return cutLatencies;
  }
}
