package dev.loadline.benchmark;

import dev.loadline.benchmark.Bench.Sample;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunResult;
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
      long open = bench.awaitFirstRequest(client) + bench.settle().toNanos();
      for (int i = 0; i < STAGES; i++) {
        report.doing("soak, stage %d of %d, %d s each".formatted(i + 1, STAGES, stage.toSeconds()));
        samples.add(bench.watchWindow(client, open + i * stage.toNanos(), window));
      }
      report.add("Soak at half capacity", rows(samples, client.result(), bench.arrivals()));
    }
  }

  private static List<String> rows(
      List<Sample> samples, RunResult result, List<ArrivalErrors.Summary> arrivals) {
    List<String> rows = new ArrayList<>();
    rows.add(WatchedWindow.head("stage", "token arrival error p50 / p99, µs"));
    for (int i = 0; i < STAGES; i++) {
      String error =
          "%s / %s"
              .formatted(
                  Figure.text(arrivals.get(i).p50Nanos() / 1e3),
                  Figure.text(arrivals.get(i).p99Nanos() / 1e3));
      rows.add(
          new WatchedWindow(result.stages().get(i), samples.get(i))
              .row(Integer.toString(i + 1), error));
    }
    return rows;
  }
}
