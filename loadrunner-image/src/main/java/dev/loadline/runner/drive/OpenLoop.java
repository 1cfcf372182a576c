package dev.loadline.runner.drive;

import dev.loadline.runner.arrival.ArrivalProcess;

/**
 * Requests at the instants of an arrival process, whether or not earlier ones were answered. What
 * is due is sent, however late; nothing is dropped or shifted, and the lag is part of the result.
 */
final class OpenLoop implements Traffic, StageLoop.End {
  private final ArrivalProcess arrivals;

  OpenLoop(ArrivalProcess arrivals) {
    this.arrivals = arrivals;
  }

  @Override
  public void start(StageLoop stage, long startNanos) {
    sendFrom(stage, startNanos, startNanos + arrivals.nextNanos());
  }

  /**
   * Sends what is due now and waits for the rest.
   *
   * @param dueNanos the first arrival that has not been sent
   */
  private void sendFrom(StageLoop stage, long startNanos, long dueNanos) {
    long now = stage.now();
    long due = dueNanos;
    while (due <= now && stage.isSending()) {
      stage.send(due, this);
      due = startNanos + arrivals.nextNanos();
    }
    if (stage.isSending()) {
      long next = due;
      stage.at(next, () -> sendFrom(stage, startNanos, next));
    }
  }

  @Override
  public void ended(boolean success, long attemptNanos, long endNanos) {}
}
