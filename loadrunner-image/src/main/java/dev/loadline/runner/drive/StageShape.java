package dev.loadline.runner.drive;

import dev.loadline.runner.arrival.ArrivalProcess;
import dev.loadline.runner.arrival.ArrivalRate;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.End;
import dev.loadline.runner.contract.RunPlan.Shape;
import dev.loadline.runner.contract.StageResult;
import dev.loadline.runner.measure.Window;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * What a stage of the plan means for each of the loops that share it.
 *
 * @param plan the whole plan
 * @param index the stage's index in it
 * @param loops how many loops share the load
 * @param serviceNanos mean time that a request took in the stage before; absent if that is not
 *     known
 * @param replay the trace whose requests are replayed; there if the shape says so
 */
record StageShape(
    RunPlan plan, int index, int loops, OptionalLong serviceNanos, Optional<Replay> replay) {
  /** Without a warm-up, users start this far apart. */
  private static final long USER_GAP_NANOS = 250_000;

  /** Most connections that one loop opens in advance for an open loop of unknown concurrency. */
  private static final int FEW_CONNECTIONS = 32;

  /** The same of a concurrency that is known from the stage before. */
  private static final int MANY_CONNECTIONS = 512;

  private static final double NANOS_PER_SECOND = 1e9;

  RunPlan.Stage stage() {
    return plan.load().stages().get(index);
  }

  boolean isOpenLoop() {
    return !(stage().shape() instanceof Shape.Closed);
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
      case End.Trace ignored ->
          OptionalLong.of(Math.max(0, replay.orElseThrow().lengthNanos() - warmupNanos()));
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

  /**
   * Mean of the requests per second asked for in the window as it was, of a ramp that was cut short
   * therefore not that of its ends; absent in a closed loop, and of a replay whose window never
   * opened.
   *
   * @param arrivals what the window had; of a replay with the instants that were due
   */
  OptionalDouble requestedRate(Window window, Optional<StageResult.Arrivals> arrivals) {
    return switch (stage().shape()) {
      case Shape.Closed ignored -> OptionalDouble.empty();
      case Shape.Replay ignored ->
          arrivals
              .flatMap(StageResult.Arrivals::due)
              .map(due -> due.count() * NANOS_PER_SECOND / window.lengthNanos())
              .map(OptionalDouble::of)
              .orElse(OptionalDouble.empty());
      case Shape.Open open -> {
        long ramp = windowNanos().orElse(0);
        double done = ramp == 0 ? 1 : (double) window.lengthNanos() / ramp;
        yield OptionalDouble.of(rateBefore(open) + (rate(open) - rateBefore(open)) * done / 2);
      }
    };
  }

  private static double rate(Shape.Open open) {
    return Double.parseDouble(open.requestsPerSecond());
  }

  private static double rateBefore(Shape.Open open) {
    return Double.parseDouble(open.rampFrom().orElse(open.requestsPerSecond()));
  }

  /** How many connections a loop opens before the stage: as many as it will need, if known. */
  int connectionsOf(int loop) {
    return switch (stage().shape()) {
      case Shape.Closed closed -> users(closed).usersOf(loop, loops);
      case Shape.Open open -> connections(Math.max(rate(open), rateBefore(open)));
      case Shape.Replay ignored -> connections(replay.orElseThrow().perSecond());
    };
  }

  /** Little's law: rate × time in the system; while that time is not known, those of a second. */
  private int connections(double perSecond) {
    double seconds = serviceNanos.isPresent() ? serviceNanos.getAsLong() / NANOS_PER_SECOND : 1;
    int most = serviceNanos.isPresent() ? MANY_CONNECTIONS : FEW_CONNECTIONS;
    return (int) Math.min(most, Math.ceil(perSecond * seconds / loops));
  }

  /**
   * One loop's share.
   *
   * @param reader reads what there is to read ahead
   */
  Traffic trafficOf(int loop, Executor reader) {
    return switch (stage().shape()) {
      case Shape.Closed closed -> new ClosedLoop(users(closed), loop, loops, pauses(closed));
      case Shape.Open ignored -> new OpenLoop(arrivalsOf(loop));
      case Shape.Replay ignored ->
          new OpenLoop(replay.orElseThrow().arrivalsOf(loop, loops, reader));
    };
  }

  private ClosedLoop.Pauses pauses(Shape.Closed closed) {
    return new ClosedLoop.Pauses(
        closed.thinkTimeMillis(),
        plan.workload().turns(),
        Seeds.users(plan.workload().seed(), index));
  }

  /** The users of all loops. A ramp is the window. */
  UserRamp users(Shape.Closed closed) {
    int before = closed.rampFrom().orElse(closed.users());
    return new UserRamp(
        before,
        closed.users(),
        spreadNanos(before, pauses(closed).meanNanos()),
        warmupNanos(),
        windowNanos().orElse(0));
  }

  /**
   * First sends are spread over one round of a user, a request and the pause after it, so that
   * users are at all points of it when the window opens. How long a request takes is known from the
   * stage before; of the first stage nobody knows, so there it is half the warm-up. Never is it
   * longer than the warm-up, since while users are missing the window would see too few of them.
   * Without a warm-up they are only kept from starting in one burst.
   */
  private long spreadNanos(int users, long pauseNanos) {
    long round =
        serviceNanos.isPresent()
            ? Clocks.later(serviceNanos.getAsLong(), pauseNanos)
            : Math.max(warmupNanos() / 2, pauseNanos);
    long apart = users * USER_GAP_NANOS;
    return warmupNanos() == 0 ? apart : Math.min(warmupNanos(), Math.max(round, apart));
  }

  /**
   * One loop's arrivals; only in an open loop that obeys a law. Those of all loops are together
   * those of one process at the whole rate.
   */
  ArrivalProcess arrivalsOf(int loop) {
    return arrivals((Shape.Open) stage().shape()).share(loop, loops);
  }

  private ArrivalProcess arrivals(Shape.Open open) {
    ArrivalRate rate =
        open.rampFrom().isPresent()
            ? rateFrom(open, warmupNanos())
            : ArrivalRate.steady(rate(open));
    long seed = Seeds.arrivals(plan.workload().seed(), index);
    return switch (open.arrival()) {
      case "Constant" -> ArrivalProcess.constant(rate);
      case "Poisson" -> ArrivalProcess.poisson(rate, seed);
      case "Gamma" -> ArrivalProcess.gamma(rate, open.burstiness(), seed);
      default ->
          throw new IllegalArgumentException(
              "load.stages[" + index + "].arrival: \"" + open.arrival() + "\" is not known");
    };
  }

  private ArrivalRate rateFrom(Shape.Open open, long rampNanos) {
    return new ArrivalRate(rateBefore(open), rate(open), rampNanos, windowNanos().orElse(0));
  }

  /** What keeps one loop's sends of the window; absent in a closed loop. */
  Optional<ArrivalRecorder> arrivalRecorder(Window window) {
    return switch (stage().shape()) {
      case Shape.Closed ignored -> Optional.empty();
      case Shape.Replay ignored -> Optional.of(ArrivalRecorder.ofTrace(window, loops));
      case Shape.Open open -> Optional.of(ArrivalRecorder.ofLaw(window, rateFrom(open, 0), loops));
    };
  }
}
