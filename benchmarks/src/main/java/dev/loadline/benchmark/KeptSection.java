package dev.loadline.benchmark;

import dev.loadline.operator.api.LoadTestRun;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Many finished runs are kept: what a scrape takes, what they cost, and a burst beside them. */
final class KeptSection implements ScaleSection {
  private static final Goal QUICK = Goal.atMost(200, 200);
  private static final int SCRAPES = 60;
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final Duration SETTLE = Duration.ofSeconds(20);
  private static final Duration WINDOW = Duration.ofSeconds(60);

  private final int runs;

  KeptSection(int runs) {
    this.runs = runs;
  }

  @Override
  public void run(ScaleBench bench, Report report) throws IOException, InterruptedException {
    LoadTestRun like = finished(bench, report);
    bench.stopOperator();
    report.doing("making %,d finished runs".formatted(runs));
    bench.tests().createFinished(runs, like);
    long start = System.nanoTime();
    OperatorProcess operator = bench.operator();
    report.add(one("start, runs kept", "s", (System.nanoTime() - start) / 1e9));
    bench.awaitSeen();
    Thread.sleep(SETTLE);
    scrapes(operator, report);
    report.add(one("RSS, runs kept", "MiB", operator.residentMebibytes()));
    report.add(one("of that RSS, what no file backs", "MiB", operator.anonymousMebibytes()));
    report.add(one("CPU, idle, runs kept", "m", bench.millicores(WINDOW)));
    Burst burst = Burst.measure(bench, report);
    double slowest = Crowd.quantile(burst.scrapes(), 1);
    report.add(Figure.of("scrape in a burst, runs kept, max", "ms", List.of(slowest), QUICK));
    report.add(one("due to run created, runs kept, p99", "s", burst.created(0.99)));
    report.add(one("RSS, largest in that burst", "MiB", burst.resident()));
  }

  /** A run that all others are like. */
  private static LoadTestRun finished(ScaleBench bench, Report report)
      throws IOException, InterruptedException {
    bench.operatorWithTests();
    Optional<LoadTestRun> first =
        bench.tests().runs(1).stream().filter(run -> run.getStatus() != null).findFirst();
    if (first.isPresent()) {
      return first.get();
    }
    Burst.measure(bench, report);
    return bench.tests().runs(1).getFirst();
  }

  private static void scrapes(OperatorProcess operator, Report report)
      throws IOException, InterruptedException {
    List<Double> millis = new ArrayList<>();
    int bytes = 0;
    for (int i = 0; i < SCRAPES; i++) {
      OperatorProcess.Scrape scrape = operator.scrape();
      millis.add(scrape.millis());
      bytes = scrape.body().length();
      Thread.sleep(PAUSE);
    }
    report.add(one("scrape, runs kept, p50", "ms", Crowd.quantile(millis, 0.5)));
    report.add(
        Figure.of("scrape, runs kept, p99", "ms", List.of(Crowd.quantile(millis, 0.99)), QUICK));
    report.add(one("scrape, runs kept, max", "ms", Crowd.quantile(millis, 1)));
    report.add(one("size of a scrape", "MB", bytes / 1e6));
  }

  private static Figure one(String name, String unit, double value) {
    return Figure.of(name, unit, List.of(value));
  }
}
