package dev.loadline.runner.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.loadline.runner.contract.RunResult.ErrorCount;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One stage. {@link Requests}, {@link Tokens}, errors and latencies are of the requests <em>of</em>
 * the window (drained after it): in an open loop those that were due in it, by their intended
 * instant, however late they were sent; in a closed loop those sent in it. {@link InWindow} is of
 * what happened <em>within</em> the window, whoever it belongs to, so that a backlog that is worked
 * off afterwards does not count as capacity: throughputs come from there.
 *
 * @param name the stage's name
 * @param requestedRate requests per second asked for; absent in a closed loop
 * @param window the time over which was measured
 * @param requests how many there were and what became of them
 * @param tokens the tokens of the completed requests
 * @param inWindow what happened within the window
 * @param errors failures by class, most frequent first
 * @param latencies per metric of {@link Metric}, of completed requests
 * @param withCut the same with {@code cut} requests: a latency that was complete counts as it is,
 *     one that was not at its elapsed time (a lower bound); only metrics that a cut request
 *     censors, only if requests were cut
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record StageResult(
    String name,
    OptionalDouble requestedRate,
    Window window,
    Requests requests,
    Tokens tokens,
    InWindow inWindow,
    List<ErrorCount> errors,
    Map<Metric, Latency> latencies,
    Map<Metric, Latency> withCut) {

  /** Copies the collections. */
  public StageResult {
    errors = List.copyOf(errors);
    latencies = Map.copyOf(latencies);
    withCut = Map.copyOf(withCut);
  }

  /**
   * The time over which was measured.
   *
   * @param startMillis epoch milliseconds at which the window opened
   * @param micros its length, microseconds
   * @param complete false if the window was cut short (stopped)
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Window(long startMillis, long micros, boolean complete) {
    /** Epoch milliseconds at which the window closed. */
    public long endMillis() {
      return startMillis + micros / 1_000;
    }
  }

  /**
   * Counts of requests.
   *
   * @param sent requests of the window: in an open loop those whose intended instant lies in it; in
   *     a closed loop those whose first byte was written in it, one whose connection failed before
   *     that counting at the instant at which it should have been sent
   * @param completed those that succeeded
   * @param failed those that failed, by any class but {@code cut}
   * @param cut those still in flight when the drain ended (or the run was stopped): censored
   * @param good those that succeeded and kept every bound of the plan
   * @param plainJson completed requests whose answer was one JSON document instead of a stream
   *     (flagged): of their latencies only e2e and what comes before the first token are known
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Requests(
      long sent, long completed, long failed, long cut, long good, long plainJson) {
    /** Those that came to an end of their own: completed or failed, not cut. */
    public long ended() {
      return completed + failed;
    }
  }

  /**
   * Tokens of the completed requests.
   *
   * @param source {@code Usage}, {@code TokenIds}, {@code Events} (flagged: counted events) or
   *     {@code Mixed}; {@code Usage} where none completed
   * @param input prompt tokens; absent if the server never said
   * @param output output tokens
   * @param requested sum of the requested output lengths
   * @param perEvent output tokens per token-bearing event: above 1 where events bundle tokens,
   *     below 1 where a gateway cuts text finer
   * @param cached prompt tokens that the server took from its cache; absent if it never said
   * @param reasoning output tokens that were reasoning; absent if the server never said
   * @param perSecondPerUser mean of 1 ÷ tpot, tokens per second; absent without a tpot above 0.
   *     What the slowest tenth gets at most is 1 ÷ p90 of tpot
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Tokens(
      String source,
      OptionalLong input,
      long output,
      long requested,
      OptionalDouble perEvent,
      OptionalLong cached,
      OptionalLong reasoning,
      OptionalDouble perSecondPerUser) {}

  /**
   * What happened within the window.
   *
   * @param sent requests that the client set out to send in the window, whenever they were due: by
   *     the first byte or, where the request opened its own connection, by the beginning of that;
   *     one that came to neither counts at the instant at which it should have been sent
   * @param completed successes whose last token arrived in the window, whenever they were sent
   * @param good those of them that kept every bound
   * @param inputTokens their prompt tokens; absent if the server never said
   * @param outputTokens their output tokens
   * @param receivedTokens output tokens that arrived in the window, whoever they belong to
   * @param inFlightMicros sum over requests of the time in flight within the window, microseconds:
   *     from when the client set out to send it, connecting included, until its end
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record InWindow(
      long sent,
      long completed,
      long good,
      OptionalLong inputTokens,
      long outputTokens,
      long receivedTokens,
      long inFlightMicros) {}
}
