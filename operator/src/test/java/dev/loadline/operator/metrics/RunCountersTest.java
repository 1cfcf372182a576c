package dev.loadline.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;

class RunCountersTest {
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @Test
  void countersAreThereFromTheStartAndRise() {
    RunCounters counters = new RunCounters(meters);
    counters.finished("Pass");
    counters.missed("OperatorDown", 3);
    assertThat(meters.scrape().lines())
        .contains(
            "loadline_runs_total{verdict=\"Pass\"} 1.0",
            "loadline_runs_total{verdict=\"Invalid\"} 0.0",
            "loadline_missed_runs_total{reason=\"OperatorDown\"} 3.0",
            "loadline_missed_runs_total{reason=\"Concurrency\"} 0.0");
  }
}
