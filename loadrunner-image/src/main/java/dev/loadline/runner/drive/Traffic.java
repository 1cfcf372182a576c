package dev.loadline.runner.drive;

/** How the requests of one stage follow one another on one loop; used on that loop only. */
sealed interface Traffic permits ClosedLoop, OpenLoop {
  /**
   * Begins to send, until {@link StageLoop#isSending} is false.
   *
   * @param startNanos when the stage begins
   */
  void start(StageLoop stage, long startNanos);
}
