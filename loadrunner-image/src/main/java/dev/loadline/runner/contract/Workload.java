package dev.loadline.runner.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Optional;

/**
 * What is sent.
 *
 * @param content where prompts come from
 * @param turns conversations of several turns; absent means that each request stands alone
 * @param isolated whether each prompt begins with words made of the nonce, and the nonce is sent as
 *     cache salt where the engine has one
 * @param seed seed of every random choice of the workload and of the arrivals
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Workload(Content content, Optional<Turns> turns, boolean isolated, long seed) {

  /** Where prompts come from. A file is named by its path below {@link Environment#DATA}. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Content.Synthetic.class, name = "Synthetic"),
    @JsonSubTypes.Type(value = Content.Dataset.class, name = "Dataset"),
    @JsonSubTypes.Type(value = Content.Trace.class, name = "Trace")
  })
  public sealed interface Content {
    /**
     * Made of words, of drawn lengths.
     *
     * @param inputTokens prompt length in tokens, shared prefix included
     * @param outputTokens answer length in tokens
     * @param sharedPrefixTokens tokens at a prompt's start that it shares with others of its group,
     *     0 for none
     * @param sharedPrefixGroups how many groups there are, at least 1; each prompt is of one of
     *     them, all equally likely
     */
    record Synthetic(
        Distribution inputTokens,
        Distribution outputTokens,
        int sharedPrefixTokens,
        int sharedPrefixGroups)
        implements Content {}

    /**
     * Prompts of a file.
     *
     * @param file its path
     * @param format {@code ShareGPT} or {@code JSONL}
     * @param outputTokens answer length in tokens; absent means each record's own
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Dataset(String file, String format, Optional<Distribution> outputTokens)
        implements Content {}

    /**
     * Made of words, of the lengths that a trace has recorded.
     *
     * @param file its path
     * @param format {@code Azure}, {@code BurstGPT}, {@code Mooncake} or {@code JSONL}
     */
    record Trace(String file, String format) implements Content {}
  }

  /**
   * Conversations: each turn carries the history of those before it, the server's answers included.
   * Only with closed loops.
   *
   * @param count turns of a conversation, at least 1
   * @param inputTokens new tokens of each turn but the first; absent means as the first turn's
   * @param thinkTimeMillis pause between an answer and the next turn
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Turns(
      Distribution count, Optional<Distribution> inputTokens, Distribution thinkTimeMillis) {}
}
