package dev.loadline.runner.prompt;

import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.Workload;
import dev.loadline.runner.contract.Workload.Turns;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Conversations made of words, in the lengths that the workload asks for. A prompt is {@code
 * [nonce][words of its group][words of its own]}: the first two are its shared prefix, which a chat
 * prompt has as a system message. Lengths, groups and words depend on workload and seed alone, each
 * conversation's on nothing that another did.
 */
final class SyntheticConversations implements Conversations {
  private final Workload.Content.Synthetic content;
  private final Optional<Turns> turns;
  private final WordMessages messages;
  private final Optional<SharedPrefixes> prefixes;
  private final SplittableRandom random;

  /**
   * A share.
   *
   * @param turns absent means one turn each
   * @param prefixes absent means that nothing but the nonce is shared
   * @param random of this share alone
   */
  SyntheticConversations(
      Workload.Content.Synthetic content,
      Optional<Turns> turns,
      WordMessages messages,
      Optional<SharedPrefixes> prefixes,
      SplittableRandom random) {
    this.content = content;
    this.turns = turns;
    this.messages = messages;
    this.prefixes = prefixes;
    this.random = random;
  }

  @Override
  public Conversation next() {
    return new Made(random.split());
  }

  /** One of them. */
  private final class Made implements Conversation {
    private final SplittableRandom lengths;
    private final SplittableRandom words;
    private final History history = new History();
    private long left;

    Made(SplittableRandom own) {
      lengths = own;
      words = own.split();
      left = turns.map(law -> Sampler.next(law.count(), lengths)).orElse(1L);
    }

    @Override
    public Prompt first() {
      int input = Sampler.tokens(content.inputTokens(), lengths);
      int output = Sampler.tokens(content.outputTokens(), lengths);
      left--;
      return history.begin(
          prefixes
              .map(shared -> {
                int group = lengths.nextInt(content.sharedPrefixGroups());
                return messages.withPrefix(shared.of(group), shared.words(), input, words);
              })
              .orElseGet(() -> messages.alone(input, words)),
          output);
    }

    @Override
    public Optional<Prompt> next(Answer answer) {
      if (left <= 0) {
        return Optional.empty();
      }
      left--;
      Distribution law = turns.flatMap(Turns::inputTokens).orElse(content.inputTokens());
      int added = Sampler.tokens(law, lengths);
      int output = Sampler.tokens(content.outputTokens(), lengths);
      return Optional.of(
          history.add(answer, messages.later(added, words), messages.calibration(), output));
    }
  }

  /** What was said in a conversation. */
  static final class History {
    private final List<Message> said = new ArrayList<>();
    private int inputTokens;

    /** The first turn. */
    Prompt begin(WordMessages.Part first, int outputTokens) {
      said.addAll(first.messages());
      inputTokens = first.tokens();
      return new Prompt(said, inputTokens, outputTokens, first.reusable());
    }

    /**
     * Another turn: what was there before it is as long as the server counted, if it did.
     *
     * @param calibration says what the turn's own template takes
     */
    Prompt add(Answer answer, WordMessages.Part next, Calibration calibration, int outputTokens) {
      int before = answer.inputTokens().orElse(inputTokens) + answer.outputTokens();
      said.add(new Message(Role.ASSISTANT, Text.of(answer.text())));
      said.addAll(next.messages());
      inputTokens = before + next.tokens();
      int reusable = before + (int) Math.ceil(calibration.turn());
      return new Prompt(said, inputTokens, outputTokens, Math.min(inputTokens, reusable));
    }
  }
}
