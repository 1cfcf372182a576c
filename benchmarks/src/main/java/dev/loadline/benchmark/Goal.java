package dev.loadline.benchmark;

/**
 * What a figure must reach and what it is to reach.
 *
 * @param must the least that is accepted
 * @param aim what is aimed for
 * @param more whether more is better
 */
record Goal(double must, double aim, boolean more) {
  /** As little as possible. */
  static Goal atMost(double must, double aim) {
    return new Goal(must, aim, false);
  }

  /** As much as possible. */
  static Goal atLeast(double must, double aim) {
    return new Goal(must, aim, true);
  }

  /** What a value makes of it. */
  String verdict(double value) {
    if (reaches(value, aim)) {
      return "aim";
    }
    return reaches(value, must) ? "reached" : "**missed**";
  }

  private boolean reaches(double value, double bound) {
    return more ? value >= bound : value <= bound;
  }

  /** As a reader writes it. */
  String text(double bound) {
    return (more ? "≥ " : "≤ ") + Figure.text(bound);
  }
}
