package dev.loadline.runner.simulator;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What was really sent, since the start or the last reset: histograms of four significant digits,
 * so that reading them adds no error worth the name. Confined to the event loop.
 */
final class Truth {
  private static final double NANOS_PER_MILLI = 1e6;

  private final Histogram ttft = histogram();
  private final Histogram itl = histogram();
  private final Histogram tpot = histogram();
  private final Histogram e2e = histogram();
  private final Histogram scheduledTtft = histogram();
  private final Histogram scheduledItl = histogram();
  private final Histogram late = histogram();
  private final Map<String, Long> errors = new TreeMap<>();
  private long requests;
  private long succeeded;
  private long cancelled;
  private long promptTokens;
  private long cachedTokens;
  private long outputTokens;
  private long blockedWrites;

  private static Histogram histogram() {
    return new Histogram(TimeUnit.MICROSECONDS.toNanos(1), TimeUnit.HOURS.toNanos(2), 4);
  }

  void arrived() {
    requests++;
  }

  void accepted(int tokens, int cached) {
    promptTokens += tokens;
    cachedTokens += Math.max(0, cached);
  }

  void sent(int tokens, long lateNanos, boolean writable) {
    outputTokens += tokens;
    record(late, lateNanos);
    blockedWrites += writable ? 0 : 1;
  }

  void failed(String errorClass) {
    errors.merge(errorClass, 1L, Long::sum);
  }

  void cancelled() {
    cancelled++;
  }

  void succeeded(long e2eNanos) {
    succeeded++;
    record(e2e, e2eNanos);
  }

  void firstToken(long ttftNanos, long scheduledNanos) {
    record(ttft, ttftNanos);
    record(scheduledTtft, scheduledNanos);
  }

  void gap(long itlNanos, long scheduledNanos) {
    record(itl, itlNanos);
    record(scheduledItl, scheduledNanos);
  }

  void perToken(long tpotNanos) {
    record(tpot, tpotNanos);
  }

  void reset() {
    for (Histogram histogram :
        new Histogram[] {ttft, itl, tpot, e2e, scheduledTtft, scheduledItl, late}) {
      histogram.reset();
    }
    errors.clear();
    requests = 0;
    succeeded = 0;
    cancelled = 0;
    promptTokens = 0;
    cachedTokens = 0;
    outputTokens = 0;
    blockedWrites = 0;
  }

  TruthReport report(int running, int waiting) {
    return new TruthReport(
        requests,
        succeeded,
        cancelled,
        errors,
        running,
        waiting,
        promptTokens,
        cachedTokens,
        outputTokens,
        blockedWrites,
        statistics(ttft),
        statistics(itl),
        statistics(tpot),
        statistics(e2e),
        statistics(scheduledTtft),
        statistics(scheduledItl),
        statistics(late));
  }

  private static void record(Histogram histogram, long nanos) {
    histogram.recordValue(Math.clamp(nanos, 0, histogram.getHighestTrackableValue()));
  }

  private static TruthReport.Statistics statistics(Histogram of) {
    if (of.getTotalCount() == 0) {
      return new TruthReport.Statistics(0, 0, 0, 0, 0, 0, 0);
    }
    return new TruthReport.Statistics(
        of.getTotalCount(),
        of.getMean() / NANOS_PER_MILLI,
        of.getValueAtPercentile(50) / NANOS_PER_MILLI,
        of.getValueAtPercentile(90) / NANOS_PER_MILLI,
        of.getValueAtPercentile(95) / NANOS_PER_MILLI,
        of.getValueAtPercentile(99) / NANOS_PER_MILLI,
        of.getMaxValue() / NANOS_PER_MILLI);
  }
}
