package dev.loadline.runner.prompt;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * The words that all prompts of a run begin with, so that none finds another run's prompts in the
 * server's prefix cache: eight, which is enough for 10^21 runs; in a text of less than sixteen
 * words, half of it. A run that is not isolated has none.
 */
final class Nonce {
  private static final int WORDS = 8;

  private final int most;
  private final long seed;

  /** Words made of this text; absent means none. */
  Nonce(Optional<String> nonce) {
    most = nonce.isPresent() ? WORDS : 0;
    UUID hash = UUID.nameUUIDFromBytes(nonce.orElse("").getBytes(StandardCharsets.UTF_8));
    seed = hash.getMostSignificantBits() ^ hash.getLeastSignificantBits();
  }

  /** How many of a text's words are the nonce. */
  int words(int ofWords) {
    return Math.min(most, (ofWords + 1) / 2);
  }

  /**
   * Writes the first of them, each with a space before it.
   *
   * @return the place behind them
   */
  int write(byte[] target, int at, int count) {
    return Words.write(target, at, count, new SplittableRandom(seed));
  }

  /** All of them as a text; empty if there are none. */
  Text text() {
    byte[] bytes = new byte[Words.room(most)];
    return Text.ofPlain(bytes, Math.min(1, most), write(bytes, 0, most));
  }
}
