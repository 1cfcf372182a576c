package dev.loadline.runner.prompt;

import dev.loadline.runner.contract.Workload;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Synthetic prompts of a wanted length in tokens, without a tokenizer: common English words in
 * random order, each of which is one token in the usual vocabularies. The first eight of them spell
 * the run's nonce and are the same in all its prompts, so that no run finds another run's prompts
 * in the server's prefix cache; in a prompt of less than sixteen tokens they are half of it.
 *
 * <p>A chat template adds its own tokens (about ten), and a vocabulary may be an unusual one: the
 * length that the server saw is in its {@code usage.prompt_tokens}, which the result reports.
 * Lengths depend on the workload and the seed alone, not on the nonce. Used by one thread.
 */
public final class Prompts {
  private static final int NONCE_WORDS = 8;

  private final Workload.Content.Synthetic content;
  private final long nonce;
  private final SplittableRandom lengths;
  private final SplittableRandom words;

  /**
   * An endless sequence of prompts.
   *
   * @param workload what lengths are wanted; its own seed is not used
   * @param nonce the run's random text
   * @param seed the same seed gives the same lengths and words
   */
  public Prompts(Workload workload, String nonce, long seed) {
    content = (Workload.Content.Synthetic) workload.content();
    UUID hash = UUID.nameUUIDFromBytes(nonce.getBytes(StandardCharsets.UTF_8));
    this.nonce = hash.getMostSignificantBits() ^ hash.getLeastSignificantBits();
    lengths = new SplittableRandom(seed);
    words = lengths.split();
  }

  /** The next prompt. */
  public Prompt next() {
    int input = Lengths.next(content.inputTokens(), lengths);
    int output = Lengths.next(content.outputTokens(), lengths);
    int nonceWords = Math.min(NONCE_WORDS, (input + 1) / 2);
    StringBuilder text = new StringBuilder(6 * input);
    append(text, nonceWords, new SplittableRandom(nonce));
    append(text, input - nonceWords, words);
    return new Prompt(text.toString(), input, output);
  }

  private static void append(StringBuilder text, int count, RandomGenerator random) {
    for (int i = 0; i < count; i++) {
      text.append(text.isEmpty() ? "" : " ").append(Words.any(random));
    }
  }
}
