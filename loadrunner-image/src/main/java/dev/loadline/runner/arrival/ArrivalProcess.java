package dev.loadline.runner.arrival;

import java.util.OptionalDouble;
import java.util.PrimitiveIterator;

/**
 * When requests of an open loop are to be sent. A process is a function of its parameters alone,
 * endless unless it replays a trace, and used by one thread.
 *
 * <p>Several loops or runners share a process by {@link #share}: each makes the whole sequence with
 * the same seed and keeps every n-th arrival. The shares together are the process itself, arrival
 * by arrival, whatever its law and however many they are, so the sum obeys the law exactly and a
 * run's instants do not depend on the number of cores. Independent processes at a part of the rate
 * would do for a Poisson process alone: the sum of independent Gamma processes tends to a Poisson
 * process (Cox and Smith, On the superposition of renewal processes, 1954). The price is that each
 * share draws all arrivals, 5 to 50 ns each: below 1 % of each core at 100,000 arrivals a second
 * together, at most 5 % at 1,000,000.
 */
public interface ArrivalProcess {
  /**
   * Offset of the next arrival from the process's start, nanoseconds, never decreasing; {@link
   * Long#MAX_VALUE}, which never comes, for what lies beyond that range or the trace's end.
   */
  long nextNanos();

  /**
   * How many arrivals there are in the mean from the last one on, itself included, until an instant
   * after it, nanoseconds since the process's start; absent where only a trace knows.
   */
  default OptionalDouble meanUntil(long nanos) {
    return OptionalDouble.empty();
  }

  /** Whether {@link #nextNanos} would answer without waiting for another thread. */
  default boolean isReady() {
    return true;
  }

  /**
   * Every n-th arrival of this process, which must not be used otherwise from now on.
   *
   * @param index which share, from 0; share i has the arrivals i, i + shares, i + 2·shares and so
   *     on
   * @param shares how many shares there are, at least 1
   * @throws IllegalArgumentException if a parameter is out of range
   */
  default ArrivalProcess share(int index, int shares) {
    return new ShareOfArrivals(this, index, shares);
  }

  /** Equal gaps, the first arrival at the start; with a ramp each gap is one in rescaled time. */
  static ArrivalProcess constant(ArrivalRate rate) {
    return new RescaledArrivals(new ConstantArrivals(), rate);
  }

  /**
   * Independent exponential gaps.
   *
   * @param rate mean arrivals per second
   * @param seed the same seed gives the same arrivals
   */
  static ArrivalProcess poisson(ArrivalRate rate, long seed) {
    return new RescaledArrivals(new PoissonArrivals(seed), rate);
  }

  /**
   * Independent gaps of the Gamma distribution.
   *
   * @param rate mean arrivals per second
   * @param burstiness the distribution's shape k, above 0 and finite: gaps have the coefficient of
   *     variation 1/√k, so below 1 arrivals come in bursts, 1 is a Poisson process
   * @param seed the same seed gives the same arrivals
   * @throws IllegalArgumentException if the shape is out of range
   */
  static ArrivalProcess gamma(ArrivalRate rate, double burstiness, long seed) {
    return new RescaledArrivals(new GammaArrivals(burstiness, seed), rate);
  }

  /**
   * The arrivals of a trace.
   *
   * @param offsets offsets from the trace's start, nanoseconds, never decreasing; taken one by one
   * @param speed how many times as fast as the trace, above 0 and finite
   * @throws IllegalArgumentException if the speed is out of range
   */
  static ArrivalProcess replay(PrimitiveIterator.OfLong offsets, double speed) {
    return new ReplayArrivals(offsets, speed);
  }
}
