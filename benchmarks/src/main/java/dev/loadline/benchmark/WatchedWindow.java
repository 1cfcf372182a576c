package dev.loadline.benchmark;

import dev.loadline.benchmark.Bench.Sample;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.StageResult;

/**
 * A window of the runner: the columns of a table that has a row for each.
 *
 * @param stage what the runner reports of it
 * @param sample what was seen meanwhile
 */
record WatchedWindow(StageResult stage, Sample sample) {
  private static final String COLUMNS =
      "events/s | TTFT p50 / p99 reported, ms | the server's truth, ms | CPU µs/event | RSS MB";

  /** A table's head, with columns before and behind these. */
  static String head(String before, String behind) {
    String columns = "| " + before + " | " + COLUMNS + " | " + behind + " |";
    return columns + "\n" + columns.replaceAll("[^|]+", "---");
  }

  /** Its row, with cells before and behind. */
  String row(String before, String behind) {
    Latency ttft = RunnerProcess.latency(stage, Metric.ttft);
    Truth truth = sample.truth();
    return "| %s | %s | %s / %s | %s / %s | %s | %s | %s |"
        .formatted(
            before,
            Figure.text(sample.eventsPerSecond()),
            millis(ttft.p50()),
            millis(ttft.p99()),
            millis(truth.firstP50Micros()),
            millis(truth.firstP99Micros()),
            Figure.text(sample.cpuMicrosPerEvent()),
            Figure.text(sample.residentMegabytes()),
            behind);
  }

  static String millis(long micros) {
    return "%.1f".formatted(micros / 1e3);
  }
}
