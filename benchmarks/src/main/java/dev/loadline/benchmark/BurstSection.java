package dev.loadline.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** All tests are due in the same minute; until the last result is in. */
final class BurstSection implements ScaleSection {
  private static final Goal SECOND = Goal.atMost(1, 1);
  private static final Goal MINUTE = Goal.atMost(60 + ScaleBench.RUN_SECONDS, 60);

  private final int bursts;

  BurstSection(int bursts) {
    this.bursts = bursts;
  }

  @Override
  public void run(ScaleBench bench, Report report) throws IOException, InterruptedException {
    List<Burst> all = new ArrayList<>();
    for (int i = 0; i < bursts; i++) {
      Burst burst = Burst.measure(bench, report);
      report.doing("created within %.2f s: %s".formatted(burst.created(1), burst.verdicts()));
      all.add(burst);
    }
    int runs = bench.tests().count();
    report.add(Figure.of("due to run created, p50", "s", each(all, is -> is.created(0.5))));
    report.add(
        Figure.of("due to run created, p99", "s", each(all, is -> is.created(0.99)), SECOND));
    report.add(Figure.of("due to run created, max", "s", each(all, is -> is.created(1))));
    report.add(
        Figure.of("due to request at the API server, p99", "s", each(all, is -> is.sent(0.99))));
    report.add(Figure.of("the API server's own time, p99", "s", each(all, is -> is.server(0.99))));
    report.add(
        Figure.of("due to last result in a status", "s", each(all, Burst::lastStatus), MINUTE));
    report.add(
        Figure.of(
            "RSS, largest in the burst", "MiB", each(all, Burst::resident), Goal.atMost(200, 200)));
    report.add(Figure.of("of that RSS, what no file backs", "MiB", each(all, Burst::anonymous)));
    report.add(Figure.of("CPU of the operator, a burst", "s", each(all, Burst::cpuSeconds)));
    report.add(Figure.of("CPU of all else, a burst", "s", each(all, Burst::otherSeconds)));
    report.add(
        Figure.of(
            "scrape in the burst, max",
            "ms",
            each(all, is -> Crowd.quantile(is.scrapes(), 1)),
            Goal.atMost(200, 200)));
    report.add(
        Figure.of(
            "requests per finished run",
            "",
            each(all, is -> (double) is.requests().size() / runs)));
    report.add("Requests to the API server per finished run", requests(all, runs));
  }

  private static List<Double> each(List<Burst> all, ToDoubleFunction<Burst> figure) {
    return all.stream().mapToDouble(figure).boxed().toList();
  }

  private static List<String> requests(List<Burst> all, int runs) {
    Map<String, List<Double>> rows = new TreeMap<>();
    Map<String, Long> verdicts = new TreeMap<>();
    for (Burst burst : all) {
      burst
          .perRun(runs)
          .forEach(
              (what, number) -> rows.computeIfAbsent(what, is -> new ArrayList<>()).add(number));
      burst.verdicts().forEach((what, number) -> verdicts.merge(what, number, Long::sum));
    }
    List<String> lines = new ArrayList<>(List.of("| request | per run |", "|---|---|"));
    rows.forEach((what, numbers) -> lines.add("| %s | %s |".formatted(what, texts(numbers))));
    lines.addAll(List.of("", "Runs: " + verdicts));
    return lines;
  }

  private static String texts(List<Double> numbers) {
    return numbers.stream().map("%.2f"::formatted).collect(Collectors.joining(", "));
  }
}
