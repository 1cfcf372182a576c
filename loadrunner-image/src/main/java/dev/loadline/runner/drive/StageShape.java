package dev.loadline.runner.drive;

import dev.loadline.runner.arrival.ArrivalProcess;
import dev.loadline.runner.arrival.ArrivalRate;
import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.End;
import dev.loadline.runner.contract.RunPlan.Shape;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * What a stage of the plan means for each of the loops that share it.
 *
 * @param plan the whole plan
 * @param index the stage's index in it
 * @param loops how many loops share the load
 */
record StageShape(RunPlan plan, int index, int loops) {
  /** Without a warm-up, users start this far apart. */
  private static final long USER_GAP_NANOS = 250_000;

  /** Most connections that one loop opens in advance for an open loop of unknown concurrency. */
  private static final int OPEN_LOOP_CONNECTIONS = 32;

  RunPlan.Stage stage() {
    return plan.load().stages().get(index);
  }

  boolean isOpenLoop() {
    return stage().shape() instanceof Shape.Open;
  }

  long warmupNanos() {
    return TimeUnit.MILLISECONDS.toNanos(plan.load().warmupMillis());
  }

  long drainNanos() {
    return TimeUnit.MILLISECONDS.toNanos(plan.load().drainTimeoutMillis());
  }

  /** Length of the window; absent where a number of requests closes it. */
  OptionalLong windowNanos() {
    return switch (stage().end()) {
      case End.After after -> OptionalLong.of(TimeUnit.MILLISECONDS.toNanos(after.millis()));
      case End.Requests ignored -> OptionalLong.empty();
      case End.Trace ignored -> throw new UnsupportedOperationException("Trace");
    };
  }

  /** How many requests close the window; absent where a duration does. */
  OptionalLong requestsWanted() {
    return switch (stage().end()) {
      case End.After ignored -> OptionalLong.empty();
      case End.Trace ignored -> OptionalLong.empty();
      case End.Requests requests -> OptionalLong.of(requests.count());
    };
  }

  /** Requests per second asked for; absent in a closed loop. */
  OptionalDouble requestedRate() {
    return switch (stage().shape()) {
      case Shape.Closed ignored -> OptionalDouble.empty();
      case Shape.Replay ignored -> OptionalDouble.empty();
      case Shape.Open open -> OptionalDouble.of(Double.parseDouble(open.requestsPerSecond()));
    };
  }

  /** How many connections a loop opens before the stage: one per user, or those of a second. */
  int connectionsOf(int loop) {
    return switch (stage().shape()) {
      case Shape.Closed closed -> ClosedLoop.usersOf(closed.users(), loop, loops);
      case Shape.Open ignored ->
          (int) Math.min(OPEN_LOOP_CONNECTIONS, Math.ceil(requestedRate().orElseThrow() / loops));
      case Shape.Replay ignored -> 0;
    };
  }

  /**
   * One loop's share. Arrivals of the loops are together those of one process at the whole rate.
   */
  Traffic trafficOf(int loop) {
    return switch (stage().shape()) {
      case Shape.Closed closed ->
          new ClosedLoop(
              closed.users(),
              loop,
              loops,
              TimeUnit.MILLISECONDS.toNanos(
                  ((Distribution.Fixed) closed.thinkTimeMillis()).value()),
              spreadNanos(closed.users()));
      case Shape.Open ignored -> new OpenLoop(arrivalsOf(loop));
      case Shape.Replay ignored -> throw new UnsupportedOperationException("Replay");
    };
  }

  /** One loop's arrivals; only in an open loop. */
  ArrivalProcess arrivalsOf(int loop) {
    Shape.Open open = (Shape.Open) stage().shape();
    ArrivalRate rate = ArrivalRate.steady(Double.parseDouble(open.requestsPerSecond()));
    long seed = Seeds.arrivals(plan.workload().seed(), index);
    ArrivalProcess all =
        switch (open.arrival()) {
          case "Constant" -> ArrivalProcess.constant(rate);
          case "Poisson" -> ArrivalProcess.poisson(rate, seed);
          default ->
              throw new IllegalArgumentException(
                  "load.stages[" + index + "].arrival: \"" + open.arrival() + "\" is not known");
        };
    return all.share(loop, loops);
  }

  /**
   * First sends are spread over half the warm-up, so that the users have lost their common beat
   * when the window opens. Without a warm-up they are only kept from starting in one burst, for as
   * long as they are not there the window sees too few of them.
   */
  private long spreadNanos(int users) {
    return Math.max(warmupNanos() / 2, users * USER_GAP_NANOS);
  }
}
