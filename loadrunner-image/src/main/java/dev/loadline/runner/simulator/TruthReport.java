package dev.loadline.runner.simulator;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a simulator really sent. Latencies are those of the streamed requests that succeeded, e2e of
 * all that succeeded; they begin when a request's last byte was read and end just before bytes are
 * handed to the socket.
 *
 * @param requests requests for text, refused ones included
 * @param succeeded answered to the end
 * @param cancelled the client left before the end
 * @param errors class to number of requests refused or broken off, on purpose or not
 * @param running being answered now
 * @param waiting waiting for a place now
 * @param promptTokens words of all prompts accepted
 * @param cachedTokens those of them in the simulated prefix cache
 * @param outputTokens tokens sent, those of broken answers included
 * @param blockedWrites events sent while the client read too slowly to take them
 * @param ttftMillis first token − request read
 * @param itlMillis gaps between events
 * @param tpotMillis (last token − first token)/(tokens − 1), two tokens or more
 * @param e2eMillis last token − request read
 * @param scheduledTtftMillis the time to first token as drawn, waiting excluded
 * @param scheduledItlMillis the gaps between events as drawn
 * @param lateMillis how much later than planned events were sent: the simulator's own error
 */
public record TruthReport(
    long requests,
    long succeeded,
    long cancelled,
    Map<String, Long> errors,
    int running,
    int waiting,
    long promptTokens,
    long cachedTokens,
    long outputTokens,
    long blockedWrites,
    Statistics ttftMillis,
    Statistics itlMillis,
    Statistics tpotMillis,
    Statistics e2eMillis,
    Statistics scheduledTtftMillis,
    Statistics scheduledItlMillis,
    Statistics lateMillis) {

  /** Copies the errors in the order of their names. */
  public TruthReport {
    errors = Collections.unmodifiableMap(new TreeMap<>(errors));
  }

  /** The usual figures of one distribution, in milliseconds, 0 without samples. */
  public record Statistics(
      long count, double mean, double p50, double p90, double p95, double p99, double max) {}

  /** A table for people. */
  public String table() {
    StringBuilder text = new StringBuilder();
    text.append(
        "requests %d, succeeded %d, cancelled %d, errors %s%n"
            .formatted(requests, succeeded, cancelled, errors));
    text.append(
        "tokens in %d (cached %d), out %d, blocked writes %d%n"
            .formatted(promptTokens, cachedTokens, outputTokens, blockedWrites));
    text.append(
        "%-9s %9s %11s %11s %11s %11s %11s %11s%n"
            .formatted("ms", "count", "mean", "p50", "p90", "p95", "p99", "max"));
    row(text, "ttft", ttftMillis);
    row(text, " as drawn", scheduledTtftMillis);
    row(text, "itl", itlMillis);
    row(text, " as drawn", scheduledItlMillis);
    row(text, "tpot", tpotMillis);
    row(text, "e2e", e2eMillis);
    row(text, "late", lateMillis);
    return text.toString();
  }

  private static void row(StringBuilder text, String name, Statistics of) {
    text.append(
        "%-9s %9d %11.3f %11.3f %11.3f %11.3f %11.3f %11.3f%n"
            .formatted(
                name, of.count(), of.mean(), of.p50(), of.p90(), of.p95(), of.p99(), of.max()));
  }
}
