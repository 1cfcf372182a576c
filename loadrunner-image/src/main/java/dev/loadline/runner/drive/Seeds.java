package dev.loadline.runner.drive;

import java.util.SplittableRandom;

/** Seeds that follow from the plan's one, so that every random choice can be repeated. */
final class Seeds {
  private static final long ARRIVALS = 0x6172726976616cL;
  private static final long USERS = 0x7573657273L;

  private Seeds() {}

  /** Of a stage's arrivals: one for all loops, since they share one process. */
  static long arrivals(long seed, int stage) {
    return mix(mix(seed, ARRIVALS), stage);
  }

  /** Of a stage's users. */
  static long users(long seed, int stage) {
    return mix(mix(seed, USERS), stage);
  }

  /** Of one user of a stage. */
  static long user(long users, int user) {
    return mix(users, user);
  }

  private static long mix(long seed, long part) {
    return new SplittableRandom(seed + 0x9E3779B97F4A7C15L * part).nextLong();
  }
}
