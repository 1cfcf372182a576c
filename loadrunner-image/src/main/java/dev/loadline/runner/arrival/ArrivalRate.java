package dev.loadline.runner.arrival;

/**
 * The rate λ(t) of an arrival process as a function of time, and its integral Λ(t), the mean number
 * of arrivals until t. It is {@code fromPerSecond} until {@code rampStartNanos}, changes linearly
 * to {@code toPerSecond} over the following {@code rampNanos}, and stays there. With x the time
 * since the ramp's start, T its length, a and b the rates before and after it:
 *
 * <pre>
 * Λ(x) = a·x + (b − a)·x²/(2·T)              while 0 ≤ x ≤ T
 * x(Λ) = 2·Λ / (a + √(a² + 2·(b − a)·Λ/T))   its inverse, in the form that does not cancel
 * </pre>
 *
 * A process at unit rate whose instants are put through the inverse of Λ has the rate λ(t) and
 * keeps its law; arrivals put through Λ have unit rate again (time rescaling: Lewis and Shedler,
 * Simulation of Nonhomogeneous Poisson Processes, 1979; Brown et al., The Time-Rescaling Theorem,
 * 2002).
 *
 * @param fromPerSecond arrivals per second before the ramp, at least 0
 * @param toPerSecond arrivals per second after the ramp, at least 0, not 0 together with the other
 * @param rampStartNanos start of the ramp, nanoseconds since the start of the process, at least 0
 * @param rampNanos length of the ramp, nanoseconds, at least 0
 */
public record ArrivalRate(
    double fromPerSecond, double toPerSecond, long rampStartNanos, long rampNanos) {
  private static final double NANOS_PER_SECOND = 1e9;

  /**
   * Checks the range of each value.
   *
   * @throws IllegalArgumentException if a value is out of range
   */
  public ArrivalRate {
    if (!isRate(fromPerSecond) || !isRate(toPerSecond) || fromPerSecond + toPerSecond == 0) {
      throw new IllegalArgumentException(
          "a rate must be above 0 and finite: " + fromPerSecond + " to " + toPerSecond);
    }
    if (rampStartNanos < 0 || rampNanos < 0) {
      throw new IllegalArgumentException(
          "a ramp must not start or last below 0: " + rampStartNanos + ", " + rampNanos);
    }
  }

  /**
   * The same rate at all times.
   *
   * @param perSecond arrivals per second, above 0
   * @throws IllegalArgumentException if the rate is out of range
   */
  public static ArrivalRate steady(double perSecond) {
    return new ArrivalRate(perSecond, perSecond, 0, 0);
  }

  private static boolean isRate(double perSecond) {
    return perSecond >= 0 && Double.isFinite(perSecond);
  }

  /**
   * The instant, nanoseconds since the process's start, by which a mean of so many arrivals is due;
   * infinite if there are never so many.
   */
  double nanosOf(double arrivals) {
    double beforeRamp = rampStartNanos * perNano(fromPerSecond);
    if (arrivals <= beforeRamp && fromPerSecond > 0) {
      return arrivals * (NANOS_PER_SECOND / fromPerSecond);
    }
    double sinceRampStart = arrivals - beforeRamp;
    double duringRamp = rampNanos * meanPerNano();
    return rampStartNanos
        + (rampNanos > 0 && sinceRampStart <= duringRamp
            ? nanosInRamp(sinceRampStart)
            : rampNanos + (sinceRampStart - duringRamp) * (NANOS_PER_SECOND / toPerSecond));
  }

  private double nanosInRamp(double arrivals) {
    if (arrivals <= 0) {
      return 0;
    }
    double from = perNano(fromPerSecond);
    double perNanoSquared = (perNano(toPerSecond) - from) / rampNanos;
    double square = from * from + 2 * perNanoSquared * arrivals;
    return 2 * arrivals / (from + Math.sqrt(Math.max(0, square)));
  }

  /**
   * Time rescaled so that the process is stationary at its mean rate over the ramp: Λ(x) ÷ that
   * rate. It maps the ramp onto itself and is x itself if there is no ramp.
   *
   * @param nanos time since the ramp's start, nanoseconds, at least 0
   */
  double rescaledNanos(long nanos) {
    return rampNanos == 0 ? (double) nanos : arrivalsSinceRampStart(nanos) / meanPerNano();
  }

  /** Λ: the mean number of arrivals until an instant, nanoseconds since the process's start. */
  double arrivalsUntil(long nanos) {
    long beforeRamp = Math.min(nanos, rampStartNanos);
    return perNano(fromPerSecond) * beforeRamp + arrivalsSinceRampStart(nanos - beforeRamp);
  }

  private double arrivalsSinceRampStart(long nanos) {
    long inRamp = Math.min(nanos, rampNanos);
    double change = toPerSecond - fromPerSecond;
    double duringRamp =
        inRamp == 0 ? 0 : fromPerSecond * inRamp + change * inRamp * inRamp / (2.0 * rampNanos);
    return perNano(duringRamp) + perNano(toPerSecond) * (nanos - inRamp);
  }

  private double meanPerNano() {
    return perNano((fromPerSecond + toPerSecond) / 2);
  }

  private static double perNano(double perSecond) {
    return perSecond / NANOS_PER_SECOND;
  }
}
