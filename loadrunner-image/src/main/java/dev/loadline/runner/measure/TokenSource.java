package dev.loadline.runner.measure;

/** Where a request's count of output tokens comes from, best first. */
public enum TokenSource {
  /** {@code usage.completion_tokens}, of the last usage that was above 0. */
  USAGE("Usage"),
  /** The sum of the token ids that came with the events. */
  TOKEN_IDS("TokenIds"),
  /** The number of token-bearing events: too low where events bundle tokens, hence flagged. */
  EVENTS("Events");

  private final String wireName;

  TokenSource(String wireName) {
    this.wireName = wireName;
  }

  /** The name in results. */
  public String wireName() {
    return wireName;
  }
}
