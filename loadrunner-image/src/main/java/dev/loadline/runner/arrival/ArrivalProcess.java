package dev.loadline.runner.arrival;

/**
 * When requests of an open loop are to be sent. A process is endless, a function of its parameters
 * alone, and used by one thread. Several of them together are the law at the sum of their rates:
 * Poisson processes with different seeds, constant ones with phases spread over one gap of the sum.
 */
public interface ArrivalProcess {
  /** Offset of the next arrival from the process's start, nanoseconds, never decreasing. */
  long nextNanos();

  /**
   * Equal gaps.
   *
   * @param ratePerSecond arrivals per second, above 0
   * @param phaseNanos offset of the first arrival, nanoseconds, at least 0
   * @throws IllegalArgumentException if a parameter is out of range
   */
  static ArrivalProcess constant(double ratePerSecond, long phaseNanos) {
    return new ConstantArrivals(ratePerSecond, phaseNanos);
  }

  /**
   * Independent exponential gaps.
   *
   * @param ratePerSecond mean arrivals per second, above 0
   * @param seed the same seed gives the same arrivals
   * @throws IllegalArgumentException if the rate is out of range
   */
  static ArrivalProcess poisson(double ratePerSecond, long seed) {
    return new PoissonArrivals(ratePerSecond, seed);
  }
}
