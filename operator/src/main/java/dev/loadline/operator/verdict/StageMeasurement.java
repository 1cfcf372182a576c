package dev.loadline.operator.verdict;

import dev.loadline.operator.plan.Load;
import dev.loadline.operator.plan.Objective.Statistic;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.StageResult;
import dev.loadline.runner.contract.StageResult.Requests;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One stage: what was asked for and what came of it. What cannot be said is empty, never 0.
 *
 * @param planned the load that was asked for
 * @param result what the load runner counted
 */
public record StageMeasurement(Load.Stage planned, StageResult result) {
  private static final BigDecimal MICROS_PER_SECOND = BigDecimal.valueOf(1_000_000);

  /** The stage's name. */
  public String name() {
    return result.name();
  }

  /** How much of a ramp there was, which lasts as long as the window: 1 unless it was cut short. */
  double rampDone() {
    return planned.end() instanceof Load.End.After after && !result.window().complete()
        ? Math.min(1, result.window().micros() / (after.duration().toNanos() / 1e3))
        : 1;
  }

  /** The requests of the window. */
  public Requests requests() {
    return result.requests();
  }

  /** failed ÷ (completed + failed). */
  public Optional<BigDecimal> errorRate() {
    return share(requests().failed(), requests().ended());
  }

  /** The same if every cut request had failed: (failed + cut) ÷ (completed + failed + cut). */
  Optional<BigDecimal> errorRateAtMost() {
    return share(requests().failed() + requests().cut(), requests().ended() + requests().cut());
  }

  /** Requests that kept every bound ÷ (completed + failed). */
  public Optional<BigDecimal> goodFraction() {
    return share(requests().good(), requests().ended());
  }

  /** The same if no cut request were good: good ÷ (completed + failed + cut). */
  Optional<BigDecimal> goodFractionAtLeast() {
    return share(requests().good(), requests().ended() + requests().cut());
  }

  /** Successes that ended in the window ÷ its length. */
  public Optional<BigDecimal> requestsPerSecond() {
    return perSecond(result.inWindow().completed());
  }

  /** Those of them that kept every bound ÷ the window's length. */
  public Optional<BigDecimal> goodputRequestsPerSecond() {
    return perSecond(result.inWindow().good());
  }

  /** Output tokens of the successes that ended in the window ÷ its length. */
  public Optional<BigDecimal> outputTokensPerSecond() {
    return perSecond(result.inWindow().outputTokens());
  }

  /** Output tokens that arrived in the window, whoever they belong to ÷ its length. */
  Optional<BigDecimal> receivedTokensPerSecond() {
    return perSecond(result.inWindow().receivedTokens());
  }

  /**
   * The same in requests: ÷ the mean output tokens of a success. Empty if there was none, and if
   * some failed: their tokens make no request.
   */
  Optional<BigDecimal> receivedRequestsPerSecond() {
    long tokens = result.tokens().output();
    return tokens == 0 || requests().failed() > 0
        ? Optional.empty()
        : receivedTokensPerSecond()
            .map(received ->
                received.multiply(ratio(requests().completed(), tokens), MathContext.DECIMAL64));
  }

  /** Input and output tokens; empty if the server never said how many went in. */
  public Optional<BigDecimal> totalTokensPerSecond() {
    OptionalLong input = result.inWindow().inputTokens();
    return input.isEmpty()
        ? Optional.empty()
        : perSecond(input.getAsLong() + result.inWindow().outputTokens());
  }

  /** Mean number of requests in flight within the window. */
  public Optional<BigDecimal> concurrencyMean() {
    return result.window().micros() <= 0
        ? Optional.empty()
        : Optional.of(ratio(result.inWindow().inFlightMicros(), result.window().micros()));
  }

  /** A statistic of the completed requests, microseconds; empty if they are too few for it. */
  public OptionalLong statistic(Metric metric, Statistic statistic) {
    Latency latency = result.latencies().get(metric);
    return latency == null || !SmallestSample.enough(statistic, latency.count())
        ? OptionalLong.empty()
        : OptionalLong.of(value(latency, statistic));
  }

  /** Whether requests failed and none succeeded: there is no latency to speak of. */
  boolean onlyFailures() {
    return requests().completed() == 0 && requests().failed() > 0;
  }

  static long value(Latency latency, Statistic statistic) {
    return switch (statistic) {
      case mean -> latency.mean();
      case p50 -> latency.p50();
      case p90 -> latency.p90();
      case p95 -> latency.p95();
      case p99 -> latency.p99();
      case max -> latency.max();
    };
  }

  private static Optional<BigDecimal> share(long part, long whole) {
    return whole == 0 ? Optional.empty() : Optional.of(ratio(part, whole));
  }

  private Optional<BigDecimal> perSecond(long count) {
    return result.window().micros() <= 0
        ? Optional.empty()
        : Optional.of(
            BigDecimal.valueOf(count)
                .multiply(MICROS_PER_SECOND)
                .divide(BigDecimal.valueOf(result.window().micros()), MathContext.DECIMAL64));
  }

  private static BigDecimal ratio(long part, long whole) {
    return BigDecimal.valueOf(part).divide(BigDecimal.valueOf(whole), MathContext.DECIMAL64);
  }
}
