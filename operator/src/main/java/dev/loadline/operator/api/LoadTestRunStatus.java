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
    @JsonPropertyDescription("When the operator took it up.") String startTime,
    @JsonPropertyDescription("When the first window opened.") String measurementStartTime,
    @JsonPropertyDescription("When the last window closed.") String measurementEndTime,
    @JsonPropertyDescription("When it was over and its pods were gone.") String completionTime,
    @JsonPropertyDescription(
            "The figures of the columns, formatted: of the last stage, but requests and errorRate"
                + " of all.")
        Summary summary,
    @JsonPropertyDescription("Results, one per stage.") List<StageStatus> stages,
    @JsonPropertyDescription("The objectives and what became of them.")
        List<ObjectiveStatus> objectives,
    @JsonPropertyDescription("Checks on the measurement itself.") List<ValidityStatus> validity,
    @JsonPropertyDescription("What was under load.") TargetStatus target,
    @JsonPropertyDescription("Runner pods.") RunnersStatus runners,
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
      String ttftP50,
      String ttftP95,
      String tpotP50,
      String tpotP95,
      String latencyP95,
      String outputTokensPerSecond,
      String requestsPerSecond,
      String errorRate) {}

  /** Results of one stage. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record StageStatus(
      String name,
      StageLoad load,
      @JsonPropertyDescription("Length of the window, milliseconds.") Long windowMillis,
      RequestCounts requests,
      List<ErrorStatus> errors,
      TokenCounts tokens,
      Throughput throughput,
      @JsonPropertyDescription("failed ÷ (completed + failed), from \"0\" to \"1\".")
          String errorRate,
      @JsonPropertyDescription("Requests that kept every bound ÷ (completed + failed).")
          String goodFraction,
      @JsonPropertyDescription("Mean number of requests in flight.") String concurrencyMean,
      @JsonPropertyDescription("Latency metrics, microseconds.")
          Map<String, LatencyStatus> latencyMicros) {}

  /** Load of a stage. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record StageLoad(Integer users, String requestsPerSecond, String arrival) {}

  /** Requests sent within a window. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record RequestCounts(Long sent, Long completed, Long failed, Long cut) {}

  /** Failures of one class. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ErrorStatus(
      @JsonProperty("class") @JsonPropertyDescription("Class of the failure.") String errorClass,
      Long count,
      @JsonPropertyDescription("One of the messages.") String example) {}

  /** Tokens of completed requests. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record TokenCounts(
      Long input,
      Long output,
      @JsonPropertyDescription("Usage, TokenIds, Events or Mixed.") String source) {}

  /** What ended within a window ÷ its length; decimal strings. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Throughput(
      String requestsPerSecond,
      String outputTokensPerSecond,
      String totalTokensPerSecond,
      String goodputRequestsPerSecond) {}

  /**
   * Distribution of one latency metric, microseconds; what too few samples cannot say is absent.
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record LatencyStatus(
      Long count, Long mean, Long p50, Long p90, Long p95, Long p99, Long max) {}

  /** An objective and what became of it. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ObjectiveStatus(
      String name,
      String metric,
      String statistic,
      @JsonPropertyDescription("The stage that came nearest to missing it.") String stage,
      String value,
      String bound,
      @JsonPropertyDescription("Met, Missed or NotEnoughSamples.") String result) {}

  /** A check on the measurement. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ValidityStatus(
      String check,
      String observed,
      String bound,
      @JsonPropertyDescription("Passed, Failed or NotChecked.") String result) {}

  /** What was under load. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record TargetStatus(String url, String model, String engine, String version) {}

  /** Runner pods. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record RunnersStatus(
      Integer desired, Integer ready, Integer succeeded, Integer failed, Integer lost) {}

  /** One Job of the run. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record AttemptStatus(
      Integer number,
      String job,
      @JsonPropertyDescription("UID of the Job, once it was seen.") String jobUid,
      String startTime,
      @JsonPropertyDescription("When the runner was first seen ready, that is, sending load.")
          String loadStartTime,
      String endTime,
      String outcome,
      @JsonPropertyDescription("Why it was given up; of the last one that was.") String message) {}

  /** What went wrong. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record FailureStatus(String reason, String message, String pod, Integer exitCode) {}
}
