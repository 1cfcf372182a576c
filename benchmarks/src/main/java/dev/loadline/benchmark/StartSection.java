package dev.loadline.benchmark;

import dev.loadline.runner.contract.RunPlan;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** From the start of the process to the first request, without the client's warm-up. */
final class StartSection implements Section {
  @Override
  public void run(Bench bench, Report report) throws IOException, InterruptedException {
    report.doing("start to first request");
    report.add(
        Figure.of("start to first request", "s", times(bench, List.of()), Goal.atMost(0.8, 0.8)));
    report.doing("start to first request with an archive of classes");
    report.add(
        Figure.of(
            "start to first request, archived classes as in the image",
            "s",
            times(bench, List.of("-XX:SharedArchiveFile=" + bench.archive())),
            Goal.atMost(0.4, 0.3)));
  }

  private static List<Double> times(Bench bench, List<String> options)
      throws IOException, InterruptedException {
    Script script = Script.paced(50);
    RunPlan plan =
        Plans.closed(bench.server().url(script), script, 1, Duration.ZERO, Duration.ofSeconds(10));
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < 2 * bench.repetitions() + 1; i++) {
      seconds.add(bench.secondsToFirstRequest(plan, options));
    }
    return seconds;
  }
}
