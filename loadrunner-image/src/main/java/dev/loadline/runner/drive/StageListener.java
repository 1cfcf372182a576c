package dev.loadline.runner.drive;

/** Hears on a loop what concerns all loops of a stage; must be quick. */
interface StageListener {
  /** The loop's first request is about to be sent. */
  void sends();

  /** A request of the window has ended. */
  void endedInWindow(long endNanos);

  /** A limit of the run is reached: the window closes at this instant, unless it is closed. */
  void limitReached(long nanos);

  /** Nothing is in flight, and nothing will be sent any more. */
  void rests();
}
