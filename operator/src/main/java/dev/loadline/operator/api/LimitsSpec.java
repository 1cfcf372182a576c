package dev.loadline.operator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** What a run may spend. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "!has(self.runnerPodTime) || duration(self.runnerPodTime) > duration('15s')",
    message =
        "runnerPodTime is longer than 15s: the runner needs up to that to warm its client up and to"
            + " write its result")
public record LimitsSpec(
    @JsonPropertyDescription(
            "At most so many requests are sent in the whole run, those of warm-ups included (not"
                + " the few for one token by which the target counts prompts before the load). One"
                + " more that would be due ends the load.")
        @Min(1)
        @Max(1_000_000_000)
        Long requests,
    @JsonPropertyDescription(
            "The load ends once so many output tokens have been received in the whole run. What is"
                + " in flight then may end, so that a run can spend more: at most the rest of the"
                + " answers in flight.")
        @Min(1)
        @Max(1_000_000_000_000L)
        Long outputTokens,
    @JsonPropertyDescription(
            "The load runner has written its result before its process is that old: the load ends"
                + " drainTimeout and 5s earlier. Longer than drainTimeout and 15s. Earlier attempts"
                + " that sent no load are not counted.")
        @Pattern(Api.DURATION)
        @Size(max = 32)
        String runnerPodTime) {}
