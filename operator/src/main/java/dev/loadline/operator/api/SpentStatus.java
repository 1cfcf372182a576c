package dev.loadline.operator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** What a run has spent. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SpentStatus(
    @JsonPropertyDescription(
            "Requests of the load that were sent, those of warm-ups included: more than the stages"
                + " show.")
        Long requests,
    @JsonPropertyDescription(
            "Output tokens that were received, those of warm-ups, of failed and of cut requests"
                + " included.")
        Long outputTokens,
    @JsonPropertyDescription(
            "How long the load runner lived, seconds, rounded up; not that of earlier attempts.")
        Long runnerPodSeconds,
    @JsonPropertyDescription(
            "The limit that ended the load: requests, outputTokens or runnerPodTime; absent if none"
                + " did.")
        String limitReached,
    @JsonPropertyDescription("The stage in which or after which it was reached.") String stage) {}
