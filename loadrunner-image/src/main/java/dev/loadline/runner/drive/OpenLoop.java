package dev.loadline.runner.drive;

import dev.loadline.runner.arrival.ArrivalProcess;
import dev.loadline.runner.http.AnswerText;
import dev.loadline.runner.http.Lane;
import java.util.Optional;

/**
 * Requests at the instants of an arrival process, whether or not earlier ones were answered. What
 * is due before the window closes is sent, however late; nothing is dropped or shifted, and the lag
 * is part of the result.
 *
 * <p>A loop that cannot keep up sends what is overdue a few milliseconds at a time and reads
 * answers in between; what it has not yet sent stays in the arrival process and takes no memory.
 */
final class OpenLoop implements Traffic {
  /** Half the distance of the ticks by which loop delay is measured. */
  static final long TURN_NANOS = 5_000_000;

  /** When to look again for what another thread has yet to do. */
  private static final long PAUSE_NANOS = 1_000_000;

  /**
   * So many of those that were never sent are drawn and counted one by one, a few tenths of a
   * second of a loop; of a rate that is out of all proportion the law's mean must do for the rest.
   */
  private static final int MOST_COUNTED = 1 << 20;

  private static final int PARTS = 1_000;
  private static final long UNKNOWN = Long.MIN_VALUE;

  private final ArrivalProcess arrivals;
  private long startNanos;
  private long dueNanos = Long.MAX_VALUE;

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
    dueNanos = UNKNOWN;
    run(stage, new Arrivals(stage.lane()));
  }

  /** Sends what is due now and waits for the rest. */
  private void run(StageLoop stage, Sender sender) {
    long now = stage.now();
    long turnEnds = Clocks.later(now, TURN_NANOS);
    while (now < turnEnds && isDue(now) && stage.takes(dueNanos) && !stage.isCrowded()) {
      stage.send(dueNanos, sender);
      dueNanos = UNKNOWN;
      now = stage.now();
    }
    Runnable again = () -> run(stage, sender);
    if (!stage.takes(dueNanos)) {
      stage.restIfDone();
    } else if (!isKnown() || (isDue(now) && stage.isCrowded())) {
      stage.at(Clocks.later(now, PAUSE_NANOS), again);
    } else if (isDue(now)) {
      stage.nextTurn(again);
    } else {
      stage.at(dueNanos, again);
    }
  }

  private boolean isDue(long now) {
    return isKnown() && dueNanos <= now;
  }

  private boolean isKnown() {
    if (dueNanos == UNKNOWN && arrivals.isReady()) {
      next();
    }
    return dueNanos != UNKNOWN;
  }

  private void next() {
    dueNanos = Clocks.later(startNanos, arrivals.nextNanos());
  }

  @Override
  public boolean isBehind(StageLoop stage) {
    return stage.takes(dueNanos);
  }

  @Override
  public void giveUp(StageLoop stage) {
    if (dueNanos == UNKNOWN) {
      next();
    }
    for (int counted = 0; stage.takes(dueNanos); counted++) {
      if (counted >= MOST_COUNTED && arrivals.meanUntil(Long.MAX_VALUE).isPresent()) {
        giveUpByMean(stage);
        return;
      }
      stage.neverSent(dueNanos, 1);
      next();
    }
  }

  /** From the one that is due next on, each part of the time at its middle. */
  private void giveUpByMean(StageLoop stage) {
    long closeNanos = stage.closeNanos();
    long partNanos = 1 + (closeNanos - dueNanos) / PARTS;
    long counted = 0;
    for (long from = dueNanos; from < closeNanos; from += partNanos) {
      long to = Math.min(closeNanos, from + partNanos);
      long mean = Math.round(arrivals.meanUntil(to - startNanos).orElse(0));
      if (mean > counted) {
        stage.neverSent(from + (to - from) / 2, mean - counted);
        counted = mean;
      }
    }
    dueNanos = Long.MAX_VALUE;
  }
}
