package dev.loadline.operator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** One bound that the results must keep. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.max) != has(self.min)",
    message = "exactly one of max and min must be set")
@ValidationRule(
    value =
        "(self.metric in ['errorRate', 'requestsPerSecond', 'outputTokensPerSecond',"
            + " 'goodFraction']) != has(self.statistic)",
    message =
        "statistic (mean, p50, p90, p95, p99, max) goes with latency metrics, and they need it")
public record ObjectiveSpec(
    @Required
        @JsonPropertyDescription("Name of the objective, unique within the test.")
        @Pattern(Api.NAME)
        @Size(min = 1, max = 40)
        String name,
    @Required
        @JsonPropertyDescription("What is bounded.")
        @Pattern(
            "^(ttft|ttftScheduled|ttfo|tpot|itl|e2e|e2eScheduled|maxGap|errorRate|requestsPerSecond|outputTokensPerSecond|goodFraction)$")
        @Size(max = 32)
        String metric,
    @JsonPropertyDescription("Which statistic of a latency metric.")
        @Pattern("^(mean|p50|p90|p95|p99|max)$")
        @Size(max = 8)
        String statistic,
    @JsonPropertyDescription(
            "Upper bound: a duration (\"800ms\") for latencies, a share (\"1%\" or \"0.01\") for"
                + " errorRate and goodFraction, else a number.")
        @Size(min = 1, max = 32)
        String max,
    @JsonPropertyDescription("Lower bound, in the same forms.") @Size(min = 1, max = 32) String min,
    @JsonPropertyDescription("Only this stage; default: every stage must keep it.")
        @Pattern(Api.NAME)
        @Size(min = 1, max = 40)
        String stage,
    @JsonPropertyDescription(
            "Fail: a missed bound makes the verdict Fail. Report: it is only shown.")
        @Default("Fail")
        @Pattern("^(Fail|Report)$")
        @Size(max = 8)
        String action) {}
