package dev.loadline.benchmark;

import dev.loadline.benchmark.Bench.Sample;
import dev.loadline.runner.contract.RunResult;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the runner reports of a server whose TTFT is 200 ms, whatever the load. */
final class PeersSection implements Section {
  @Override
  public void run(Bench bench, Report report) throws IOException, InterruptedException {
    Script script = new Script(Duration.ofMillis(200), Duration.ZERO, Duration.ofMillis(20), 64);
    List<String> rows = new ArrayList<>();
    rows.add(
        "| users | events/s | TTFT p50 / p99 reported, ms | the server's truth, ms | CPU µs/event "
            + "| busy share | loop delay p99, ms | RSS MB |\n|---|---|---|---|---|---|---|---|");
    for (int users : new int[] {16, 100, 500, 1_000}) {
      report.doing(users + " users");
      try (RunnerProcess client =
          bench.runner(
              Plans.closed(
                  bench.server().url(script), script, users, bench.settle(), bench.window()))) {
        Sample sample = bench.watch(client);
        rows.add(row(users, sample, client.result()));
      }
    }
    report.add("Users on one core, TTFT 200 ms, ITL 20 ms, 64 tokens", rows);
  }

  private static String row(int users, Sample sample, RunResult result) {
    Latency ttft = result.stages().getFirst().latencies().get(Metric.ttft);
    if (ttft == null) {
      throw new IllegalStateException("no TTFT was measured");
    }
    return "| %,d | %s | %s / %s | %s / %s | %s | %s | %s | %s |"
        .formatted(
            users,
            Figure.text(sample.eventsPerSecond()),
            millis(ttft.p50()),
            millis(ttft.p99()),
            millis(sample.truth().firstP50Micros()),
            millis(sample.truth().firstP99Micros()),
            Figure.text(sample.cpuMicrosPerEvent()),
            Figure.text(sample.clientShare()),
            result.generator().loopDelayP99Micros().isPresent()
                ? millis(result.generator().loopDelayP99Micros().getAsLong())
                : "",
            Figure.text(sample.residentMegabytes()));
  }

  private static String millis(long micros) {
    return "%.1f".formatted(micros / 1e3);
  }
}
