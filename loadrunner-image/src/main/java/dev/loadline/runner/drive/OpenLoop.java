package dev.loadline.runner.drive;

import dev.loadline.runner.arrival.ArrivalProcess;

/**
 * Requests at the instants of an arrival process, whether or not earlier ones were answered. What
 * is due before the window closes is sent, however late; nothing is dropped or shifted, and the lag
 * is part of the result.
 */
final class OpenLoop implements Traffic, StageLoop.End {
  private final ArrivalProcess arrivals;
  private long startNanos;
  private long dueNanos;

  OpenLoop(ArrivalProcess arrivals) {
    this.arrivals = arrivals;
  }

  @Override
  public void start(StageLoop stage, long stageStartNanos) {
    startNanos = stageStartNanos;
    next();
    run(stage);
  }

  private void next() {
    dueNanos = Clocks.later(startNanos, arrivals.nextNanos());
  }

  /** Sends what is due now and waits for the rest. */
  private void run(StageLoop stage) {
    sendDue(stage);
    if (stage.takes(dueNanos)) {
      stage.at(dueNanos, () -> run(stage));
    }
  }

  @Override
  public void sendDue(StageLoop stage) {
    long now = stage.now();
    while (dueNanos <= now && stage.takes(dueNanos)) {
      stage.send(dueNanos, this);
      next();
    }
  }

  @Override
  public void ended(boolean success, long attemptNanos, long endNanos) {}
}
