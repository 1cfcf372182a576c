package dev.loadline.operator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** What to measure and when. The same type is the {@code test} of a {@link LoadTestRunSpec}. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "!has(self.schedule) || !self.schedule.contains('TZ=')",
    message = "schedule takes no TZ= or CRON_TZ=: use spec.timeZone")
@ValidationRule(
    value =
        "!has(self.schedule) || self.schedule.startsWith('@') ||"
            + " self.schedule.matches('^\\\\s*\\\\S+(\\\\s+\\\\S+){4}\\\\s*$')",
    message =
        "schedule has five fields (minute hour day-of-month month day-of-week) or is a macro such"
            + " as @hourly")
@ValidationRule(
    value = "!has(self.scheduleJitter) || duration(self.scheduleJitter) <= duration('1h')",
    message = "scheduleJitter is at most 1h")
@ValidationRule(
    value =
        "!has(self.objectives) || !has(self.load.stages) || self.objectives.all(o, !has(o.stage) ||"
            + " self.load.stages.exists(s, s.name == o.stage))",
    message = "objectives[].stage names a stage of load.stages")
@ValidationRule(
    value = "has(self.workload.trace) == has(self.load.replay)",
    message = "load.replay and workload.trace go with one another")
@ValidationRule(
    value =
        "!has(self.workload.turns) || (has(self.load.stages) && self.load.stages.all(s,"
            + " has(s.users))) || (has(self.load.sweep) && has(self.load.sweep.users))",
    message = "workload.turns goes with users (closed loop) in every stage")
public record LoadTestSpec(
    @JsonPropertyDescription(
            "When to run: five cron fields or a macro (@hourly … @yearly), exactly as Kubernetes'"
                + " CronJob reads them. Absent: run once, as soon as the test is usable and not"
                + " suspended; later edits start nothing.")
        @Size(min = 1, max = 100)
        String schedule,
    @JsonPropertyDescription("IANA time zone in which the schedule is read.")
        @Default("Etc/UTC")
        @Size(min = 1, max = 64)
        String timeZone,
    @JsonPropertyDescription(
            "Spreads tests of one schedule: each scheduled run starts so much later than the minute"
                + " that the schedule names, less than this and always the same for a test (whole"
                + " seconds, from its UID). The run is named after the minute all the same. At most"
                + " 1h; absent: none. Runs by runNow.token and of a test without schedule are not"
                + " delayed.")
        @io.fabric8.generator.annotation.Pattern(Api.DURATION)
        @Size(max = 32)
        String scheduleJitter,
    @JsonPropertyDescription(
            "How long after its due time (scheduleJitter included) a run may start, also one that"
                + " waits for its target; after that it is missed, and the status says so. A"
                + " scheduled run for which another was stopped in time starts when that one has"
                + " gone; made after the deadline, it waits as long again for its target. A run"
                + " that no schedule started is bounded only while it waits for its target.")
        @Default("10m")
        @io.fabric8.generator.annotation.Pattern(Api.DURATION)
        @Size(max = 32)
        String startingDeadline,
    @JsonPropertyDescription(
            "What a run that is still active does to the next one. Forbid: the next waits for its"
                + " end; if startingDeadline passes or another is due first, it is missed (reason"
                + " Concurrency). Allow runs both, up to 100 at once; Replace stops the old one"
                + " first.")
        @Default("Forbid")
        @io.fabric8.generator.annotation.Pattern("^(Forbid|Allow|Replace)$")
        @Size(max = 16)
        String concurrencyPolicy,
    @JsonPropertyDescription(
            "True starts nothing by the schedule; a new runNow.token still starts a run. A running"
                + " run is not touched, and what was missed is not caught up.")
        @Default("false")
        Boolean suspend,
    @JsonPropertyDescription("How many runs that measured something are kept.")
        @Default("10")
        @Min(0)
        @Max(1000)
        Integer successfulRunsHistoryLimit,
    @JsonPropertyDescription("How many runs that failed or were stopped are kept.")
        @Default("5")
        @Min(0)
        @Max(1000)
        Integer failedRunsHistoryLimit,
    @JsonPropertyDescription("Starts a run now, besides the schedule.") RunNowSpec runNow,
    @Required @JsonPropertyDescription("The endpoint under load.") TargetSpec target,
    @Required @JsonPropertyDescription("What is sent.") WorkloadSpec workload,
    @Required @JsonPropertyDescription("How much is sent, and when.") LoadSpec load,
    @JsonPropertyDescription("What the results must keep for the verdict Pass.") @Size(max = 32)
        List<ObjectiveSpec> objectives,
    @JsonPropertyDescription(
            "What a run may spend. What is reached first ends the load as a window's end does:"
                + " nothing more is sent, what is in flight is drained, and stages that have not"
                + " begun do not.")
        LimitsSpec limits,
    @JsonPropertyDescription("The pods that send the load.") RunnerSpec runner,
    @JsonPropertyDescription("Deadlines, attempts and what stays afterwards.")
        LifecycleSpec lifecycle) {

  /** Starts a run when the token changes. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record RunNowSpec(
      @Required
          @JsonPropertyDescription(
              "Any text; each new one starts exactly one run, however often it is applied.")
          @Size(min = 1, max = 128)
          String token) {}
}
