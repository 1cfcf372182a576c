package dev.loadline.operator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Map;

/** What became of a run. Written by the operator alone; a value that is not known is absent. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LoadTestRunStatus(
    @JsonPropertyDescription("Generation of the spec that this status speaks of.")
        Long observedGeneration,
    @JsonPropertyDescription(
            "Pending, Waiting, Starting, Running, Collecting, Completed, Failed or Stopped; derived"
                + " from the conditions.")
        String phase,
    @JsonPropertyDescription("Pass, Fail, Invalid or None.") String verdict,
    @JsonPropertyDescription("Why.") String verdictReason,
    @JsonPropertyDescription("When it was admitted; its deadlines count from then.")
        String startTime,
    @JsonPropertyDescription("When the first window opened.") String measurementStartTime,
    @JsonPropertyDescription("When the last window closed.") String measurementEndTime,
    @JsonPropertyDescription(
            "When it was seen to be over, its pods gone too. What was measured ended at measurementEndTime.")
        String completionTime,
    @JsonPropertyDescription(
            "The figures of the columns, formatted: of the last stage, but requests and errorRate"
                + " of all. In an open loop latencies count from the instant at which a request was"
                + " due (ttftScheduled, e2eScheduled).")
        Summary summary,
    @JsonPropertyDescription("Results, one per stage.") List<StageStatus> stages,
    @JsonPropertyDescription("The objectives and what became of them.")
        List<ObjectiveStatus> objectives,
    @JsonPropertyDescription("Checks on the measurement itself.") List<ValidityStatus> validity,
    @JsonPropertyDescription("What was under load.") TargetStatus target,
    @JsonPropertyDescription("What was sent: the preset spelled out, the defaults filled in.")
        WorkloadStatus workload,
    @JsonPropertyDescription(
            "What it may spend, as it was when the run was admitted: its own limits and, where it"
                + " states none, the operator's caps.")
        LimitsSpec limits,
    @JsonPropertyDescription("Runner pods.") RunnersStatus runners,
    @JsonPropertyDescription("How the load runner itself fared within the windows.")
        GeneratorStatus generator,
    @JsonPropertyDescription("What the run has spent, and the limit that ended its load.")
        SpentStatus spent,
    @JsonPropertyDescription("Jobs that were started for this run.") List<AttemptStatus> attempts,
    @JsonPropertyDescription("What went wrong.") FailureStatus failure,
    @JsonPropertyDescription(
            "Admitted, TargetReady, RunnersReady, ResultsCollected, MeasurementValid,"
                + " ObjectivesMet, Succeeded and Finished.")
        List<Condition> conditions) {

  /** Formatted figures for columns. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Summary(
      @JsonPropertyDescription("Load of the last stage.") String load,
      @JsonPropertyDescription("Requests of all stages.") String requests,
      @JsonPropertyDescription("Time to first token, median, with its unit.") String ttftP50,
      @JsonPropertyDescription("Time to first token, p95, with its unit.") String ttftP95,
      @JsonPropertyDescription("Time per output token, median, with its unit.") String tpotP50,
      @JsonPropertyDescription("Time per output token, p95, with its unit.") String tpotP95,
      @JsonPropertyDescription("Whole request, p95, with its unit.") String latencyP95,
      @JsonPropertyDescription("Output tokens per second.") String outputTokensPerSecond,
      @JsonPropertyDescription("Requests per second.") String requestsPerSecond,
      @JsonPropertyDescription("Share of failed requests, in percent.") String errorRate) {}

  /** Results of one stage. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record StageStatus(
      @JsonPropertyDescription("Name of the stage.") String name,
      @JsonPropertyDescription("The load that was applied.") StageLoad load,
      @JsonPropertyDescription("Length of the window, milliseconds.") Long windowMillis,
      @JsonPropertyDescription(
              "The window's requests, and what became of them: in a closed loop those that were"
                  + " sent in it; in an open loop those that were due in it, however late they were"
                  + " sent.")
          RequestCounts requests,
      @JsonPropertyDescription("Failures by class.") List<ErrorStatus> errors,
      @JsonPropertyDescription("Tokens of completed requests.") TokenCounts tokens,
      @JsonPropertyDescription("How long their prompts and answers were.") LengthsStatus lengths,
      @JsonPropertyDescription("Open loop: how the requests that were sent followed one another.")
          ArrivalsStatus arrivals,
      @JsonPropertyDescription(
              "What ended within the window ÷ its length; decimal numbers as text.")
          Throughput throughput,
      @JsonPropertyDescription("failed ÷ (completed + failed), from \"0\" to \"1\".")
          String errorRate,
      @JsonPropertyDescription(
              "Requests that kept every bound ÷ (completed + failed), from \"0\" to \"1\".")
          String goodFraction,
      @JsonPropertyDescription("Mean number of requests in flight.") String concurrencyMean,
      @JsonPropertyDescription("Latency metrics by name, in microseconds.")
          Map<String, LatencyStatus> latencyMicros) {}

  /** The requests of a window. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record RequestCounts(
      @JsonPropertyDescription("All of them.") Long sent,
      @JsonPropertyDescription("Answered in full.") Long completed,
      @JsonPropertyDescription("Ended otherwise: see errors.") Long failed,
      @JsonPropertyDescription("Still running when the drain ended.") Long cut) {}

  /** Failures of one class. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ErrorStatus(
      @JsonProperty("class") @JsonPropertyDescription("Class of the failure.") String errorClass,
      @JsonPropertyDescription("Number of failures.") Long count,
      @JsonPropertyDescription("One of the messages.") String example) {}

  /** Tokens of completed requests. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record TokenCounts(
      @JsonPropertyDescription("Tokens of the prompts.") Long input,
      @JsonPropertyDescription("Tokens of the answers.") Long output,
      @JsonPropertyDescription("How they were counted: Usage, TokenIds, Events or Mixed.")
          String source,
      @JsonPropertyDescription("Tokens of the prompts that the workload wanted.")
          Long requestedInput,
      @JsonPropertyDescription("Tokens of the answers that were asked for.") Long requested,
      @JsonPropertyDescription("Tokens of the prompts that the server took from its cache.")
          Long cached,
      @JsonPropertyDescription("Tokens of the prompts that the workload itself repeats.")
          Long reusable,
      @JsonPropertyDescription("Tokens of the answers that were reasoning.") Long reasoning,
      @JsonPropertyDescription("Mean of 1 ÷ tpot, a decimal number as text.")
          String perSecondPerUser) {}

  /** Lengths of prompts and answers. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record LengthsStatus(
      @JsonPropertyDescription("Of the prompts, by the server's count.") LengthStatus input,
      @JsonPropertyDescription("Of the answers.") LengthStatus output) {}

  /** Distribution of a length in tokens; what too few samples cannot say is absent. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record LengthStatus(
      @JsonPropertyDescription("Number of requests.") Long count,
      @JsonPropertyDescription("Arithmetic mean, a decimal number as text.") String mean,
      @JsonPropertyDescription("Smallest.") Long min,
      @JsonPropertyDescription("Median.") Long p50,
      @JsonPropertyDescription("90th percentile.") Long p90,
      @JsonPropertyDescription("99th percentile.") Long p99,
      @JsonPropertyDescription("Largest.") Long max) {}

  /** What the arrivals of an open loop were in truth; decimal strings. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ArrivalsStatus(
      @JsonPropertyDescription("Requests that were sent within the window.") Long count,
      @JsonPropertyDescription("The same a second.") String requestsPerSecond,
      @JsonPropertyDescription("Standard deviation ÷ mean of the gaps; Poisson has 1.")
          String gapVariation,
      @JsonPropertyDescription("Variance ÷ mean of the counts in 1 s; Poisson has 1.")
          String dispersionPerSecond,
      @JsonPropertyDescription("The same in 10 s.") String dispersionPerTenSeconds) {}

  /** What ended within a window ÷ its length; decimal strings. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Throughput(
      @JsonPropertyDescription("Completed requests per second.") String requestsPerSecond,
      @JsonPropertyDescription("Their output tokens per second.") String outputTokensPerSecond,
      @JsonPropertyDescription("Their input and output tokens per second.")
          String totalTokensPerSecond,
      @JsonPropertyDescription("Requests per second that kept every bound.")
          String goodputRequestsPerSecond) {}

  /**
   * Distribution of one latency metric, microseconds; what too few samples cannot say is absent.
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record LatencyStatus(
      @JsonPropertyDescription("Number of samples.") Long count,
      @JsonPropertyDescription("Arithmetic mean, µs.") Long mean,
      @JsonPropertyDescription("Median, µs.") Long p50,
      @JsonPropertyDescription("90th percentile, µs.") Long p90,
      @JsonPropertyDescription("95th percentile, µs.") Long p95,
      @JsonPropertyDescription("99th percentile, µs.") Long p99,
      @JsonPropertyDescription("Largest value, µs.") Long max,
      @JsonPropertyDescription("95 % confidence intervals of the percentiles.")
          IntervalsStatus intervals) {}

  /** 95 % confidence intervals, microseconds: the lower and the upper end. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record IntervalsStatus(
      @JsonPropertyDescription("Of the median, µs: from, to.") List<Long> p50,
      @JsonPropertyDescription("Of the 90th percentile, µs: from, to.") List<Long> p90,
      @JsonPropertyDescription("Of the 95th percentile, µs: from, to.") List<Long> p95,
      @JsonPropertyDescription("Of the 99th percentile, µs: from, to.") List<Long> p99) {}

  /** An objective and what became of it. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ObjectiveStatus(
      @JsonPropertyDescription("Name of the objective.") String name,
      @JsonPropertyDescription("Its metric.") String metric,
      @JsonPropertyDescription("Its statistic, for latencies.") String statistic,
      @JsonPropertyDescription("The stage that came nearest to missing it.") String stage,
      @JsonPropertyDescription("What was measured, with its unit.") String value,
      @JsonPropertyDescription("What was wanted: max or min, with its unit.") String bound,
      @JsonPropertyDescription("Met, Missed or NotEnoughSamples.") String result) {}

  /** A check on the measurement. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ValidityStatus(
      @JsonPropertyDescription("Name of the check.") String check,
      @JsonPropertyDescription("What was observed, with its unit.") String observed,
      @JsonPropertyDescription("What would have been in order, with its unit.") String bound,
      @JsonPropertyDescription("Passed, Failed or NotChecked.") String result) {}

  /** What was under load. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record TargetStatus(
      @JsonPropertyDescription("Address that requests went to.") String url,
      @JsonPropertyDescription("Model that was asked for.") String model,
      @JsonPropertyDescription("Engine that was found, or asked for.") String engine,
      @JsonPropertyDescription("Version that the engine tells.") String version,
      @JsonPropertyDescription("Endpoints of the Service before the first window.")
          EndpointsStatus endpoints) {}

  /** Endpoints of the target's Service at one instant. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record EndpointsStatus(
      @JsonPropertyDescription("How many were ready.") Integer ready,
      @JsonPropertyDescription(
              "Another one if anything about them changes: the run is then Invalid, TargetChanged.")
          String version,
      @JsonPropertyDescription("When they were looked at.") String seenTime) {}

  /** What was sent. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record WorkloadStatus(
      @JsonPropertyDescription("Name of the preset.") String preset,
      @JsonPropertyDescription("Made-up prompts: those asked for, or those of the preset.")
          WorkloadSpec.SyntheticSpec synthetic,
      @JsonPropertyDescription("Prompts of a file.") WorkloadSpec.DatasetSpec dataset,
      @JsonPropertyDescription("Lengths and instants of a trace.") WorkloadSpec.TraceSpec trace,
      @JsonPropertyDescription("Conversations of several turns.") WorkloadSpec.TurnsSpec turns,
      @JsonPropertyDescription("Run or None.") String cacheIsolation,
      @JsonPropertyDescription("Seed of all random choices.") Long seed) {}

  /** Runner pods. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record RunnersStatus(
      @JsonPropertyDescription("How many are wanted.") Integer desired,
      @JsonPropertyDescription("Sending load.") Integer ready,
      @JsonPropertyDescription("Ended with a result.") Integer succeeded,
      @JsonPropertyDescription("Ended without.") Integer failed,
      @JsonPropertyDescription("Gone.") Integer lost) {}

  /** One Job of the run. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record AttemptStatus(
      @JsonPropertyDescription("Counts from 1.") Integer number,
      @JsonPropertyDescription("Name of the Job.") String job,
      @JsonPropertyDescription("UID of the Job, once it was seen.") String jobUid,
      @JsonPropertyDescription("When the Job was created.") String startTime,
      @JsonPropertyDescription("When the runner was first seen ready, that is, sending load.")
          String loadStartTime,
      @JsonPropertyDescription("When it was seen to be over.") String endTime,
      @JsonPropertyDescription("What became of it.") String outcome,
      @JsonPropertyDescription("Why it was given up; of the last one that was.") String message) {}

  /** What went wrong. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record FailureStatus(
      @JsonPropertyDescription("One word, for programs.") String reason,
      @JsonPropertyDescription("What happened and what to do, for people.") String message,
      @JsonPropertyDescription("Name of the pod, if one is to blame.") String pod,
      @JsonPropertyDescription("Exit code of its container.") Integer exitCode) {

    /** The same in other words. */
    public FailureStatus saying(String words) {
      return new FailureStatus(reason, words, pod, exitCode);
    }
  }
}
