package dev.loadline.runner.arrival;

/** The law of an arrival process: its arrivals at unit rate. */
interface UnitArrivals {
  /** Instant of the next arrival in mean gaps since the start, never decreasing. */
  double next();
}
