package dev.loadline.benchmark;

import dev.loadline.runner.http.ArrivalErrors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** How far the client's instants are from the server's, and what an event allocates. */
final class AccuracySection implements Section {
  private static final int STREAMS = 1_000;

  private static final Goal MEDIAN = Goal.atMost(50, 30);
  private static final Goal TAIL = Goal.atMost(1_000, 300);

  @Override
  public void run(Bench bench, Report report) throws IOException, InterruptedException {
    double capacity = CostSection.capacity(report);
    for (int percent : new int[] {25, 50, 80}) {
      List<ArrivalErrors.Summary> seen = new ArrayList<>();
      for (int i = 0; i < Math.min(3, bench.repetitions()); i++) {
        report.doing("accuracy at %d %% of %,.0f events/s".formatted(percent, capacity));
        seen.add(at(percent * capacity / 100, bench));
      }
      report(seen, " at " + percent + " % load", percent == 50, report);
    }
  }

  private static ArrivalErrors.Summary at(double eventsPerSecond, Bench bench)
      throws IOException, InterruptedException {
    Script script = Script.paced(eventsPerSecond / STREAMS);
    try (RunnerProcess client =
        bench.tappedRunner(
            Plans.closed(
                bench.server().url(script), script, STREAMS, bench.settle(), bench.window()))) {
      client.result();
    }
    return bench.arrivals().getFirst();
  }

  private static void report(
      List<ArrivalErrors.Summary> seen, String load, boolean half, Report report) {
    List<Figure> figures = new ArrayList<>();
    figures.add(
        Figure.of(
            "TTFT error p50" + load,
            "µs",
            seen.stream().map(s -> s.firstP50Nanos() / 1e3).toList(),
            MEDIAN));
    figures.add(
        Figure.of(
            "TTFT error p99" + load,
            "µs",
            seen.stream().map(s -> s.firstP99Nanos() / 1e3).toList(),
            TAIL));
    figures.add(
        Figure.of(
            "token arrival error p50" + load,
            "µs",
            seen.stream().map(s -> s.p50Nanos() / 1e3).toList(),
            MEDIAN));
    figures.add(
        Figure.of(
            "token arrival error p99" + load,
            "µs",
            seen.stream().map(s -> s.p99Nanos() / 1e3).toList(),
            TAIL));
    figures.forEach(figure ->
        report.add(half ? figure : Figure.of(figure.name(), figure.unit(), figure.samples())));
    if (half) {
      report.add(
          Figure.of(
              "heap allocated per event",
              "B",
              seen.stream().map(s -> (double) s.bytesPerEvent()).toList(),
              Goal.atMost(1_200, 950)));
    }
  }
}
