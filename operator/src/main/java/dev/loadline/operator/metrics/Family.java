package dev.loadline.operator.metrics;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A gauge that tests have.
 *
 * @param name with its unit, as Prometheus has it
 * @param help what it is, for the reader of the exposition
 * @param reading finds its series in what a test shows
 */
record Family(String name, String help, Reading reading) {

  /** Finds the series of one family. */
  @FunctionalInterface
  interface Reading {
    /** Adds every series that the test has; what is not known is not added. */
    void read(ShownTest test, Series series);
  }

  /** Takes the series of one family. */
  @FunctionalInterface
  interface Series {
    void add(Labels labels, double value);
  }

  /** What these tests have of it; empty without a series, so that no bare name is shown. */
  Optional<GaugeSnapshot> snapshot(List<ShownTest> tests) {
    List<GaugeDataPointSnapshot> points = new ArrayList<>();
    Series series = (labels, value) -> points.add(new GaugeDataPointSnapshot(value, labels, null));
    tests.forEach(test -> reading.read(test, series));
    return points.isEmpty()
        ? Optional.empty()
        : Optional.of(new GaugeSnapshot(new MetricMetadata(name, help), points));
  }
}
