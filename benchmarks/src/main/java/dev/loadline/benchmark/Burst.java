package dev.loadline.benchmark;

import dev.loadline.operator.api.LoadTestRun;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All tests were due in the same minute, and the last result is in.
 *
 * @param due the minute
 * @param requests the operator's, by the API server's log
 * @param scrapes milliseconds of each scrape meanwhile
 * @param resident the largest RSS that was seen, MiB
 * @param anonymous the largest part of it that no file backs, MiB
 * @param cpuSeconds CPU of the operator from the due instant to the last result
 * @param otherSeconds CPU of all else on the machine in that time: the API server and its peers
 * @param verdicts how many runs of each phase and verdict
 */
record Burst(
    Instant due,
    List<AuditLog.Request> requests,
    List<Double> scrapes,
    double resident,
    double anonymous,
    double cpuSeconds,
    double otherSeconds,
    Map<String, Long> verdicts) {
  /** For a thousand edits to be made and seen: an edited schedule counts from when it is seen. */
  private static final Duration LEAD = Duration.ofSeconds(45);

  private static final Duration SCRAPES = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofMinutes(4);

  /** Schedules all tests for the next minute and waits for the last result. */
  static Burst measure(ScaleBench bench, Report report) throws IOException, InterruptedException {
    OperatorProcess operator = bench.operatorWithTests();
    Instant due = scheduled(bench);
    report.doing("all are due at " + due);
    double before = finished(operator.scrape());
    Thread.sleep(Duration.between(Instant.now(), due).plusMillis(1));
    Duration cpu = operator.cpu();
    double machine = Machine.CpuTime.now().busySeconds();
    List<Double> scrapes = new ArrayList<>();
    double resident = 0;
    double anonymous = 0;
    double after;
    do {
      Thread.sleep(SCRAPES);
      OperatorProcess.Scrape scrape = operator.scrape();
      scrapes.add(scrape.millis());
      resident = Math.max(resident, operator.residentMebibytes());
      anonymous = Math.max(anonymous, operator.anonymousMebibytes());
      after = finished(scrape);
    } while (after - before < bench.tests().count() && Instant.now().isBefore(due.plus(LONGEST)));
    double cpuSeconds = operator.cpu().minus(cpu).toNanos() / 1e9;
    double otherSeconds = Machine.CpuTime.now().busySeconds() - machine - cpuSeconds;
    Thread.sleep(SCRAPES);
    return new Burst(
        due,
        bench.audit().between(due, Instant.now()),
        scrapes,
        resident,
        anonymous,
        cpuSeconds,
        otherSeconds,
        verdicts(bench, due));
  }

  private static Instant scheduled(ScaleBench bench) throws InterruptedException {
    ZonedDateTime due =
        Instant.now()
            .plus(LEAD)
            .atZone(ZoneOffset.UTC)
            .truncatedTo(ChronoUnit.MINUTES)
            .plusMinutes(1);
    bench
        .tests()
        .schedule(
            "%d %d %d %d *"
                .formatted(
                    due.getMinute(), due.getHour(), due.getDayOfMonth(), due.getMonthValue()));
    return due.toInstant();
  }

  private static double finished(OperatorProcess.Scrape scrape) {
    return scrape.sum("loadline_runs_total");
  }

  private static Map<String, Long> verdicts(ScaleBench bench, Instant due) {
    return bench.tests().runs().stream()
        .filter(run -> due.toString().equals(run.getSpec().scheduledTime()))
        .collect(Collectors.groupingBy(Burst::verdict, TreeMap::new, Collectors.counting()));
  }

  private static String verdict(LoadTestRun run) {
    return run.getStatus() == null
        ? "no status"
        : run.getStatus().phase() + ", " + run.getStatus().verdict();
  }

  private List<AuditLog.Request> creations() {
    return requests.stream()
        .filter(is -> is.what().equals("create loadtestruns") && is.done())
        .toList();
  }

  /** From the due instant to the answer to a run's creation, seconds. */
  double created(double quantile) {
    return Crowd.quantile(creations().stream().map(is -> since(is.answered())).toList(), quantile);
  }

  /** From the due instant to the arrival of that request at the API server, seconds. */
  double sent(double quantile) {
    return Crowd.quantile(creations().stream().map(is -> since(is.received())).toList(), quantile);
  }

  /** The API server's own time for a creation, seconds. */
  double server(double quantile) {
    return Crowd.quantile(
        creations().stream().map(is -> is.duration().toNanos() / 1e9).toList(), quantile);
  }

  /** From the due instant to the last status of a run, seconds. */
  double lastStatus() {
    return requests.stream()
        .filter(is -> is.what().equals("patch loadtestruns/status"))
        .mapToDouble(is -> since(is.answered()))
        .max()
        .orElse(Double.NaN);
  }

  private double since(Instant instant) {
    return Duration.between(due, instant).toNanos() / 1e9;
  }

  /** Requests for each of so many runs, by verb and resource. */
  Map<String, Double> perRun(int runs) {
    Map<String, Double> perRun = new TreeMap<>();
    requests.forEach(is -> perRun.merge(is.what(), 1.0 / runs, Double::sum));
    return perRun;
  }
}
