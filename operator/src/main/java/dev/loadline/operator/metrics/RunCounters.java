package dev.loadline.operator.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs that finished and runs that were missed since this process began: counters of Prometheus may
 * begin again at 0, its {@code rate} and {@code increase} know that. What a test missed in all is
 * in its status. Every series is there from the start, so that the first rise is seen.
 */
public final class RunCounters {
  private final Map<String, Counter> finished = new LinkedHashMap<>();
  private final Map<String, Counter> missed = new LinkedHashMap<>();

  /** Registers all series. */
  public RunCounters(MeterRegistry registry) {
    for (String verdict : List.of("Pass", "Fail", "Invalid", "None")) {
      finished.put(
          verdict,
          Counter.builder("loadline.runs")
              .description("Runs that finished since the operator began.")
              .tag("verdict", verdict)
              .register(registry));
    }
    for (String reason : List.of("Concurrency", "DeadlineExceeded", "OperatorDown", "TargetBusy")) {
      missed.put(
          reason,
          Counter.builder("loadline.missed.runs")
              .description("Runs that were missed since the operator began.")
              .tag("reason", reason)
              .register(registry));
    }
  }

  /** A run has finished. */
  public void finished(String verdict) {
    Optional.ofNullable(finished.get(verdict)).ifPresent(Counter::increment);
  }

  /** Due times were given up. */
  public void missed(String reason, long count) {
    Optional.ofNullable(missed.get(reason)).ifPresent(counter -> counter.increment((double) count));
  }
}
