package dev.loadline.runner.measure;

import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.StageResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** The recorders of one stage, merged: histograms are added, percentiles never averaged. */
public final class StageSummary {
  private static final String MIXED = "Mixed";

  private final Window window;
  private final Tally tally = new Tally();
  private final ErrorTally errors = new ErrorTally();
  private final LengthHistogram input = new LengthHistogram();
  private final LengthHistogram output = new LengthHistogram();
  private final LatencyMetrics latencies = new LatencyMetrics();
  private final LatencyMetrics cutLatencies = new LatencyMetrics();

  /** Merges recorders of the same window, none of which is in use any more. */
  public StageSummary(Window window, List<Recorder> recorders) {
    this.window = window;
    for (Recorder recorder : recorders) {
      tally.add(recorder.tally());
      errors.add(recorder.errors());
      input.add(recorder.input());
      output.add(recorder.output());
      latencies.add(recorder.latencies());
      cutLatencies.add(recorder.cutLatencies());
    }
  }

  /**
   * The stage's result, without the generator's health.
   *
   * @param name the stage's name
   * @param windowStartMillis the wall clock's time when the window opened
   * @param complete false if the window was cut short
   * @param requestedRate requests per second asked for, in an open loop
   * @param arrivals how its requests followed one another, in an open loop
   */
  public StageResult result(
      String name,
      long windowStartMillis,
      boolean complete,
      OptionalDouble requestedRate,
      Optional<StageResult.Arrivals> arrivals) {
    return new StageResult(
        name,
        requestedRate,
        new StageResult.Window(windowStartMillis, window.lengthNanos() / 1_000, complete),
        new StageResult.Requests(
            tally.sent, tally.completed, tally.failed, tally.cut, tally.good, tally.plainJson),
        tokens(),
        new StageResult.Lengths(input.length(), output.length()),
        new StageResult.InWindow(
            tally.sentInWindow,
            tally.endedInWindow,
            tally.endedGood,
            known(tally.endedInputKnown, tally.endedInputTokens),
            tally.endedOutputTokens,
            receivedTokens(),
            tally.inFlightNanos / 1_000),
        arrivals,
        errors.errors(),
        latencies.latencies(),
        withCut(),
        StageResult.Health.NONE);
  }

  private StageResult.Tokens tokens() {
    return new StageResult.Tokens(
        tokenSource(),
        known(tally.inputKnown, tally.inputTokens),
        tally.outputTokens,
        tally.requestedTokens,
        tokensPerEvent(),
        known(tally.cachedKnown, tally.cachedTokens),
        known(tally.reasoningKnown, tally.reasoningTokens),
        tally.paced == 0
            ? OptionalDouble.empty()
            : OptionalDouble.of(tally.tokensPerSecond / tally.paced),
        known(tally.requestedInputKnown, tally.requestedInput),
        known(tally.reusableKnown, tally.reusable));
  }

  /** Kept-alive connections that died before a response byte and were replaced, in the window. */
  public long reconnects() {
    return tally.reconnects;
  }

  /** True if a connection failed for want of local ports. */
  public boolean portsExhausted() {
    return tally.portsExhausted;
  }

  /** Completed and cut requests together, for the metrics that a cut request censors. */
  private Map<Metric, Latency> withCut() {
    LatencyMetrics both = new LatencyMetrics();
    both.add(cutLatencies);
    both.addWhereKnown(latencies);
    return both.censored();
  }

  private static OptionalLong known(long requests, long tokens) {
    return requests == 0 ? OptionalLong.empty() : OptionalLong.of(tokens);
  }

  /** Of the completed requests; {@code Usage} where none completed, for there was none to flag. */
  private String tokenSource() {
    if (tally.fromUsage == tally.completed) {
      return TokenSource.USAGE.wireName();
    }
    if (tally.fromTokenIds == tally.completed) {
      return TokenSource.TOKEN_IDS.wireName();
    }
    return tally.fromEvents == tally.completed ? TokenSource.EVENTS.wireName() : MIXED;
  }

  private OptionalDouble tokensPerEvent() {
    return tally.events == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) tally.streamedTokens / tally.events);
  }

  /**
   * A request that was cut or failed never says how many tokens it got: each of its events is taken
   * to bear what the events of the completed requests bore.
   */
  private long receivedTokens() {
    double perEvent = tokensPerEvent().orElse(1);
    return Math.round(tally.receivedTokens + tally.receivedEvents * perEvent);
  }
}
