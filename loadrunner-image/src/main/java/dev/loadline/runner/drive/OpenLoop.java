package dev.loadline.runner.drive;

import dev.loadline.runner.arrival.ArrivalProcess;
import dev.loadline.runner.http.AnswerText;
import dev.loadline.runner.http.Lane;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Requests at the instants of an arrival process, whether or not earlier ones were answered. What
 * is due before the window closes is sent, however late; nothing is dropped or shifted, and the lag
 * is part of the result.
 */
final class OpenLoop implements Traffic {
  private final ArrivalProcess arrivals;
  private @Nullable Sender sender;
  private long startNanos;
  private long dueNanos;

  OpenLoop(ArrivalProcess arrivals) {
    this.arrivals = arrivals;
  }

  /** All arrivals are of one sender. */
  private record Arrivals(Lane lane) implements Sender {
    @Override
    public Optional<AnswerText> text() {
      return Optional.empty();
    }

    @Override
    public void ended(Ended request) {}
  }

  @Override
  public void start(StageLoop stage, long stageStartNanos) {
    startNanos = stageStartNanos;
    sender = new Arrivals(stage.lane());
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
    Sender all = sender;
    long now = stage.now();
    while (all != null && dueNanos <= now && stage.takes(dueNanos)) {
      stage.send(dueNanos, all);
      next();
    }
  }
}
