package dev.loadline.runner.prompt;

import dev.loadline.runner.contract.Workload;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * How many tokens the target makes of this package's words: {@code template + tokensPerWord·n} of
 * one message of n words. Every tokenizer and every chat template has its own; nothing is assumed
 * of them but that.
 *
 * @param tokensPerWord mean tokens of a word with the space before it
 * @param template tokens of a prompt of one user's message beyond those of its words
 * @param system tokens that a system message before it has beyond those of its words, below 0 where
 *     the template says more of its own without one, but never below {@code −template}; absent if
 *     the target refuses system messages
 * @param turn tokens that an answer and the user's next message have beyond those of their words
 * @param source who has counted
 */
public record Calibration(
    double tokensPerWord, double template, OptionalDouble system, double turn, Source source) {

  /** One word is taken for one token, and nothing for the template. */
  public static final Calibration NONE =
      new Calibration(1, 0, OptionalDouble.of(0), 0, Source.NONE);

  /** Who has counted. */
  public enum Source {
    /** The target's tokenizer. */
    TOKENIZER,
    /** The {@code usage.prompt_tokens} of a few requests for one token. */
    USAGE,
    /** Nobody: the lengths of prompts are a guess. */
    NONE
  }

  /**
   * Lets the target count a few prompts of words: five at most, the longest of some 900 words
   * twice; where the context is too small for one of them, or it takes more than two seconds, the
   * others have an eighth of the words.
   *
   * @param workload what will be sent: what it does not need is not counted
   * @param chat false if the API takes one text
   * @param nonce makes these prompts unlike those of other runs
   * @param nanoTime a monotonic clock
   * @return {@link #NONE} if the target does not count, or if its counts make no sense
   */
  public static Calibration measure(
      TokenCounter counter, Workload workload, boolean chat, String nonce, LongSupplier nanoTime)
      throws InterruptedException {
    return new Calibrator(counter, nonce, nanoTime).measure(workload, chat);
  }

  /** Words of a text of that many tokens, at least 1. */
  int words(double tokens) {
    return Math.clamp(Math.round(tokens / tokensPerWord), 1, Integer.MAX_VALUE);
  }

  /** Tokens of that many words. */
  int tokens(int words) {
    return (int) Math.round(words * tokensPerWord);
  }
}
