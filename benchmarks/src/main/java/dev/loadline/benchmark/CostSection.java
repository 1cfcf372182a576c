package dev.loadline.benchmark;

import dev.loadline.benchmark.Bench.Sample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** CPU per event beside wrk's, alternately: paced, and as fast as one core can. */
final class CostSection implements Section {
  private static final String PACED_COST = "CPU per event, paced";

  /** What is planned with where the cost of an event was not measured. */
  private static final double PLANNED_MICROS = 13.3;

  private static final int STREAMS = 1_000;

  /** More than either client or the server can. */
  private static final double SATURATING = 400;

  private final boolean saturated;

  private CostSection(boolean saturated) {
    this.saturated = saturated;
  }

  /** 1,000 streams at 50 tokens/s. */
  static Section paced() {
    return new CostSection(false);
  }

  /** As many as possible. */
  static Section saturated() {
    return new CostSection(true);
  }

  /**
   * Events a second that keep one core busy if each comes by itself, as it does from a server that
   * is not pressed.
   */
  static double capacity(Report report) {
    return 1e6 / report.median(PACED_COST).orElse(PLANNED_MICROS);
  }

  @Override
  public void run(Bench bench, Report report) throws IOException, InterruptedException {
    Script script = Script.paced(saturated ? SATURATING : 50);
    List<Sample> runner = new ArrayList<>();
    List<Sample> wrk = new ArrayList<>();
    for (int i = 0; i < bench.repetitions(); i++) {
      report.doing((saturated ? "saturated" : "paced") + " pair " + (i + 1));
      try (RunnerProcess client =
          bench.runner(
              Plans.closed(
                  bench.server().url(script), script, STREAMS, bench.settle(), bench.window()))) {
        runner.add(bench.watch(client));
      }
      try (Program client = bench.wrk(script, STREAMS)) {
        wrk.add(bench.watchWrk(client));
      }
    }
    report(runner, wrk, report);
  }

  private void report(List<Sample> runner, List<Sample> wrk, Report report) {
    String how = saturated ? "saturated" : "paced";
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < runner.size(); i++) {
      ratios.add(runner.get(i).cpuMicrosPerEvent() / wrk.get(i).cpuMicrosPerEvent());
    }
    report.add(
        figure(
            saturated ? "CPU per event, saturated" : PACED_COST,
            "µs",
            runner,
            Sample::cpuMicrosPerEvent));
    report.add(figure("wrk: CPU per event, " + how, "µs", wrk, Sample::cpuMicrosPerEvent));
    report.add(
        Figure.of(
            "CPU per event against wrk, " + how,
            "×",
            ratios,
            saturated ? Goal.atMost(1.6, 1.3) : Goal.atMost(1.5, 1.2)));
    if (saturated) {
      reportCapacity(runner, wrk, report);
    } else {
      reportPaced(runner, report);
    }
  }

  private static void reportCapacity(List<Sample> runner, List<Sample> wrk, Report report) {
    report.add(
        Figure.of(
            "events/s on one core",
            "",
            runner.stream().map(Sample::eventsPerSecond).toList(),
            Goal.atLeast(100_000, 150_000)));
    report.add(figure("wrk: events/s on one core", "", wrk, Sample::eventsPerSecond));
    report.add(
        figure("busy share of the client's core, saturated", "", runner, Sample::clientShare));
    report.add(
        figure("busy share of the server's core, saturated", "", runner, Sample::serverShare));
  }

  private static void reportPaced(List<Sample> runner, Report report) {
    report.add(figure("events/s, paced", "", runner, Sample::eventsPerSecond));
    report.add(
        Figure.of(
            "RSS at 1,000 streams",
            "MB",
            runner.stream().map(Sample::residentMegabytes).toList(),
            Goal.atMost(250, 180)));
  }

  private static Figure figure(
      String name, String unit, List<Sample> samples, ToDoubleFunction<Sample> value) {
    return Figure.of(
        name, unit, samples.stream().map(sample -> value.applyAsDouble(sample)).toList());
  }
}
