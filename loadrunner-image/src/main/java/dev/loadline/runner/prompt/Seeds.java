package dev.loadline.runner.prompt;

import java.util.SplittableRandom;

/** Generators that follow from a seed and a number, without anything in common. */
final class Seeds {
  private Seeds() {}

  /** That of a part of what the seed is for. */
  static SplittableRandom random(long seed, long part) {
    return new SplittableRandom(of(seed, part));
  }

  /** A seed of a part of what the seed is for. */
  static long of(long seed, long part) {
    return new SplittableRandom(seed + 0x9E3779B97F4A7C15L * part).nextLong();
  }
}
