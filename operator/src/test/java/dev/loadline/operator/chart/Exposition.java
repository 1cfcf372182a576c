package dev.loadline.operator.chart;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.metrics.ResultCollector;
import dev.loadline.operator.metrics.RunCounters;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.micrometer.core.instrument.Clock;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the operator's collectors expose for the finished runs of {@code finished.yaml}. */
public final class Exposition {
  private static final Path FINISHED = Path.of("src/test/resources/chart/finished.yaml");

  private final PrometheusMeterRegistry meters;
  private final List<LoadTest> tests = new ArrayList<>();
  private final List<LoadTestRun> runs = new ArrayList<>();

  /** Reads the file. */
  public Exposition() {
    PrometheusRegistry registry = new PrometheusRegistry();
    meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, registry, Clock.SYSTEM);
    KubernetesSerialization reader = new KubernetesSerialization();
    for (String document : read().split("(?m)^---$", -1)) {
      if (document.contains("\nkind: LoadTestRun\n")) {
        runs.add(reader.unmarshal(document, LoadTestRun.class));
      } else {
        tests.add(reader.unmarshal(document, LoadTest.class));
      }
    }
    registry.register(new ResultCollector(() -> tests, () -> runs));
    RunCounters counters = new RunCounters(meters);
    runs.forEach(run -> counters.finished(run.getStatus().verdict()));
  }

  private static String read() {
    try {
      return Files.readString(FINISHED);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** The text of a scrape. */
  public String text() {
    return meters.scrape();
  }
}
