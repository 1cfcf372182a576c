package dev.loadline.operator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;

/** What is sent. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WorkloadSpec(
    @Required @JsonPropertyDescription("Made-up prompts of known length.") SyntheticSpec synthetic,
    @JsonPropertyDescription(
            "Seed of all random choices: the same seed sends the same lengths at the same"
                + " instants.")
        @Default("0")
        Long seed) {

  /** Made-up prompts. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record SyntheticSpec(
      @Required
          @JsonPropertyDescription(
              "Prompt length in tokens: a whole number, or mean, stddev, min and max of a normal"
                  + " distribution.")
          @PreserveUnknownFields
          JsonNode inputTokens,
      @Required
          @JsonPropertyDescription(
              "Answer length in tokens: a whole number, or mean, stddev, min and max of a normal"
                  + " distribution.")
          @PreserveUnknownFields
          JsonNode outputTokens) {}
}
