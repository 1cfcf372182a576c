package dev.loadline.operator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Deadlines, attempts and what stays afterwards. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "!has(self.ttlAfterFinished) || duration(self.ttlAfterFinished) >= duration('60s')",
    message = "ttlAfterFinished is at least 60s: a run is recorded in its test before it goes")
public record LifecycleSpec(
    @JsonPropertyDescription(
            "How long a run may take from its start to its first request, at least 30s: the runner"
                + " warms its client up for 10 s of it.")
        @Default("15m")
        @Pattern(Api.DURATION)
        @Size(max = 32)
        String startupDeadline,
    @JsonPropertyDescription(
            "How long a run may take in all; not less than warm-ups and windows; default: startup"
                + " deadline, warm-ups, windows and drains, and a minute. The window of a stage"
                + " with requests counts as an hour in it, and so does that of a replay. Whatever is"
                + " stated, never longer than the startup deadline, the limit runnerPodTime and a"
                + " minute, where the test or the operator's cap (chart: caps.runnerPodTime) sets"
                + " that limit.")
        @Pattern(Api.DURATION)
        @Size(max = 32)
        String activeDeadline,
    @JsonPropertyDescription(
            "How often a runner that failed before the first request may be started anew.")
        @Default("3")
        @Min(1)
        @Max(10)
        Integer maxStartAttempts,
    @JsonPropertyDescription(
            "Deletes a run this long after it finished, at least 60s; default: never.")
        @Pattern(Api.DURATION)
        @Size(max = 32)
        String ttlAfterFinished,
    @JsonPropertyDescription(
            "Whether the runner's Job and pod stay after the run. Only a pod that has ended can"
                + " stay: one that has not, as at the startup deadline, is removed with its Job, as"
                + " it might send load later.")
        @Default("OnFailure")
        @Pattern("^(Never|OnFailure|Always)$")
        @Size(max = 16)
        String podRetention) {}
