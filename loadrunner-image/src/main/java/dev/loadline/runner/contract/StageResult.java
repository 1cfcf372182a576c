package dev.loadline.runner.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.loadline.runner.contract.RunResult.ErrorCount;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * @param requestedRate mean of the requests per second asked for in the window: of a ramp that of
 *     its ends if it was not cut short, of a replay those due in the window ÷ window; absent in a
 *     closed loop, and of a replay whose window never opened
 * @param window the time over which was measured
 * @param requests how many there were and what became of them
 * @param tokens the tokens of the completed requests
 * @param lengths how long their prompts and answers were
 * @param inWindow what happened within the window
 * @param arrivals how the requests of an open loop followed one another; absent in a closed loop
 * @param errors failures by class, most frequent first
 * @param latencies per metric of {@link Metric}, of completed requests
 * @param withCut the same with {@code cut} requests: a latency that was complete counts as it is,
 *     one that was not at its elapsed time (a lower bound); only metrics that a cut request
 *     censors, only if requests were cut
 * @param health how well the generator kept up in the window; {@link Health#NONE} where it was left
 *     out
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record StageResult(
    String name,
    OptionalDouble requestedRate,
    Window window,
    Requests requests,
    Tokens tokens,
    Lengths lengths,
    InWindow inWindow,
    Optional<Arrivals> arrivals,
    List<ErrorCount> errors,
    Map<Metric, Latency> latencies,
    Map<Metric, Latency> withCut,
    Health health) {

  /** Copies the collections. */
  public StageResult {
    errors = List.copyOf(errors);
    latencies = Map.copyOf(latencies);
    withCut = Map.copyOf(withCut);
  }

  /** The same with this health. */
  public StageResult with(Health other) {
    return new StageResult(
        name,
        requestedRate,
        window,
        requests,
        tokens,
        lengths,
        inWindow,
        arrivals,
        errors,
        latencies,
        withCut,
        other);
  }

  /**
   * The time over which was measured.
   *
   * @param startMillis epoch milliseconds at which the window opened
   * @param micros its length, microseconds
   * @param complete false if the window was cut short: by a stop or a limit
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
   * @param requestedInput sum of the prompt lengths that the workload wanted, of the completed
   *     requests of which the server said the prompt tokens, and what it said where none was wanted
   *     (a turn after an answer of unknown length); absent where none ever is (datasets)
   * @param reusable prompt tokens that the workload itself repeats: what a server that forgot
   *     everything before the run could still take from its cache (shared prefixes, history of a
   *     conversation); absent where the workload does not know
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
      OptionalDouble perSecondPerUser,
      OptionalLong requestedInput,
      OptionalLong reusable) {}

  /**
   * How long the prompts and answers of the completed requests were.
   *
   * @param input prompt lengths by the server's usage; absent if it never said
   * @param output output lengths by the best source of each answer; absent if none completed
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Lengths(Optional<Length> input, Optional<Length> output) {
    /** None is known. */
    public static final Lengths NONE = new Lengths(Optional.empty(), Optional.empty());
  }

  /**
   * Distribution of a length, tokens; 3 significant digits, minimum and maximum exact.
   *
   * @param count requests
   * @param mean arithmetic mean, two decimals
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Length(long count, double mean, long min, long p50, long p90, long p99, long max) {}

  /**
   * How the arrivals of an open loop followed one another within the window.
   *
   * @param sent the requests that the client set out to send, at the instants at which it did
   * @param due the instants that a trace wants; only of a replay, for other arrivals obey a law
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Arrivals(ArrivalPattern sent, Optional<ArrivalPattern> due) {}

  /**
   * What tells one arrival process from another; of all loops together. Of a ramp in rescaled time,
   * in which its rate is the mean one throughout: Λ(t) ÷ (Λ(T) ÷ T), with Λ the expected number of
   * arrivals until t. Three decimals.
   *
   * @param count arrivals; their mean rate is count ÷ window
   * @param gapVariation coefficient of variation of the gaps: standard deviation ÷ mean; absent
   *     below two gaps
   * @param perSecond dispersion of the counts in bins of 1 s; absent below two bins
   * @param perTenSeconds the same in bins of 10 s
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record ArrivalPattern(
      long count,
      OptionalDouble gapVariation,
      Optional<Dispersion> perSecond,
      Optional<Dispersion> perTenSeconds) {}

  /**
   * Index of dispersion of counts in bins of equal length.
   *
   * @param index sample variance (÷ (bins − 1)) ÷ mean of the counts
   * @param bins whole bins in the window
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Dispersion(double index, int bins) {}

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

  /**
   * The generator's own health in the window: of {@link RunResult.Generator} what is judged
   * together, or beside the stage's latencies.
   *
   * @param loopDelayP99Micros 99th percentile of the loop delay, of the event loop that is worst
   * @param busyShare CPU time of the busiest event loop's thread ÷ window, 0 to 1, three decimals;
   *     absent if the system does not say
   * @param longestGcPauseMillis the longest garbage collection pause that began or ended in the
   *     window; absent if the JVM does not say
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Health(
      OptionalLong loopDelayP99Micros,
      OptionalDouble busyShare,
      OptionalLong longestGcPauseMillis) {
    /** Nothing is known. */
    public static final Health NONE =
        new Health(OptionalLong.empty(), OptionalDouble.empty(), OptionalLong.empty());
  }
}
