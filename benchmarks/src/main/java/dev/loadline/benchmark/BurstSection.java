package dev.loadline.benchmark;

import dev.loadline.operator.api.LoadTestRun;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** All tests are due in the same minute; until the last result is in. */
final class BurstSection implements ScaleSection {
  private static final String CREATE = "create loadtestruns";
  private static final Duration LEAD = Duration.ofSeconds(12);
  private static final Duration SCRAPES = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofMinutes(4);

  private final int bursts;

  BurstSection(int bursts) {
    this.bursts = bursts;
  }

  @Override
  public void run(ScaleBench bench, Report report) throws IOException, InterruptedException {
    List<Burst> all = new ArrayList<>();
    for (int i = 0; i < bursts; i++) {
      Burst burst = burst(bench, report);
      report.doing("burst %d: %s".formatted(i + 1, burst));
      all.add(burst);
    }
    figures(report, all);
    report.add("Requests to the API server per finished run", requests(all));
  }

  /**
   * One burst.
   *
   * @param createdP99 from the due instant to the answer to a run's creation, seconds
   * @param sentP99 from the due instant to the arrival of the request at the API server, seconds
   * @param serverP99 the API server's own time for a creation, seconds
   * @param finished from the due instant to the last result, seconds
   * @param residents the largest RSS that was seen, MiB
   * @param cpuSeconds CPU of the operator from the due instant to the last result
   * @param scrapes milliseconds of each scrape meanwhile
   * @param requests how many of each kind
   * @param verdicts how many runs of each verdict
   */
  record Burst(
      double createdP50,
      double createdP99,
      double createdMax,
      double sentP99,
      double serverP99,
      double finished,
      double residents,
      double cpuSeconds,
      List<Double> scrapes,
      Map<String, Double> requests,
      Map<String, Long> verdicts) {}

  /** The next burst, measured. */
  static Burst burst(ScaleBench bench, Report report) throws IOException, InterruptedException {
    OperatorProcess operator = bench.operatorWithTests();
    ZonedDateTime due =
        Instant.now()
            .plus(LEAD)
            .atZone(ZoneOffset.UTC)
            .truncatedTo(ChronoUnit.MINUTES)
            .plusMinutes(1);
    report.doing("all are due at " + due.toInstant());
    bench
        .tests()
        .schedule(
            "%d %d %d %d *"
                .formatted(
                    due.getMinute(), due.getHour(), due.getDayOfMonth(), due.getMonthValue()));
    double before = operator.scrape().sum("loadline_runs_total");
    Thread.sleep(Duration.between(Instant.now(), due.toInstant()).plusMillis(1).toMillis());
    Duration cpu = operator.cpu();
    List<Double> scrapes = new ArrayList<>();
    double resident = 0;
    Instant last = Instant.now();
    while (Instant.now().isBefore(due.toInstant().plus(LONGEST))) {
      Thread.sleep(SCRAPES);
      OperatorProcess.Scrape scrape = operator.scrape();
      last = Instant.now();
      scrapes.add(scrape.millis());
      resident = Math.max(resident, operator.residentMebibytes());
      if (scrape.sum("loadline_runs_total") - before >= bench.tests().count()) {
        break;
      }
    }
    double cpuSeconds = operator.cpu().minus(cpu).toNanos() / 1e9;
    Thread.sleep(SCRAPES);
    List<AuditLog.Request> requests = bench.audit().between(due.toInstant(), last.plusSeconds(10));
    return new Burst(
        delay(requests, due.toInstant(), 0.5),
        delay(requests, due.toInstant(), 0.99),
        delay(requests, due.toInstant(), 1),
        Crowd.quantile(
            creations(requests).stream()
                .map(is -> seconds(due.toInstant(), is.received()))
                .toList(),
            0.99),
        Crowd.quantile(
            creations(requests).stream().map(is -> is.duration().toNanos() / 1e9).toList(), 0.99),
        finished(requests, due.toInstant()),
        resident,
        cpuSeconds,
        scrapes,
        perRun(requests, bench.tests().count()),
        verdicts(bench, due.toInstant()));
  }

