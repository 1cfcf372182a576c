package dev.loadline.runner.prompt;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The texts that prompts of one group begin with: the run's nonce, if there is one, then words of
 * the group. They depend on nonce and seed alone, so all event loops and stages of a run have the
 * same ones. Each is made when it is first needed and kept, unless all together are too large for
 * that. Thread-safe.
 */
final class SharedPrefixes {
  private static final long MOST_KEPT_WORDS = 8_000_000;

  private final Nonce nonce;
  private final long seed;
  private final int words;
  private final @Nullable AtomicReferenceArray<Text> kept;

  /** Prefixes of so many words for so many groups. */
  SharedPrefixes(Nonce nonce, long seed, int words, int groups) {
    this.nonce = nonce;
    this.seed = seed;
    this.words = words;
    kept = (long) words * groups <= MOST_KEPT_WORDS ? new AtomicReferenceArray<>(groups) : null;
  }

  /** Words of each. */
  int words() {
    return words;
  }

  /** That of a group. */
  Text of(int group) {
    if (kept == null) {
      return made(group);
    }
    Text known = kept.get(group);
    if (known == null) {
      known = made(group);
      kept.set(group, known);
    }
    return known;
  }

  private Text made(int group) {
    int nonceWords = nonce.words(words);
    byte[] bytes = new byte[Words.room(words)];
    int end = nonce.write(bytes, 0, nonceWords);
    end = Words.write(bytes, end, words - nonceWords, Seeds.random(seed, group));
    return Text.ofPlain(bytes, 1, end);
  }
}
