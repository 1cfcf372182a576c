package dev.loadline.benchmark;

import dev.loadline.benchmark.Bench.Sample;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunResult;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.http.ArrivalErrors;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One runner for an hour at half of its core's capacity, in six stages: what it reports and how far
 * its instants are off, ten minutes by ten minutes, and its memory at the end of each.
 */
final class SoakSection implements Section {
  private static final int STREAMS = 1_000;
  private static final int STAGES = 6;

  @Override
  public void run(Bench bench, Report report) throws IOException, InterruptedException {
    Script script = Script.paced(CostSection.capacity(report) / 2 / STREAMS);
    Duration stage = bench.soakStage();
    Duration window = stage.minus(bench.settle());
    RunPlan once =
        Plans.closed(bench.server().url(script), script, STREAMS, bench.settle(), window);
    List<Sample> samples = new ArrayList<>();
    try (RunnerProcess client = bench.tappedRunner(Plans.repeated(once, STAGES), stage)) {
      for (int i = 1; i <= STAGES; i++) {
        report.doing("soak, stage %d of %d, %d s each".formatted(i, STAGES, stage.toSeconds()));
        samples.add(bench.watchStage(client, i == 1, window));
      }
      report.add("Soak at half capacity", rows(samples, client.result(), bench.arrivals()));
    }
  }

  private static List<String> rows(
      List<Sample> samples, RunResult result, List<ArrivalErrors.Summary> arrivals) {
    List<String> rows = new ArrayList<>();
    rows.add(
        "| stage | events/s | TTFT p50 / p99 reported, ms | the server's truth, ms "
            + "| token arrival error p50 / p99, µs | CPU µs/event | RSS MB |\n"
            + "|---|---|---|---|---|---|---|");
    for (int i = 0; i < STAGES; i++) {
      Sample sample = samples.get(i);
      Latency ttft = result.stages().get(i).latencies().get(Metric.ttft);
      if (ttft == null) {
        throw new IllegalStateException("no TTFT was measured");
      }
      rows.add(
          "| %d | %s | %s / %s | %s / %s | %s / %s | %s | %s |"
              .formatted(
                  i + 1,
                  Figure.text(sample.eventsPerSecond()),
                  Figure.text(ttft.p50() / 1e3),
                  Figure.text(ttft.p99() / 1e3),
                  Figure.text(sample.truth().firstP50Micros() / 1e3),
                  Figure.text(sample.truth().firstP99Micros() / 1e3),
                  Figure.text(arrivals.get(i).p50Nanos() / 1e3),
                  Figure.text(arrivals.get(i).p99Nanos() / 1e3),
                  Figure.text(sample.cpuMicrosPerEvent()),
                  Figure.text(sample.residentMegabytes())));
    }
    return rows;
  }
}
