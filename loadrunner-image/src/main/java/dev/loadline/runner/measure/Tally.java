package dev.loadline.runner.measure;

/** The plain counts behind a stage's result; see {@link Recorder} for what counts where. */
final class Tally {
  long sent;
  long completed;
  long failed;
  long cut;
  long good;
  long inputTokens;
  long inputKnown;
  long cachedTokens;
  long cachedKnown;
  long reasoningTokens;
  long reasoningKnown;
  long requestedInput;
  long requestedInputKnown;
  long reusable;
  long reusableKnown;
  long plainJson;
  double tokensPerSecond;
  long paced;
  long outputTokens;
  long requestedTokens;
  long streamedTokens;
  long events;
  long fromUsage;
  long fromTokenIds;
  long fromEvents;
  long sentInWindow;
  long endedInWindow;
  long endedGood;
  long endedInputTokens;
  long endedInputKnown;
  long endedOutputTokens;
  double receivedTokens;
  double receivedEvents;
  long inFlightNanos;
  long reconnects;
  boolean portsExhausted;

  void add(Tally other) {
    sent += other.sent;
    completed += other.completed;
    failed += other.failed;
    cut += other.cut;
    good += other.good;
    inputTokens += other.inputTokens;
    inputKnown += other.inputKnown;
    cachedTokens += other.cachedTokens;
    cachedKnown += other.cachedKnown;
    reasoningTokens += other.reasoningTokens;
    reasoningKnown += other.reasoningKnown;
    requestedInput += other.requestedInput;
    requestedInputKnown += other.requestedInputKnown;
    reusable += other.reusable;
    reusableKnown += other.reusableKnown;
    plainJson += other.plainJson;
    tokensPerSecond += other.tokensPerSecond;
    paced += other.paced;
    outputTokens += other.outputTokens;
    requestedTokens += other.requestedTokens;
    streamedTokens += other.streamedTokens;
    events += other.events;
    fromUsage += other.fromUsage;
    fromTokenIds += other.fromTokenIds;
    fromEvents += other.fromEvents;
    sentInWindow += other.sentInWindow;
    endedInWindow += other.endedInWindow;
    endedGood += other.endedGood;
    endedInputTokens += other.endedInputTokens;
    endedInputKnown += other.endedInputKnown;
    endedOutputTokens += other.endedOutputTokens;
    receivedTokens += other.receivedTokens;
    receivedEvents += other.receivedEvents;
    inFlightNanos += other.inFlightNanos;
    reconnects += other.reconnects;
    portsExhausted |= other.portsExhausted;
  }

  /** A completed request of the window. */
  void completed(RequestTimeline timeline, RequestedTokens requested) {
    TokenCounts counts = timeline.counts();
    completed++;
    plainJson += timeline.isPlainJson() ? 1 : 0;
    long tpotNanos = timeline.tpotNanos().orElse(0);
    if (tpotNanos > 0) {
      tokensPerSecond += 1e9 / tpotNanos;
      paced++;
    }
    outputTokens += counts.output();
    requestedTokens += counts.requested();
    if (counts.input().isPresent()) {
      inputTokens += counts.input().getAsInt();
      inputKnown++;
      requestedInput += requested.input().orElse(counts.input().getAsInt());
      requestedInputKnown += requested.input().isPresent() ? 1 : 0;
    }
    reusable += Math.min(requested.reusable().orElse(0), counts.input().orElse(Integer.MAX_VALUE));
    reusableKnown += requested.reusable().isPresent() ? 1 : 0;
    if (counts.cached().isPresent()) {
      cachedTokens += counts.cached().getAsInt();
      cachedKnown++;
    }
    if (counts.reasoning().isPresent()) {
      reasoningTokens += counts.reasoning().getAsInt();
      reasoningKnown++;
    }
    if (counts.events() > 0) {
      streamedTokens += counts.output();
      events += counts.events();
    }
    switch (counts.source()) {
      case USAGE -> fromUsage++;
      case TOKEN_IDS -> fromTokenIds++;
      case EVENTS -> fromEvents++;
    }
  }

  /** A success whose last token arrived in the window. */
  void ended(TokenCounts counts, boolean isGood) {
    endedInWindow++;
    endedGood += isGood ? 1 : 0;
    endedOutputTokens += counts.output();
    if (counts.input().isPresent()) {
      endedInputTokens += counts.input().getAsInt();
      endedInputKnown++;
    }
  }
}
