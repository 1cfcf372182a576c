package dev.loadline.benchmark;

import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.StageResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How late an open loop sends. */
final class LagSection implements Section {
  private static final int RATE = 250;

  @Override
  public void run(Bench bench, Report report) throws IOException, InterruptedException {
    Script script =
        new Script(Duration.ofMillis(20), Duration.ofMillis(20), Duration.ofMillis(20), 16);
    List<Double> p50 = new ArrayList<>();
    List<Double> p99 = new ArrayList<>();
    for (int i = 0; i < Math.min(3, bench.repetitions()); i++) {
      report.doing("send lag at " + RATE + "/s");
      try (RunnerProcess client =
          bench.runner(
              Plans.open(
                  bench.server().url(script), script, RATE, bench.settle(), bench.window()))) {
        StageResult stage = client.result().stages().getFirst();
        Latency lag = RunnerProcess.latency(stage, Metric.sendLag);
        p50.add((double) lag.p50());
        p99.add((double) lag.p99());
      }
    }
    report.add(Figure.of("send lag p50 at 250/s", "µs", p50, Goal.atMost(60, 30)));
    report.add(Figure.of("send lag p99 at 250/s", "µs", p99, Goal.atMost(500, 100)));
  }
}
