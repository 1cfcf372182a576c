package dev.loadline.benchmark;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the operator costs while nothing is due. */
final class IdleSection implements ScaleSection {
  private static final Duration SETTLE = Duration.ofSeconds(10);
  private static final Duration WINDOW = Duration.ofSeconds(60);

  @Override
  public void run(ScaleBench bench, Report report) throws IOException, InterruptedException {
    OperatorProcess operator = bench.operatorWithTests();
    report.doing("idle, %d s".formatted(SETTLE.plus(WINDOW).toSeconds()));
    Thread.sleep(SETTLE);
    List<Double> cpu = new ArrayList<>();
    cpu.add(bench.millicores(WINDOW));
    report.add(Figure.of("CPU, idle, a minute", "m", cpu, Goal.atMost(10, 10)));
    report.add(
        Figure.of(
            "RSS, idle", "MiB", List.of(operator.residentMebibytes()), Goal.atMost(200, 200)));
  }
}