  private static List<AuditLog.Request> creations(List<AuditLog.Request> requests) {
    return requests.stream().filter(is -> is.what().equals(CREATE) && is.done()).toList();
  }

  private static double delay(List<AuditLog.Request> requests, Instant due, double quantile) {
    return Crowd.quantile(
        creations(requests).stream().map(is -> seconds(due, is.answered())).toList(), quantile);
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e9;
  }

  /** The last status of a run that was written. */
  private static double finished(List<AuditLog.Request> requests, Instant due) {
    return requests.stream()
        .filter(is -> is.what().equals("patch loadtestruns/status"))
        .mapToDouble(is -> seconds(due, is.answered()))
        .max()
        .orElse(Double.NaN);
  }

  private static Map<String, Double> perRun(List<AuditLog.Request> requests, int runs) {
    Map<String, Double> perRun = new TreeMap<>();
    requests.forEach(is -> perRun.merge(is.what(), 1.0 / runs, Double::sum));
    return perRun;
  }

  private static Map<String, Long> verdicts(ScaleBench bench, Instant due) {
    String scheduled = due.toString();
    return bench.tests().runs().stream()
        .filter(run -> scheduled.equals(run.getSpec().scheduledTime()))
        .collect(Collectors.groupingBy(BurstSection::verdict, TreeMap::new, Collectors.counting()));
  }

  private static String verdict(LoadTestRun run) {
    return run.getStatus() == null
        ? "no status"
        : run.getStatus().phase() + "/" + run.getStatus().verdict();
  }

  private static void figures(Report report, List<Burst> all) {
    Goal second = Goal.atMost(1, 1);
    report.add(
        Figure.of("due to run created, p50", "s", all.stream().map(Burst::createdP50).toList()));
    report.add(
        Figure.of(
            "due to run created, p99", "s", all.stream().map(Burst::createdP99).toList(), second));
    report.add(
        Figure.of("due to run created, max", "s", all.stream().map(Burst::createdMax).toList()));
    report.add(
        Figure.of(
            "of it: until the request arrived, p99",
            "s",
            all.stream().map(Burst::sentP99).toList()));
    report.add(
        Figure.of(
            "of it: the API server's own, p99", "s", all.stream().map(Burst::serverP99).toList()));
    report.add(
        Figure.of(
            "due to last result in the status",
            "s",
            all.stream().map(Burst::finished).toList(),
            Goal.atMost(60 + ScaleBench.RUN_SECONDS, 60)));
    report.add(
        Figure.of(
            "RSS, largest",
            "MiB",
            all.stream().map(Burst::residents).toList(),
            Goal.atMost(200, 200)));
    report.add(Figure.of("CPU of the operator", "s", all.stream().map(Burst::cpuSeconds).toList()));
    report.add(
        Figure.of(
            "scrape meanwhile, max",
            "ms",
            all.stream().map(is -> Crowd.quantile(is.scrapes(), 1)).toList(),
            Goal.atMost(200, 200)));
    report.add(
        Figure.of(
            "requests per finished run",
            "",
            all.stream()
                .map(is -> is.requests().values().stream().mapToDouble(n -> n).sum())
                .toList()));
  }

  private static List<String> requests(List<Burst> all) {
    Map<String, List<Double>> rows = new TreeMap<>();
    all.forEach(burst ->
        burst
            .requests()
            .forEach(
                (what, number) -> rows.computeIfAbsent(what, is -> new ArrayList<>()).add(number)));
    List<String> lines = new ArrayList<>(List.of("| request | per run |", "|---|---|"));
    rows.forEach((what, numbers) ->
        lines.add(
            "| %s | %s |"
                .formatted(
                    what,
                    numbers.stream().map("%.2f"::formatted).collect(Collectors.joining(", ")))));
    Map<String, Long> verdicts = new HashMap<>();
    all.forEach(burst -> burst.verdicts().forEach((what, n) -> verdicts.merge(what, n, Long::sum)));
    lines.add("");
    lines.add("Runs: " + verdicts);
    return lines;
  }
}
