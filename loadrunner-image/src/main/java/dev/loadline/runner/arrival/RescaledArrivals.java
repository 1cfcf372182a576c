package dev.loadline.runner.arrival;

import java.util.OptionalDouble;

/** Arrivals of a law at a given rate: those at unit rate put through the inverse of Λ. */
final class RescaledArrivals implements ArrivalProcess {
  private final UnitArrivals law;
  private final ArrivalRate rate;
  private double last;

  RescaledArrivals(UnitArrivals law, ArrivalRate rate) {
    this.law = law;
    this.rate = rate;
  }

  @Override
  public long nextNanos() {
    last = law.next();
    return Math.round(rate.nanosOf(last));
  }

  @Override
  public OptionalDouble meanUntil(long nanos) {
    return OptionalDouble.of(rate.arrivalsUntil(nanos) - last);
  }
}
