package dev.loadline.runner.simulator;

import java.util.Arrays;

/**
 * The instants of one answer, as they were planned and as they came. A stream that succeeds enters
 * the truth with its end; vLLM's metrics are told at once, as vLLM does.
 */
final class RequestRecord {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Truth truth;
  private final VllmMetrics metrics;
  private final boolean stream;
  private final long arrivalNanos;
  private long[] gaps = new long[64];
  private long[] scheduledGaps = new long[64];
  private int events;
  private int tokens;
  private long scheduledTtft;
  private long firstNanos;
  private long lastNanos;

  RequestRecord(Truth truth, VllmMetrics metrics, boolean stream, long arrivalNanos) {
    this.truth = truth;
    this.metrics = metrics;
    this.stream = stream;
    this.arrivalNanos = arrivalNanos;
  }

  /** The request got its place. */
  void started(long nanos) {
    metrics.queueTime.observe((nanos - arrivalNanos) / NANOS_PER_SECOND);
  }

  /**
   * Tokens were sent.
   *
   * @param count how many
   * @param nanos when
   * @param scheduledNanos the delay drawn for them: to first token, or since the event before
   */
  void sent(int count, long nanos, long scheduledNanos) {
    if (events == 0) {
      firstNanos = nanos;
      scheduledTtft = scheduledNanos;
      if (stream) {
        metrics.ttft.observe((nanos - arrivalNanos) / NANOS_PER_SECOND);
      }
    } else {
      gap(nanos - lastNanos, scheduledNanos);
      metrics.itl.observe((nanos - lastNanos) / NANOS_PER_SECOND);
    }
    metrics.outputTokens.inc(count);
    lastNanos = nanos;
    tokens += count;
    events++;
  }

  private void gap(long nanos, long scheduledNanos) {
    int index = events - 1;
    if (index == gaps.length) {
      gaps = Arrays.copyOf(gaps, 2 * index);
      scheduledGaps = Arrays.copyOf(scheduledGaps, 2 * index);
    }
    gaps[index] = nanos;
    scheduledGaps[index] = scheduledNanos;
  }

  /** The answer is complete. */
  void succeeded(String finishReason) {
    truth.succeeded(lastNanos - arrivalNanos);
    metrics.e2e.observe((lastNanos - arrivalNanos) / NANOS_PER_SECOND);
    metrics.finished(finishReason);
    if (!stream) {
      return;
    }
    truth.firstToken(firstNanos - arrivalNanos, scheduledTtft);
    for (int i = 0; i < events - 1; i++) {
      truth.gap(gaps[i], scheduledGaps[i]);
    }
    if (tokens > 1) {
      truth.perToken((lastNanos - firstNanos) / (tokens - 1));
      metrics.tpot.observe((lastNanos - firstNanos) / NANOS_PER_SECOND / (tokens - 1));
    }
  }

  /** The answer went wrong on purpose. */
  void failed(Fault fault) {
    truth.failed(fault.faultName());
    metrics.finished("error");
  }

  /** The client left. */
  void cancelled() {
    truth.cancelled();
    metrics.finished("abort");
  }
}
