package dev.loadline.operator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** What is sent. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value =
        "[has(self.synthetic), has(self.preset), has(self.dataset), has(self.trace)].exists_one(is,"
            + " is)",
    message = "exactly one of synthetic, preset, dataset and trace must be set")
@ValidationRule(
    value = "!has(self.turns) || !has(self.trace)",
    message = "turns does not go with trace")
public record WorkloadSpec(
    @JsonPropertyDescription("Made-up prompts of known length.") SyntheticSpec synthetic,
    @JsonPropertyDescription(
            "A published workload by its name; status.workload of the run spells it out.")
        @Pattern(
            "^(Chat|RAG|Summarization|Code|Reasoning|1k-1k|8k-1k|1k-8k|LongChat|SharedPrefix"
                + "|PrefillHeavy|DecodeHeavy)$")
        @Size(max = 32)
        String preset,
    @JsonPropertyDescription("Prompts of a file.") DatasetSpec dataset,
    @JsonPropertyDescription("Lengths and instants of recorded requests, sent as load.replay says.")
        TraceSpec trace,
    @JsonPropertyDescription(
            "Conversations of several turns, each of which carries the history of those before;"
                + " closed loop only.")
        TurnsSpec turns,
    @JsonPropertyDescription(
            "Run: each run's prompts begin with words of its own, and cache_salt is sent where the"
                + " engine has it, so that a run never profits from the prefix cache of an earlier"
                + " one; what a workload shares in itself stays shared. None: it may, and where the"
                + " engine reports that more came from the cache than the workload itself repeats,"
                + " the run is Invalid (PrefixCacheContaminated).")
        @Default("Run")
        @Pattern("^(Run|None)$")
        @Size(max = 8)
        String cacheIsolation,
    @JsonPropertyDescription(
            "Seed of all random choices: the same seed sends the same lengths at the same"
                + " instants.")
        @Default("0")
        Long seed) {

  /** Made-up prompts. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "!has(self.sharedPrefixGroups) || has(self.sharedPrefixTokens)",
      message = "sharedPrefixGroups goes with sharedPrefixTokens")
  public record SyntheticSpec(
      @Required
          @JsonPropertyDescription(
              "Prompt length in tokens, a shared prefix included: a whole number, or a"
                  + " distribution.")
          @PreserveUnknownFields
          JsonNode inputTokens,
      @Required
          @JsonPropertyDescription("Answer length in tokens: a whole number, or a distribution.")
          @PreserveUnknownFields
          JsonNode outputTokens,
      @JsonPropertyDescription(
              "So many tokens at the begin of a prompt are those of its group, as with a system"
                  + " prompt; fewer than the shortest prompt has.")
          @Min(1)
          @Max(10_000_000)
          Integer sharedPrefixTokens,
      @JsonPropertyDescription("How many different prefixes there are; default 1.")
          @Min(1)
          @Max(1_000_000)
          Integer sharedPrefixGroups) {}

  /** Prompts of a file. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "has(self.configMap) != has(self.persistentVolumeClaim)",
      message = "exactly one of configMap and persistentVolumeClaim must be set")
  public record DatasetSpec(
      @JsonPropertyDescription("The file is a key of a ConfigMap.") TargetSpec.KeyRefSpec configMap,
      @JsonPropertyDescription("The file is in a volume.") ClaimSpec persistentVolumeClaim,
      @Required
          @JsonPropertyDescription(
              "ShareGPT: a JSON list of conversations. JSONL: a JSON object on each line, with"
                  + " messages or prompt.")
          @Pattern("^(ShareGPT|JSONL)$")
          @Size(max = 16)
          String format,
      @JsonPropertyDescription(
              "Answer length in tokens: a whole number, or a distribution; default: that of the"
                  + " record.")
          @PreserveUnknownFields
          JsonNode outputTokens) {}

  /** Recorded requests. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "has(self.configMap) != has(self.persistentVolumeClaim)",
      message = "exactly one of configMap and persistentVolumeClaim must be set")
  public record TraceSpec(
      @JsonPropertyDescription("The file is a key of a ConfigMap.") TargetSpec.KeyRefSpec configMap,
      @JsonPropertyDescription("The file is in a volume.") ClaimSpec persistentVolumeClaim,
      @Required
          @JsonPropertyDescription(
              "Azure and BurstGPT: CSV as published. Mooncake: JSON lines as published. JSONL: on"
                  + " each line a JSON object with timestamp (seconds), input_tokens and"
                  + " output_tokens.")
          @Pattern("^(Azure|BurstGPT|Mooncake|JSONL)$")
          @Size(max = 16)
          String format) {}

  /** A file in a volume. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ClaimSpec(
      @Required
          @JsonPropertyDescription("Name of a PersistentVolumeClaim in the test's namespace.")
          @Pattern(Api.OBJECT_NAME)
          @Size(min = 1, max = 253)
          String claimName,
      @Required
          @JsonPropertyDescription("Path of the file in the volume.")
          @Pattern(Api.FILE_PATH)
          @Size(min = 1, max = 512)
          String path) {}

  /** Conversations. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record TurnsSpec(
      @Required
          @JsonPropertyDescription("Turns of a conversation: a whole number, or a distribution.")
          @PreserveUnknownFields
          JsonNode count,
      @JsonPropertyDescription(
              "New tokens of each turn but the first: a whole number, or a distribution; default:"
                  + " as the first turn. Not with dataset, whose records say what is asked.")
          @PreserveUnknownFields
          JsonNode inputTokens,
      @JsonPropertyDescription(
              "Pause between an answer and the next turn: a duration, or a distribution; default"
                  + " 0s.")
          @PreserveUnknownFields
          JsonNode thinkTime) {}
}
