package dev.loadline.operator.it;

import static dev.loadline.operator.it.TroubledCluster.LIMIT;
import static dev.loadline.operator.it.TroubledCluster.MAIN;
import static dev.loadline.operator.it.TroubledCluster.READY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.FailureTable.Line;
import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.it.Witness.Seen;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** What people do with names. */
final class Names {
  /** A Service of its own before the common simulator: another target, for tests that wait. */
  private static final String ALONE =
      "target: {service: {name: calm}}, load: {shareTarget: false, stages: [{name: only, users: 1,"
          + " duration: 2s}]}";

  private static final Duration SOON = Duration.ofSeconds(100);

  private Names() {}

  /** There is no renaming: somebody deletes the test and applies it under another name. */
  static Line renamedTest(TroubledCluster cluster) {
    TestRuns runs = cluster.runs(MAIN);
    String part = FailureRows.played("deaf, ready, wait 600");
    String old =
        runs.createTest("old-name", part.substring(0, part.length() - 1) + ", " + ALONE + "}");
    LoadTestRun first = BadInputs.theRunOf(cluster, old);
    runs.awaitPhase(first.getMetadata().getName(), "Running", LIMIT);
    Instant now = Instant.now();
    tests(cluster, "old-name").delete();
    String renamed = runs.createTest("new-name", "{" + ALONE + "}");
    LoadTestRun second = BadInputs.theRunOf(cluster, renamed);
    String run = second.getMetadata().getName();
    LoadTestRun finished = runs.awaitFinished(run, LIMIT);
    assertThat(finished.getStatus().phase()).isEqualTo("Completed");
    List<String> uids = List.of(first.getMetadata().getUid(), second.getMetadata().getUid());
    BadInputs.neverTwoAtOnce(cluster.witness, uids);
    Seen waits =
        cluster
            .witness
            .first(
                uids.getLast(),
                is -> is.getStatus() != null && admitted(is.getStatus()).equals("False/TargetBusy"))
            .orElseThrow();
    Seen begins =
        cluster
            .witness
            .first(
                uids.getLast(),
                is -> is.getStatus() != null && "Running".equals(is.getStatus().phase()))
            .orElseThrow();
    cluster.leftOf(MAIN, first.getMetadata().getName(), true);
    return new Line(
        "LoadTest renamed during its run",
        "deleted and applied under another name, the old runner ignores SIGTERM",
        RunRules.words(((LoadTestRun) waits.object()).getStatus(), "Admitted")
            + " … "
            + finished.getStatus().phase()
            + ", "
            + finished.getStatus().verdict(),
        seconds(now, waits.at()) + ", sends load after " + seconds(now, begins.at()),
        cluster.leftOf(MAIN, run, true));
  }

  private static String admitted(LoadTestRunStatus status) {
    return RunRules.shown(status, "Admitted");
  }

  /** A run with the name that a test's next run will want, said to be that test's. */
  static Line runMadeByHand(TroubledCluster cluster) {
    TestRuns runs = cluster.runs(MAIN);
    ZonedDateTime due =
        Instant.now().plusSeconds(80).atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.MINUTES);
    String run = "owner-" + DateTimeFormatter.ofPattern("yyyyMMddHHmm").format(due);
    runs.createTest(
        "owner",
        "{schedule: '%d %d * * *', startingDeadline: 10s}"
            .formatted(due.getMinute(), due.getHour()));
    runs.createFor("owner", run, "{load: {stages: [{name: only, users: 1, duration: 2s}]}}");
    LoadTestRun finished = runs.awaitFinished(run, LIMIT);
    assertThat(finished.getStatus().phase()).isEqualTo("Completed");
    assertThat(finished.getMetadata().getOwnerReferences()).isEmpty();
    LoadTest obstructed = awaitTest(cluster, is -> ready(is).getReason().equals("ReconcileError"));
    Instant said = Instant.now();
    assertThat(ready(obstructed).getMessage())
        .contains("a LoadTestRun named " + run, "does not belong to this test");
    LoadTest test =
        awaitTest(cluster, is -> Objects.equals(is.getStatus().missedRuns(), 1L) && isReady(is));
    assertThat(test.getStatus().lastMissedReason()).isEqualTo("DeadlineExceeded");
    assertThat(test.getStatus().lastRun()).isNull();
    assertThat(events(cluster, test)).contains("RunNameTaken", "MissedSchedule");
    assertThat(runs.jobs(run)).isEmpty();
    tests(cluster, "owner").delete();
    assertThat(runs.find(run)).as("nobody's run goes with the test").isPresent();
    return new Line(
        "run made by hand with the name that a test's next run wants",
        "kubectl create, spec.loadTest and labels of that test",
        "the run: "
            + RunRules.words(finished.getStatus(), "Admitted")
            + " … Completed; the test: Ready=False/ReconcileError: "
            + ready(obstructed).getMessage()
            + " … missed 1/"
            + test.getStatus().lastMissedReason()
            + ", Ready=True",
        seconds(due.toInstant(), said)
            + ", missed after "
            + seconds(due.toInstant(), Instant.now()),
        cluster.leftOf(MAIN, run, true));
  }

  private static boolean isReady(LoadTest test) {
    return ready(test).getStatus().equals("True");
  }

  private static Condition ready(LoadTest test) {
    return test.getStatus().conditions().stream()
        .filter(is -> is.getType().equals("Ready"))
        .findFirst()
        .orElseThrow();
  }

  private static LoadTest awaitTest(TroubledCluster cluster, Predicate<LoadTest> what) {
    return await("what the test says")
        .atMost(SOON.plus(READY))
        .until(
            () -> tests(cluster, "owner").get(),
            is -> is.getStatus() != null && is.getStatus().conditions() != null && what.test(is));
  }

  private static Resource<LoadTest> tests(TroubledCluster cluster, String name) {
    return cluster.client.resources(LoadTest.class).inNamespace(MAIN).withName(name);
  }

  private static List<String> events(TroubledCluster cluster, LoadTest test) {
    return cluster
        .client
        .v1()
        .events()
        .inNamespace(MAIN)
        .withField("involvedObject.uid", test.getMetadata().getUid())
        .list()
        .getItems()
        .stream()
        .map(Event::getReason)
        .toList();
  }

  private static long seconds(Instant from, Instant to) {
    return Duration.between(from, to).toSeconds();
  }
}
