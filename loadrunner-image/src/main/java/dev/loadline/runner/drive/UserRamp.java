package dev.loadline.runner.drive;

/**
 * How many users there are in a closed loop: {@code from} of them until the ramp begins, then a
 * number that changes linearly to {@code to}, rounded to whole users. So over the ramp there are
 * {@code (from + to)/2} in the mean. Instants are nanoseconds since the stage's start.
 *
 * @param from users before the ramp, at least 1
 * @param to users after it, at least 1
 * @param spreadNanos time over which the first of them begin
 * @param rampNanos when the ramp begins
 * @param lengthNanos how long it takes
 */
record UserRamp(int from, int to, long spreadNanos, long rampNanos, long lengthNanos) {
  /** As many at all times. */
  static UserRamp steady(int users, long spreadNanos) {
    return new UserRamp(users, users, spreadNanos, 0, 0);
  }

  /** The most there are. */
  int most() {
    return Math.max(from, to);
  }

  /** How many of them are a loop's: those whose number modulo the number of loops is the loop's. */
  int usersOf(int loop, int loops) {
    return (most() - loop + loops - 1) / loops;
  }

  /** When a user, counted from 0, begins. */
  long beginsNanos(int user) {
    return user < from
        ? (long) ((double) spreadNanos * user / from)
        : crossedNanos(user + 0.5 - from, to - from);
  }

  /** When a user sends its last request at the latest. */
  long endsNanos(int user) {
    return user < to ? Long.MAX_VALUE : crossedNanos(from - (user + 0.5), from - to);
  }

  private long crossedNanos(double changed, int change) {
    return Clocks.later(rampNanos, (long) (lengthNanos * (changed / change)));
  }
}
