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
          left > 0,
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
          history.add(
              left > 0,
              new History.Said(answer, messages.calibration()),
              messages.later(added, words),
              output));
    }
  }

  /** What was said in a conversation, as long as it goes on. */
  static final class History {
    private final List<Message> said = new ArrayList<>();
    private int inputTokens;

    /** An answer, and the calibration that says what the next turn's own template takes. */
    record Said(Answer answer, Calibration calibration) {}

    /**
     * The first turn.
     *
     * @param goesOn whether others follow
     */
    Prompt begin(boolean goesOn, WordMessages.Part first, int outputTokens) {
      said.addAll(first.messages());
      inputTokens = first.tokens();
      return prompt(goesOn, outputTokens, first.reusable());
    }

    /**
     * Another turn: what was there before it is as long as the server counted, if it did. Where
     * nobody knows how long the answer's text is, no length is wanted.
     */
    Prompt add(boolean goesOn, Said last, WordMessages.Part next, int outputTokens) {
      Answer answer = last.answer();
      Message text = new Message(Role.ASSISTANT, Text.of(answer.text()));
      int before = answer.inputTokens().orElse(inputTokens);
      boolean known = before > 0 && answer.textTokens().isPresent();
      before += answer.textTokens().orElse(Text.mostTokens(text.text().length()));
      said.add(text);
      said.addAll(next.messages());
      inputTokens = known ? before + next.tokens() : 0;
      int reusable = before + (int) Math.ceil(last.calibration().turn());
      return prompt(goesOn, outputTokens, known ? Math.min(inputTokens, reusable) : reusable);
    }

    private Prompt prompt(boolean goesOn, int outputTokens, int reusable) {
      Prompt prompt = new Prompt(said, inputTokens, outputTokens, reusable);
      if (!goesOn) {
        said.clear();
      }
      return prompt;
    }
  }
}
