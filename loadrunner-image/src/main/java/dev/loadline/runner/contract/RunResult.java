package dev.loadline.runner.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What one load runner measured. Facts only: thresholds and verdicts belong to the operator. Every
 * value that is not known is absent, never 0. Instants are epoch milliseconds (wall clock, for
 * people); all durations come from one monotonic clock.
 *
 * @param version version of this format, {@link #VERSION}
 * @param outcome how the runner ended
 * @param message what went wrong, for a person; after {@link Outcome#MEASURED} what there is to
 *     know of the prompts beside the figures, usually nothing
 * @param reason why no load could be sent, in one word ({@code ModelNotServed}); absent where the
 *     outcome says it all
 * @param target what was found at the target; absent if it never answered
 * @param loadStartedMillis instant of the first request of the load; absent if none was sent
 * @param endedMillis instant at which the result was made
 * @param stages one per stage that began, in order
 * @param generator the generator's own health over all windows
 * @param spent what the run has spent; absent in a result of version 2
 * @param limitReached the limit that ended the load, in the last of the stages or, if that one's
 *     window is complete, after it; absent if none did
 * @param omitted what was left out so that the result fits into a termination message, in words: a
 *     metric whose distributions are all gone by its name, one that lacks only those that count cut
 *     requests as {@link #withCut}; empty where nothing was
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record RunResult(
    int version,
    Outcome outcome,
    Optional<String> message,
    Optional<String> reason,
    Optional<TargetFacts> target,
    OptionalLong loadStartedMillis,
    long endedMillis,
    List<StageResult> stages,
    Generator generator,
    Optional<Spent> spent,
    Optional<Limit> limitReached,
    List<String> omitted) {

  /** The version that this code writes; of a termination message it reads the one before, too. */
  public static final int VERSION = 3;

  /** The word among the omitted for how arrivals followed one another. */
  public static final String ARRIVALS = "arrivals";

  /** Copies the lists. */
  public RunResult {
    stages = List.copyOf(stages);
    omitted = List.copyOf(omitted);
  }

  /** The same with less in it. */
  RunResult with(
      Optional<TargetFacts> otherTarget, List<StageResult> otherStages, List<String> nowOmitted) {
    return new RunResult(
        version,
        outcome,
        message,
        reason,
        otherTarget,
        loadStartedMillis,
        endedMillis,
        otherStages,
        generator,
        spent,
        limitReached,
        nowOmitted);
  }

  /** The words for a metric's distributions that count cut requests. */
  public static String withCut(Metric metric) {
    return metric.name() + " with cut requests";
  }

  /** How a runner ends; each has an exit code of its own. */
  public enum Outcome {
    /** All stages ran, or those that a limit of the plan allowed. */
    MEASURED(0),
    /** The plan or the environment cannot be used. */
    BAD_CONFIGURATION(64),
    /** The endpoint did not answer or does not serve the model. */
    TARGET_UNREACHABLE(69),
    /** A defect of the runner. */
    INTERNAL_ERROR(70),
    /** Temporary trouble before the first request; this version's runner never ends so. */
    TEMPORARY(75),
    /** The start instant is already past; this version's runner never ends so. */
    TOO_LATE(76),
    /** The endpoint refused the key (401, 403). */
    UNAUTHORIZED(77),
    /** Told to stop; what was measured until then is in the result. */
    STOPPED(143);

    private final int exitCode;

    Outcome(int exitCode) {
      this.exitCode = exitCode;
    }

    /** The process's exit code. */
    public int exitCode() {
      return exitCode;
    }
  }

  /**
   * What answered.
   *
   * @param model model name that the requests carried
   * @param engine engine, as named in the API, {@code OpenAI} if it could not be told
   * @param version the engine's version, if it says
   * @param calibration what prompt lengths were calibrated to; absent if they were not
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record TargetFacts(
      String model, String engine, Optional<String> version, Optional<Calibration> calibration) {}

  /**
   * How the server counts a synthetic prompt: tokens = overhead + tokensPerWord × words. Both keep
   * six decimals.
   *
   * @param tokensPerWord mean tokens of one word of the word list
   * @param overhead tokens that the chat template and the message's frame add to each prompt
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Calibration(double tokensPerWord, double overhead) {}

  /**
   * What the run has spent.
   *
   * @param requests requests of the load that were sent, in warm-ups too; not those before it by
   *     which prompts are calibrated
   * @param outputTokens tokens of their answers, of those that failed or were cut, too: as the
   *     server counts them, and an event as one where it does not
   * @param runnerMillis how old the runner's process was when the result was made
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Spent(long requests, long outputTokens, long runnerMillis) {}

  /** What a plan may limit, named as in the API. */
  public enum Limit {
    /** Requests that are sent. */
    requests,
    /** Tokens that are received. */
    outputTokens,
    /** How long the runner lives. */
    runnerPodTime
  }

  /** The latency metrics of one request, named as in the API. */
  public enum Metric {
    /** First token − first byte sent. */
    ttft,
    /** First token − intended send instant; open loop only. */
    ttftScheduled,
    /** First output that is not reasoning − first byte sent. */
    ttfo,
    /** First event with non-empty {@code choices}, bearing a token or not − first byte sent. */
    ttftFirstChunk,
    /** Last token − first byte sent. */
    e2e,
    /** Last token − intended send instant; open loop only. */
    e2eScheduled,
    /** (last token − first token) / (tokens − 1). */
    tpot,
    /** (last token − first byte sent) / tokens. */
    ntpot,
    /** Pooled gaps between token-bearing events. */
    itl,
    /**
     * The same gaps, each divided by the tokens of the read that ended it (one event or several),
     * where they are known; a gap that ended without a known token is part of the next one.
     */
    itlPerToken,
    /** Longest gap within one request. */
    maxGap,
    /** First byte sent − intended send instant, less the time of opening its own connection. */
    sendLag,
    /** Connection established − begun, of requests that opened one. */
    connect,
    /** Response headers − first byte sent. */
    ttfb
  }

  /**
   * Distribution of one metric, microseconds. Percentiles are the histogram's (3 significant
   * digits), whatever the sample's size: the operator decides which of them are enough to report.
   *
   * @param count samples
   * @param clamped samples outside the histogram's range (1 µs to 1 h), counted at its edge
   * @param intervals how far chance may have moved the percentiles
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Latency(
      long count,
      long mean,
      long p50,
      long p90,
      long p95,
      long p99,
      long max,
      long clamped,
      Intervals intervals) {

    /** The same with these intervals. */
    public Latency with(Intervals other) {
      return new Latency(count, mean, p50, p90, p95, p99, max, clamped, other);
    }
  }

  /**
   * The 95 % confidence intervals of a distribution's percentiles; absent where the sample is too
   * small to bound the percentile from both sides, or where they were left out.
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Intervals(
      Optional<Interval> p50,
      Optional<Interval> p90,
      Optional<Interval> p95,
      Optional<Interval> p99) {
    /** None is known. */
    public static final Intervals NONE =
        new Intervals(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Two order statistics between which a percentile lies, microseconds, both included. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Interval(long low, long high) {}

  /**
   * Failures of one class.
   *
   * @param errorClass name of the class, see measurement
   * @param count how many
   * @param example one message, at most 200 characters, without secrets and prompts
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record ErrorCount(String errorClass, long count, Optional<String> example) {}

  /**
   * The generator's own health within the windows; a measurement is only as good as this. Of loop
   * delay, shares and the longest pause the worst stage's, since a quiet stage must not hide a busy
   * one; all else is the sum over the stages.
   *
   * @param loops event loops that carried the load
   * @param loopDelayP99Micros 99th percentile of run minus due of a 10 ms tick on the event loop
   *     that is worst
   * @param longestLoopDelayMicros the longest delay of any loop, which holds the pauses of the
   *     collector too
   * @param gcPauseMillis total garbage collection time
   * @param longestGcPauseMillis the longest of its pauses; absent if the JVM does not say
   * @param cpuShare own CPU time ÷ (window × loops); can exceed 1
   * @param busyShare CPU time of the busiest event loop's thread ÷ window, 0 to 1; absent if the
   *     system does not say
   * @param stealShare time that a hypervisor gave to others ÷ all CPU time of the machine ({@code
   *     steal} of {@code /proc/stat}), 0 to 1; absent if it cannot be read
   * @param throttledPeriods rise of {@code nr_throttled} of the cgroup; absent if it cannot be read
   * @param reconnects kept-alive connections that died before a response byte and were replaced
   * @param portsExhausted true if a connection failed for want of local ports
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Generator(
      int loops,
      OptionalLong loopDelayP99Micros,
      OptionalLong longestLoopDelayMicros,
      long gcPauseMillis,
      OptionalLong longestGcPauseMillis,
      OptionalDouble cpuShare,
      OptionalDouble busyShare,
      OptionalDouble stealShare,
      OptionalInt throttledPeriods,
      long reconnects,
      boolean portsExhausted) {}
}
