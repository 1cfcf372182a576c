package dev.loadline.runner.arrival;

/** Arrivals of a law at a given rate: those at unit rate put through the inverse of Λ. */
final class RescaledArrivals implements ArrivalProcess {
  private final UnitArrivals law;
  private final ArrivalRate rate;

  RescaledArrivals(UnitArrivals law, ArrivalRate rate) {
    this.law = law;
    this.rate = rate;
  }

  @Override
  public long nextNanos() {
    return Math.round(rate.nanosOf(law.next()));
  }
}
