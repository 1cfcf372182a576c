package dev.loadline.benchmark;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;

/** What the API server itself needs to create that many runs at once, without an operator. */
final class FloorSection implements ScaleSection {
  @Override
  public void run(ScaleBench bench, Report report) throws InterruptedException {
    report.doing("creating runs without an operator");
    ScaleTests tests = bench.tests();
    try (KubernetesClient client = bench.cluster().operatorsClient()) {
      for (int i = 0; i < 3; i++) {
        long start = System.nanoTime();
        List<Double> millis = tests.createRuns(client, tests.count());
        double seconds = (System.nanoTime() - start) / 1e9;
        report.add(
            Figure.of(
                "API server alone: runs created a second, time " + (i + 1),
                "",
                List.of(tests.count() / seconds)));
        report.add(
            Figure.of(
                "its answer p99, time " + (i + 1), "ms", List.of(Crowd.quantile(millis, 0.99))));
        tests.deleteRuns();
        Thread.sleep(Duration.ofSeconds(2));
      }
    }
  }
}
