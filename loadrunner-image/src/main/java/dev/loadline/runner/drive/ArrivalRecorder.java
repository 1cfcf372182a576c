package dev.loadline.runner.drive;

import dev.loadline.runner.arrival.AchievedArrivals;
import dev.loadline.runner.arrival.ArrivalRate;
import dev.loadline.runner.arrival.SendInstants;
import dev.loadline.runner.contract.StageResult;
import dev.loadline.runner.measure.Window;
import java.util.List;
import java.util.Optional;

/** Keeps when one loop of an open loop sent its requests, and of a replay when they were due. */
final class ArrivalRecorder {
  private final Window window;
  private final SendInstants sent;
  private final Optional<SendInstants> due;

  private ArrivalRecorder(Window window, SendInstants sent, Optional<SendInstants> due) {
    this.window = window;
    this.sent = sent;
    this.due = due;
  }

  /** Of arrivals that obey a law, at a rate whose ramp is the window. */
  static ArrivalRecorder ofLaw(Window window, ArrivalRate rate, int loops) {
    return new ArrivalRecorder(window, new SendInstants(rate, loops), Optional.empty());
  }

  /** Of arrivals that a trace has recorded. */
  static ArrivalRecorder ofTrace(Window window, int loops) {
    return new ArrivalRecorder(
        window, new SendInstants(loops), Optional.of(new SendInstants(loops)));
  }

  /** A request should be sent at this instant, in no case before the one that was due last. */
  void due(long nanos) {
    due.ifPresent(instants -> add(instants, nanos));
  }

  /** The client sets out to send a request at this instant. */
  void sent(long nanos) {
    add(sent, nanos);
  }

  private void add(SendInstants instants, long nanos) {
    if (window.contains(nanos)) {
      instants.add(nanos - window.openNanos());
    }
  }

  /** What all loops of a stage achieved, once its window is closed; absent if it never opened. */
  static Optional<StageResult.Arrivals> result(List<ArrivalRecorder> loops, Window window) {
    if (loops.isEmpty() || window.lengthNanos() <= 0) {
      return Optional.empty();
    }
    List<SendInstants> due = loops.stream().flatMap(loop -> loop.due.stream()).toList();
    return Optional.of(
        new StageResult.Arrivals(
            AchievedArrivals.of(
                loops.stream().map(loop -> loop.sent).toList(), window.lengthNanos()),
            due.isEmpty()
                ? Optional.empty()
                : Optional.of(AchievedArrivals.of(due, window.lengthNanos()))));
  }
}
