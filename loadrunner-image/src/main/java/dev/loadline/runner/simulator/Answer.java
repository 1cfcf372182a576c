package dev.loadline.runner.simulator;

/** The way one answer is written; each method is called on the connection's event loop. */
interface Answer {
  /** Called when the request has got its place: sends what precedes the text. */
  void begin();

  /**
   * Sends the next tokens.
   *
   * @param last whether the text ends with them, and the answer as well
   * @return {@code nanoTime} just before the bytes went to the socket
   */
  long tokens(int count, boolean last);

  /** Goes wrong in this way, now. */
  void fail(Fault fault);
}
