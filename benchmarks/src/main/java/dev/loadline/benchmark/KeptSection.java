package dev.loadline.benchmark;

import dev.loadline.operator.api.LoadTestRun;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Many finished runs are kept: what a scrape takes, what they cost, and a burst beside them. */
final class KeptSection implements ScaleSection {
  private static final int SCRAPES = 60;
  private static final Duration WINDOW = Duration.ofSeconds(60);

  private final int runs;

  KeptSection(int runs) {
    this.runs = runs;
  }

  @Override
  public void run(ScaleBench bench, Report report) throws IOException, InterruptedException {
    bench.operatorWithTests();
    Optional<LoadTestRun> like =
        bench.tests().runs(1).stream().filter(run -> run.getStatus() != null).findFirst();
    if (like.isEmpty()) {
      BurstSection.burst(bench, report);
      like = Optional.of(bench.tests().runs(1).getFirst());
    }
    bench.stopOperator();
    report.doing("making %,d finished runs".formatted(runs));
    bench.tests().createFinished(runs, like.orElseThrow());
    long start = System.nanoTime();
    OperatorProcess operator = bench.operator();
    report.add(
        Figure.of(
            "start with %,d runs kept".formatted(runs),
            "s",
            List.of((System.nanoTime() - start) / 1e9)));
    bench.awaitSeen();
    Thread.sleep(Duration.ofSeconds(20));
    List<Double> millis = new ArrayList<>();
    int bytes = 0;
    for (int i = 0; i < SCRAPES; i++) {
      OperatorProcess.Scrape scrape = operator.scrape();
      millis.add(scrape.millis());
      bytes = scrape.body().length();
      Thread.sleep(Duration.ofMillis(250));
    }
    report.add(Figure.of("first scrape", "ms", millis.subList(0, 1), Goal.atMost(200, 200)));
    report.add(Figure.of("scrape, p50", "ms", List.of(Crowd.quantile(millis, 0.5))));
    report.add(
        Figure.of(
            "scrape, p99", "ms", List.of(Crowd.quantile(millis, 0.99)), Goal.atMost(200, 200)));
    report.add(Figure.of("scrape, max", "ms", List.of(Crowd.quantile(millis, 1))));
    report.add(Figure.of("size of a scrape", "MB", List.of(bytes / 1e6)));
    report.add(
        Figure.of(
            "RSS with %,d runs kept".formatted(runs),
            "MiB",
            List.of(operator.residentMebibytes())));
    report.add(
        Figure.of(
            "CPU, idle, with %,d runs kept".formatted(runs),
            "m",
            List.of(bench.millicores(WINDOW)),
            Goal.atMost(10, 10)));
    BurstSection.Burst burst = BurstSection.burst(bench, report);
    report.add(
        Figure.of(
            "scrape in a burst, max",
            "ms",
            List.of(Crowd.quantile(burst.scrapes(), 1)),
            Goal.atMost(200, 200)));
    report.add(
        Figure.of(
            "due to run created, p99, with runs kept",
            "s",
            List.of(burst.createdP99()),
            Goal.atMost(1, 1)));
    report.add(Figure.of("RSS, largest in that burst", "MiB", List.of(burst.residents())));
  }
}
