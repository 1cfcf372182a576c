package dev.loadline.operator.kube;

import static dev.loadline.operator.kube.LocalCluster.shown;

import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.api.LoadTestRunStatus.AttemptStatus;
import dev.loadline.operator.api.LoadTestStatus;
import dev.loadline.operator.api.LoadTestStatus.LastRun;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What of the cluster differs from the ledgers. */
final class FleetCheck {
  private final List<String> differences = new ArrayList<>();

  /** In words, empty if nothing differs. */
  static List<String> differences(LocalCluster cluster, Collection<FleetLedger> ledgers) {
    FleetCheck check = new FleetCheck();
    List<String> jobs = ledgers.stream().flatMap(is -> is.jobs().stream()).sorted().toList();
    check.same("Jobs", jobs, cluster.names("batch/v1", "Job"));
    check.same(
        "pods",
        jobs.stream().map(job -> job + "-0-abcde").sorted().toList(),
        cluster.names("v1", "Pod"));
    if (!check.differences.isEmpty()) {
      return check.differences;
    }
    List<String> tests = cluster.names(Api.GROUP + "/" + Api.VERSION, Api.LOAD_TEST);
    List<LoadTestRun> runs = cluster.runs();
    for (FleetLedger ledger : ledgers) {
      if (tests.contains(ledger.story.test())) {
        check.test(ledger, cluster.test(ledger.story.test()));
        check.runs(ledger, runs);
      } else {
        check.differences.add(ledger.story.test() + " is not there");
      }
    }
    return check.differences;
  }

  private void same(String what, Object expected, Object actual) {
    if (!Objects.equals(expected, actual)) {
      differences.add(what + ": " + actual + " instead of " + expected);
    }
  }

  private void test(FleetLedger ledger, LoadTest test) {
    String name = ledger.story.test() + " ";
    LoadTestStatus status = test.getStatus();
    if (status == null) {
      differences.add(name + "has no status");
      return;
    }
    same(name + "missedRuns", ledger.missed == 0 ? null : ledger.missed, status.missedRuns());
    same(name + "lastMissedReason", ledger.missedReason.orElse(null), status.lastMissedReason());
    same(name + "lastMissedTime", text(ledger.missedTime), status.lastMissedTime());
    same(name + "lastScheduleTime", text(ledger.last), status.lastScheduleTime());
    same(name + "nextScheduleTime", text(ledger.next), status.nextScheduleTime());
    same(name + "lastHandledRunToken", ledger.token.orElse(null), status.lastHandledRunToken());
    same(name + "active", ledger.active(), Optional.ofNullable(status.active()).orElse(List.of()));
    same(
        name + "lastRun",
        ledger.lastRun.map(run -> run.name() + " " + verdict(run)).orElse(null),
        Optional.ofNullable(status.lastRun()).map(FleetCheck::text).orElse(null));
    same(name + "generation", test.getMetadata().getGeneration(), status.observedGeneration());
    same(
        name + "Ready",
        ledger.story.scheduled() ? "True/Scheduled" : "True/Manual",
        shown(status.conditions(), TestCondition.Ready));
    same(
        name + "Active",
        ledger.active().isEmpty() ? "False/NoActiveRun" : "True/RunActive",
        shown(status.conditions(), TestCondition.Active));
    String healthy =
        switch (ledger.lastRun.map(FleetCheck::verdict).orElse("")) {
          case "" -> "Unknown/NoRuns";
          case "Pass" -> "True/Passing";
          default -> "Unknown/Inconclusive";
        };
    same(name + "Healthy", healthy, shown(status.conditions(), TestCondition.Healthy));
  }

  private static String text(LastRun last) {
    return last.name() + " " + last.verdict();
  }

  private static String verdict(FleetLedger.Run run) {
    return run.end().orElseThrow().split(" ", -1)[1];
  }

  private static String text(Optional<Instant> instant) {
    return instant.map(Instant::toString).orElse(null);
  }

  private void runs(FleetLedger ledger, List<LoadTestRun> all) {
    List<LoadTestRun> own =
        all.stream().filter(run -> ledger.story.test().equals(run.getSpec().loadTest())).toList();
    same(
        "runs of " + ledger.story.test(),
        ledger.runs().stream().map(FleetLedger.Run::name).sorted().toList(),
        own.stream().map(run -> run.getMetadata().getName()).sorted().toList());
    for (LoadTestRun run : own) {
      ledger.runs().stream()
          .filter(is -> is.name().equals(run.getMetadata().getName()))
          .forEach(is -> run(is, run));
    }
  }

  private void run(FleetLedger.Run expected, LoadTestRun run) {
    String name = expected.name() + " ";
    LoadTestRunStatus status = run.getStatus();
    if (status == null) {
      differences.add(name + "has no status");
      return;
    }
    if (!expected.name().startsWith(FleetStory.ASKED.test())) {
      same(name + "scheduledTime", expected.due().toString(), run.getSpec().scheduledTime());
    }
    same(
        name + "end",
        expected.end().orElse("Running"),
        Stream.of(status.phase(), status.verdict())
            .filter(Objects::nonNull)
            .reduce((phase, verdict) -> phase + " " + verdict)
            .orElse(""));
    List<AttemptStatus> attempts = Optional.ofNullable(status.attempts()).orElse(List.of());
    same(
        name + "attempts",
        expected.attempts(),
        attempts.stream().map(is -> Optional.ofNullable(is.outcome()).orElse("")).toList());
    same(name + "is complete", !expected.active(), status.completionTime() != null);
    same(
        name + "Finished",
        !expected.active(),
        shown(status.conditions(), RunCondition.Finished).startsWith("True/"));
    same(name + "generation", run.getMetadata().getGeneration(), status.observedGeneration());
    same(
        name + "stages",
        expected.end().orElse("").startsWith("Completed"),
        status.stages() != null && !expected.end().orElse("").startsWith("Stopped"));
  }
}
