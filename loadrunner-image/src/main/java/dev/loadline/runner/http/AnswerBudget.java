package dev.loadline.runner.http;

/**
 * How much memory the answers on one event loop may take together for what outlives a read, so that
 * a server whose events do not end costs its requests and not the run. Used on that loop only.
 */
final class AnswerBudget {
  private static final int SHARE_OF_HEAP = 4;

  private final long bytes;
  private long left;

  /** So many bytes. */
  AnswerBudget(long bytes) {
    this.bytes = bytes;
    left = bytes;
  }

  /** One loop's part of a quarter of this JVM's largest heap. */
  static AnswerBudget ofOneLoop(int loops) {
    return new AnswerBudget(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP / loops);
  }

  /** Takes so many bytes; false if so many are not left. */
  boolean take(long wanted) {
    if (wanted > left) {
      return false;
    }
    left -= wanted;
    return true;
  }

  /** Gives back what was taken. */
  void giveBack(long taken) {
    left += taken;
  }

  /** What is left of it, bytes. */
  long left() {
    return left;
  }

  /** The whole as a person would write it. */
  String size() {
    return (bytes >> 20) + " MiB";
  }
}
