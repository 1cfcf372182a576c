package dev.loadline.runner.drive;

/** How the requests of one stage follow one another on one loop; used on that loop only. */
sealed interface Traffic permits ClosedLoop, OpenLoop {
  /**
   * Begins to send, for as long as the stage takes requests.
   *
   * @param startNanos when the stage begins
   */
  void start(StageLoop stage, long startNanos);

  /** Sends at once what should have been sent by now; called before the stage stops to send. */
  void sendDue(StageLoop stage);
}
