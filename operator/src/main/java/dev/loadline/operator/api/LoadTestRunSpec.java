package dev.loadline.operator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** One execution: a copy of the test as it was, and why it runs. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "self.test == oldSelf.test",
    message = "a run is immutable: create a new LoadTestRun for another test")
@ValidationRule(
    value =
        "has(self.loadTest) == has(oldSelf.loadTest) && (!has(self.loadTest) || self.loadTest =="
            + " oldSelf.loadTest) && has(self.trigger) == has(oldSelf.trigger) &&"
            + " (!has(self.trigger) || self.trigger == oldSelf.trigger) && has(self.scheduledTime)"
            + " == has(oldSelf.scheduledTime) && (!has(self.scheduledTime) || self.scheduledTime =="
            + " oldSelf.scheduledTime)",
    message = "a run is immutable: only desiredState and ttlAfterFinished may change")
@ValidationRule(
    value = "oldSelf.desiredState != 'Stopped' || self.desiredState == 'Stopped'",
    message = "a stopped run cannot be started again: create a new LoadTestRun")
@ValidationRule(
    value = "!has(self.ttlAfterFinished) || duration(self.ttlAfterFinished) >= duration('60s')",
    message = "ttlAfterFinished is at least 60s: a run is recorded in its test before it goes")
public record LoadTestRunSpec(
    @JsonPropertyDescription("Name of the LoadTest that this is a run of; absent on ad-hoc runs.")
        @Pattern(Api.NAME)
        @Size(min = 1, max = 63)
        String loadTest,
    @JsonPropertyDescription(
            "What started it: Schedule, RunNow, Once or, of a run that no LoadTest owns, Manual.")
        @Default("Manual")
        @Pattern("^(Schedule|RunNow|Once|Manual)$")
        @Size(max = 16)
        String trigger,
    @JsonPropertyDescription(
            "The minute of the schedule that it is for; of a run that was asked for, when that"
                + " was.")
        @Pattern(Api.INSTANT)
        @Size(max = 20)
        String scheduledTime,
    @JsonPropertyDescription("Set to Stopped to end the run; there is no way back.")
        @Default("Running")
        @Pattern("^(Running|Stopped)$")
        @Size(max = 16)
        String desiredState,
    @JsonPropertyDescription(
            "Deletes the run this long after it finished, at least 60s; default: that of"
                + " test.lifecycle, else never.")
        @Pattern(Api.DURATION)
        @Size(max = 32)
        String ttlAfterFinished,
    @Required
        @JsonPropertyDescription(
            "The test; its schedule, suspend, history limits and runNow mean nothing here.")
        LoadTestSpec test) {}
