package dev.loadline.operator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** What the operator knows of a test. Written by the operator alone. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LoadTestStatus(
    @JsonPropertyDescription("Generation of the spec that this status speaks of.")
        Long observedGeneration,
    @JsonPropertyDescription("Ready, Active and Healthy.") List<Condition> conditions,
    @JsonPropertyDescription("Names of the runs that have not finished, the oldest 100.")
        List<String> active,
    @JsonPropertyDescription(
            "The schedule that is followed and its zone; absent while none is followed.")
        String scheduleInForce,
    @JsonPropertyDescription(
            "Since when: an edited schedule counts from when the operator saw it. Of earlier times"
                + " only a run that waits already is still due.")
        String scheduleInForceSince,
    @JsonPropertyDescription(
            "When the next scheduled run starts, scheduleJitter included (RFC 3339, UTC); past"
                + " while one waits. Absent if the schedule starts none.")
        String nextScheduleTime,
    @JsonPropertyDescription(
            "The minute of the schedule that it is for, the run's spec.scheduledTime; absent if it"
                + " is nextScheduleTime.")
        String nextScheduledMinute,
    @JsonPropertyDescription(
            "The minute of the schedule of the last scheduled run that started, its"
                + " spec.scheduledTime.")
        String lastScheduleTime,
    @JsonPropertyDescription("The latest minute of the schedule of which the run was missed.")
        String lastMissedTime,
    @JsonPropertyDescription(
            "Why that one was missed: Concurrency, DeadlineExceeded, OperatorDown or TargetBusy."
                + " Without lastMissedTime, why the last run that no schedule started was missed.")
        String lastMissedReason,
    @JsonPropertyDescription("How many runs were missed so far.") Long missedRuns,
    @JsonPropertyDescription("The run that finished last; one that was missed is none.")
        LastRun lastRun,
    @JsonPropertyDescription("When a run with verdict Pass or None finished last.")
        String lastSuccessfulTime,
    @JsonPropertyDescription("The runNow.token that was handled last.")
        String lastHandledRunToken) {
  /** Longest list of active runs. */
  public static final int MOST_ACTIVE = 100;

  /**
   * The run that finished last, in short; the figures are of its last stage, the whole is in the
   * LoadTestRun.
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record LastRun(
      @JsonPropertyDescription("Name of the LoadTestRun.") String name,
      @JsonPropertyDescription("Pass, Fail, Invalid or None.") String verdict,
      @JsonPropertyDescription("Why.") String verdictReason,
      @JsonPropertyDescription("When it finished.") String completionTime,
      @JsonPropertyDescription("Time to first token, p95; of an open loop ttftScheduled.")
          String ttft,
      @JsonPropertyDescription("Time per output token, p95.") String tpot,
      @JsonPropertyDescription("Request latency, p95; of an open loop e2eScheduled.")
          String latency,
      @JsonPropertyDescription("Output tokens per second.") String outputTokensPerSecond,
      @JsonPropertyDescription("Share of failed requests.") String errorRate) {}
}
