package dev.loadline.operator.planted;

import java.util.List;

/** Loads that nothing is wrong with. */
enum CleanRun {
  CLOSED("users: 8"),
  CLOSED_WITH_PAUSES("users: 16, thinkTime: 100ms"),
  POISSON("requestsPerSecond: 40"),
  CONSTANT("requestsPerSecond: 40, arrival: Constant");

  /** In which order they are run, so that all come equally often. */
  static final List<CleanRun> ALL = List.of(values());

  private final String load;

  CleanRun(String load) {
    this.load = load;
  }

  /** The test to measure. */
  Trial trial() {
    return new Trial(PlantedFault.spec(load, "p50"));
  }
}
