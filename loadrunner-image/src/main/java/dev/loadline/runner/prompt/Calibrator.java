package dev.loadline.runner.prompt;

import dev.loadline.runner.contract.Workload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Fits a {@link Calibration}. A prompt of all the words and one of each of them twice differ by
 * exactly what the words take, so their mean is exact and not that of a sample: {@code
 * tokensPerWord = (twice − once)/words}, {@code template = 2·once − twice}. Where the target's
 * context is too small for that, an eighth of the words must do. Where the target is slow, as those
 * are that take seconds for a prompt of all the words and have no tokenizer to ask, the second
 * prompt has an eighth of them: {@code tokensPerWord = (all − eighth)/(words − words/8)}, the mean
 * of all the words but those.
 */
final class Calibrator {
  private static final int FEW = Words.all().size() / 8;
  private static final double FEWEST_PER_WORD = 0.1;
  private static final double MOST_PER_WORD = 20;

  private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final TokenCounter counter;
  private final LongSupplier nanoTime;
  private final List<Integer> order = new ArrayList<>();

  Calibrator(TokenCounter counter, String nonce, LongSupplier nanoTime) {
    this.counter = counter;
    this.nanoTime = nanoTime;
    for (int i = 0; i < Words.all().size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(nonce.hashCode()));
  }

  Calibration measure(Workload workload, boolean chat) throws InterruptedException {
    Optional<Single> all = single(order.size());
    Optional<Single> fitted = all.isPresent() ? all : single(FEW);
    return fitted.isPresent() ? measure(fitted.get(), workload, chat) : Calibration.NONE;
  }

  private Calibration measure(Single single, Workload workload, boolean chat)
      throws InterruptedException {
    Calibration.Source source = counter.source();
    boolean system = chat && hasPrefix(workload);
    boolean turns = chat && workload.turns().isPresent();
    double template = Math.max(0, single.tokens() - single.perWord() * single.words());
    return new Calibration(
        single.perWord(),
        template,
        system ? beyond(single, -template, Role.SYSTEM, Role.USER) : OptionalDouble.of(0),
        turns ? beyond(single, 0, Role.USER, Role.ASSISTANT, Role.USER).orElse(0) : 0,
        source);
  }

  private static boolean hasPrefix(Workload workload) {
    return workload.content() instanceof Workload.Content.Synthetic synthetic
        && synthetic.sharedPrefixTokens() > 0;
  }

  /** What one message of so many words has. */
  private record Single(int words, int tokens, double perWord) {}

  private Optional<Single> single(int words) throws InterruptedException {
    long began = nanoTime.getAsLong();
    OptionalInt once = count(text(0, words));
    if (once.isEmpty()) {
      return Optional.empty();
    }
    if (words > FEW && nanoTime.getAsLong() - began > SLOW_NANOS) {
      OptionalInt few = count(text(0, FEW));
      return few.isEmpty()
          ? Optional.empty()
          : single(FEW, few.getAsInt(), once.getAsInt() - few.getAsInt(), words - FEW);
    }
    OptionalInt twice = count(text(0, words).followedBy(Text.of(" ")).followedBy(text(0, words)));
    return single(words, once.getAsInt(), twice.orElse(0) - once.getAsInt(), words);
  }

  private OptionalInt count(Text text) throws InterruptedException {
    return counter.count(List.of(new Message(Role.USER, text)));
  }

  /** Words and tokens of a message, and how many more tokens so many more words have. */
  private static Optional<Single> single(int words, int tokens, int moreTokens, int moreWords) {
    double perWord = (double) moreTokens / moreWords;
    return perWord >= FEWEST_PER_WORD && perWord <= MOST_PER_WORD
        ? Optional.of(new Single(words, tokens, perWord))
        : Optional.empty();
  }

  /**
   * What the same words have beyond that, at least so much, if messages of these roles have them.
   */
  private OptionalDouble beyond(Single single, double least, Role... roles)
      throws InterruptedException {
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < roles.length; i++) {
      int from = single.words() * i / roles.length;
      int to = single.words() * (i + 1) / roles.length;
      messages.add(new Message(roles[i], text(from, to)));
    }
    OptionalInt counted = counter.count(messages);
    return counted.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.max(least, counted.getAsInt() - single.tokens()));
  }

  private Text text(int from, int to) {
    byte[] bytes = new byte[Words.room(to - from)];
    int end = 0;
    for (int word : order.subList(from, to)) {
      end = Words.write(bytes, end, word);
    }
    return Text.ofPlain(bytes, 1, end);
  }
}
