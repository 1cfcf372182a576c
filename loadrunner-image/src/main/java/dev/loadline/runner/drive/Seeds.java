package dev.loadline.runner.drive;

import java.util.SplittableRandom;

/** Seeds that follow from the plan's one, so that every random choice can be repeated. */
final class Seeds {
  private static final long ARRIVALS = 0x6172726976616cL;

  private Seeds() {}

  /** One for all loops: they share one process. */
  static long arrivals(long seed, int stage) {
    return mix(mix(seed, ARRIVALS), stage);
  }

  private static long mix(long seed, long part) {
    return new SplittableRandom(seed + 0x9E3779B97F4A7C15L * part).nextLong();
  }
}
