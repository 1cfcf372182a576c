package dev.loadline.operator.chart;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.metrics.ManagementServer;
import dev.loadline.operator.metrics.ResultExposition;
import dev.loadline.operator.metrics.RunCounters;
import dev.loadline.operator.metrics.TextFormat;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the operator exposes for the finished runs of {@code finished.yaml}. */
public final class Exposition implements ManagementServer.Body {
  private static final Path FINISHED = Path.of("src/test/resources/chart/finished.yaml");

  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final List<LoadTest> tests = new ArrayList<>();
  private final List<LoadTestRun> runs = new ArrayList<>();

  /** Reads the file. */
  public Exposition() {
    KubernetesSerialization reader = new KubernetesSerialization();
    for (String document : read().split("(?m)^---$", -1)) {
      if (document.contains("\nkind: LoadTestRun\n")) {
        runs.add(reader.unmarshal(document, LoadTestRun.class));
      } else {
        tests.add(reader.unmarshal(document, LoadTest.class));
      }
    }
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

  @Override
  public void writeTo(OutputStream out) throws IOException {
    meters.scrape(out);
    new ResultExposition(() -> tests, () -> runs).writeTo(out);
  }

  /** The text of a scrape. */
  public String text() {
    return TextFormat.of(this);
  }
}
