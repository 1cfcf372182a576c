package dev.loadline.runner.drive;

/** How the requests of one stage follow one another on one loop; used on that loop only. */
sealed interface Traffic permits ClosedLoop, OpenLoop {
  /**
   * Begins to send, for as long as the stage takes requests.
   *
   * @param startNanos when the stage begins
   */
  void start(StageLoop stage, long startNanos);

  /** Whether it has yet to send what was due before the window closed. */
  boolean isBehind(StageLoop stage);

  /** Tells the stage of all that was due before the window closed and is not sent: it never is. */
  void giveUp(StageLoop stage);
}
