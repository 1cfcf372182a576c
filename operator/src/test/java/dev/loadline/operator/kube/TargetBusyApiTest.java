package dev.loadline.operator.kube;

import static dev.loadline.operator.kube.LocalCluster.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.local.apiserver.Faults.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One target, one run: who waits, who is woken, and what becomes of whoever waits too long. */
class TargetBusyApiTest {
  private static final String HOLDER = "chat-a7937b64";
  private static final int MOST_WRITES = 30;

  @Test
  void waitsForTheRunOfAnotherNamespaceAndBeginsWhenItIsOver() {
    try (LocalCluster cluster = LocalCluster.started()) {
      hold(cluster, "");
      run(cluster, "other", "guest", "");
      LoadTestRun guest = awaitBusy(cluster, "guest", "default/" + HOLDER);
      String message =
          LocalCluster.condition(guest.getStatus().conditions(), "Admitted").getMessage();
      assertThat(message)
          .contains("localhost:8000", "LoadTestRun default/" + HOLDER + " loads it", "deadline 20");
      assertThat(guest.getStatus().phase()).isEqualTo("Waiting");
      assertThat(guest.getStatus().startTime()).isNull();
      assertThat(cluster.names("batch/v1", "Job")).containsExactly(HOLDER + "-a1");

      cluster.ended(HOLDER + "-a1", 0, "Completed", Outputs.measured(), true);

      LoadTestRun begun = awaitJob(cluster, "guest");
      assertThat(shown(begun.getStatus().conditions(), RunCondition.Admitted))
          .isEqualTo("True/Admitted");
      assertThat(begun.getStatus().startTime())
          .isGreaterThanOrEqualTo(find(cluster, HOLDER).getStatus().completionTime());
    }
  }

  @Test
  void isMissedAtItsStartingDeadlineAndIsNoResult() {
    try (LocalCluster cluster = LocalCluster.started()) {
      hold(cluster, "");
      cluster.createTest("late", "startingDeadline: 2m\nrunNow: {token: first}");
      LoadTest waiting = cluster.awaitTest("late", test -> test.getStatus().active() != null);
      String late = waiting.getStatus().active().getFirst();
      awaitBusy(cluster, late, HOLDER);
      assertThat(waiting.getStatus().missedRuns()).isNull();

      cluster.pass(Duration.ofMinutes(3));

      LoadTest test = cluster.awaitTest("late", is -> is.getStatus().missedRuns() != null);
      assertThat(test.getStatus().missedRuns()).isEqualTo(1);
      assertThat(test.getStatus().lastMissedReason()).isEqualTo("TargetBusy");
      assertThat(test.getStatus().active()).isNull();
      assertThat(test.getStatus().lastRun()).isNull();
      assertThat(shown(test.getStatus().conditions(), TestCondition.Healthy))
          .isEqualTo("Unknown/NoRuns");
      LoadTestRunStatus status = find(cluster, late).getStatus();
      assertThat(status.phase()).isEqualTo("Failed");
      assertThat(status.verdict()).isEqualTo("None");
      assertThat(status.verdictReason()).isEqualTo("TargetBusy");
      assertThat(status.startTime()).isNull();
      assertThat(status.attempts()).isNull();
      assertThat(status.failure().message()).contains(HOLDER, "starting deadline");
      assertThat(shown(status.conditions(), RunCondition.Admitted)).isEqualTo("False/TargetBusy");
      assertThat(cluster.events("LoadTest")).contains("MissedSchedule");
      await()
          .atMost(LocalCluster.LIMIT)
          .untilAsserted(() -> assertThat(cluster.missed).isEqualTo(Map.of("TargetBusy", 1L)));
      assertThat(cluster.finished).isEmpty();
      assertThat(cluster.jobsMade()).isEqualTo(1);
    }
  }

  @Test
  void missedRunsArePrunedAndLeaveTheLastMeasuredOneAlone() {
    try (LocalCluster cluster = LocalCluster.started()) {
      hold(cluster, "failedRunsHistoryLimit: 0\nstartingDeadline: 2m");
      cluster.ended(HOLDER + "-a1", 0, "Completed", Outputs.measured(), true);
      cluster.awaitTest("chat", test -> test.getStatus().lastRun() != null);
      run(cluster, "default", "guest", "");
      awaitJob(cluster, "guest");
      token(cluster, "second");
      LoadTest waiting = cluster.awaitTest("chat", test -> test.getStatus().active() != null);
      awaitBusy(cluster, waiting.getStatus().active().getFirst(), "default/guest");

      cluster.pass(Duration.ofMinutes(3));

      LoadTest test = cluster.awaitTest("chat", is -> is.getStatus().missedRuns() != null);
      assertThat(test.getStatus().lastRun().name()).isEqualTo(HOLDER);
      assertThat(shown(test.getStatus().conditions(), TestCondition.Healthy))
          .isEqualTo("True/Passing");
      await()
          .atMost(LocalCluster.LIMIT)
          .untilAsserted(() ->
              assertThat(cluster.runs())
                  .extracting(run -> run.getMetadata().getName())
                  .containsExactlyInAnyOrder(HOLDER, "guest"));
      assertThat(cluster.test("chat").getStatus().missedRuns()).isEqualTo(1);
    }
  }

  /** The operator dies before or after its n-th write, for each n, while a run is being missed. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isCountedOnceWheneverTheOperatorDies(boolean done) {
    for (int n = 1; n <= MOST_WRITES; n++) {
      try (LocalCluster cluster = LocalCluster.started()) {
        hold(cluster, "");
        cluster.createTest("late", "startingDeadline: 2m\nrunNow: {token: first}");
        cluster.awaitTest("late", test -> test.getStatus().active() != null);
        cluster.awaitStatus("TargetBusy");
        AtomicInteger writes = new AtomicInteger();
        int last = n;
        cluster
            .server
            .faults()
            .inject(
                call -> call.writes() && writes.incrementAndGet() == last,
                1,
                done
                    ? new Fault.AnswerLost(500)
                    : new Fault.Answer(500, "injected by a test", Optional.empty()));
        cluster.server.faults().answer(call -> call.writes() && writes.get() > last, 9999, 500);
        cluster.pass(Duration.ofMinutes(3));
        await().atMost(LocalCluster.LIMIT).until(() -> writes.get() >= last || isCounted(cluster));
        boolean died = writes.get() >= last;
        cluster.stopOperator();
        cluster.server.faults().clear();
        cluster.startOperator();
        LoadTest test = cluster.awaitTest("late", is -> is.getStatus().missedRuns() != null);
        cluster.pass(Duration.ofSeconds(1));
        long generation = cluster.test("late").getMetadata().getGeneration();
        test = cluster.awaitTest("late", is -> is.getStatus().observedGeneration() >= generation);
        assertThat(test.getStatus().missedRuns()).as("dead at write %d", n).isEqualTo(1);
        assertThat(test.getStatus().lastMissedReason()).isEqualTo("TargetBusy");
        assertThat(cluster.jobsMade()).isEqualTo(1);
        if (!died) {
          assertThat(n).as("writes while a run is missed").isGreaterThan(4);
          return;
        }
      }
    }
    assertThat(MOST_WRITES).as("writes while a run is missed").isZero();
  }

  private static boolean isCounted(LocalCluster cluster) {
    return cluster.test("late").getStatus().missedRuns() != null;
  }

  @Test
  void isToldToStopWhileItWaits() {
    try (LocalCluster cluster = LocalCluster.started()) {
      hold(cluster, "");
      run(cluster, "default", "guest", "");
      awaitBusy(cluster, "guest", HOLDER);

      cluster.changeRun("guest", LocalCluster::stop);

      LoadTestRunStatus status =
          cluster
              .awaitRun(run ->
                  run.getMetadata().getName().equals("guest")
                      && run.getStatus().completionTime() != null)
              .getStatus();
      assertThat(status.phase()).isEqualTo("Stopped");
      assertThat(shown(status.conditions(), RunCondition.Admitted)).isEqualTo("False/Stopped");
      assertThat(cluster.jobsMade()).isEqualTo(1);
    }
  }

  @Test
  void replacesARunThatWaits() {
    try (LocalCluster cluster = LocalCluster.started()) {
      run(cluster, "other", "guest", "");
      awaitJob(cluster, "guest");
      cluster.createTest("chat", "concurrencyPolicy: Replace\nrunNow: {token: first}");
      awaitBusy(cluster, HOLDER, "other/guest");

      token(cluster, "second");

      await().atMost(LocalCluster.LIMIT).untilAsserted(() -> assertThat(cluster.runs()).hasSize(3));
      LoadTestRunStatus replaced = find(cluster, HOLDER).getStatus();
      assertThat(replaced.phase()).isEqualTo("Failed");
      assertThat(replaced.verdict() + replaced.verdictReason()).isEqualTo("NoneTargetBusy");
      LoadTest test = cluster.awaitTest("chat", is -> is.getStatus().missedRuns() != null);
      assertThat(test.getStatus().missedRuns()).isEqualTo(1);
      assertThat(test.getStatus().lastRun()).isNull();
      assertThat(cluster.jobsMade()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"true, true, 2", "true, false, 1", "false, true, 1"})
  void sharesTheTargetOnlyIfBothSaySo(boolean holder, boolean guest, int jobs) {
    try (LocalCluster cluster = LocalCluster.started()) {
      run(cluster, "default", "first", share(holder));
      awaitJob(cluster, "first");
      run(cluster, "other", "guest", share(guest));
      if (jobs == 2) {
        awaitJob(cluster, "guest");
      } else {
        awaitBusy(cluster, "guest", "default/first");
      }
      assertThat(cluster.jobsMade()).isEqualTo(jobs);
    }
  }

  private static String share(boolean share) {
    return "shareTarget: " + share + ", ";
  }

  @Test
  void runsAreServedInTheOrderInWhichTheyCame() {
    try (LocalCluster cluster = LocalCluster.started()) {
      hold(cluster, "");
      for (String guest : List.of("zebra", "monkey", "ape")) {
        cluster.clock.advance(Duration.ofSeconds(2));
        run(cluster, "default", guest, "");
        awaitBusy(cluster, guest, HOLDER);
      }

      cluster.ended(HOLDER + "-a1", 0, "Completed", Outputs.measured(), true);

      awaitJob(cluster, "zebra");
      cluster.changeRun("zebra", LocalCluster::stop);
      awaitJob(cluster, "monkey");
      cluster.changeRun("monkey", LocalCluster::stop);
      awaitJob(cluster, "ape");
    }
  }

  @Test
  void waitsForThePodsOfARunThatWasDeleted() {
    try (LocalCluster cluster = LocalCluster.started()) {
      hold(cluster, "");
      run(cluster, "other", "guest", "");
      awaitBusy(cluster, "guest", HOLDER);

      cluster.deleteTest("chat");
      cluster.awaitPodDeletion(HOLDER + "-a1");
      run(cluster, "other", "later", "");
      awaitBusy(cluster, "later", "guest has waited", "which was deleted, may still load it");
      assertThat(cluster.jobsMade()).isEqualTo(1);
      cluster.removePod(HOLDER + "-a1");

      awaitJob(cluster, "guest");
    }
  }

  @Test
  void beginsWhenThePodOfADeletedRunHasEndedThoughSomethingKeepsIt() {
    try (LocalCluster cluster = LocalCluster.started()) {
      hold(cluster, "");
      cluster.keepPod(HOLDER + "-a1");
      cluster.deleteTest("chat");
      cluster.awaitPodDeletion(HOLDER + "-a1");
      run(cluster, "other", "guest", "");
      awaitBusy(cluster, "guest", "which was deleted, may still load it");

      cluster.ended(HOLDER + "-a1", 143, "Error", "", true);

      awaitJob(cluster, "guest");
    }
  }

  /** Its Job was never made, so that nothing of it is left whose end would tell. */
  @Test
  void beginsAtOnceWhenTheRunThatHasItsTargetIsDeletedBeforeItHasAJob() {
    try (LocalCluster cluster = LocalCluster.started()) {
      cluster
          .server
          .faults()
          .answer(
              call -> call.verb().equals("create") && call.resource().equals("jobs"), 9999, 403);
      run(cluster, "default", "holder", "");
      cluster.awaitRun(run -> run.getStatus().startTime() != null);
      run(cluster, "other", "guest", "");
      awaitBusy(cluster, "guest", "default/holder");
      cluster.server.faults().clear();

      cluster.deleteRun("holder");

      awaitJob(cluster, "guest");
    }
  }

  @Test
  void anOldTokenWhoseRunWasMissedCountsNoMissedRunAgain() {
    try (LocalCluster cluster = LocalCluster.started()) {
      run(cluster, "default", "guest", "");
      awaitJob(cluster, "guest");
      cluster.createTest("chat", "startingDeadline: 2m\nrunNow: {token: first}");
      awaitBusy(cluster, HOLDER, "default/guest");
      cluster.pass(Duration.ofMinutes(3));
      cluster.awaitTest("chat", is -> is.getStatus().missedRuns() != null);
      for (String token : List.of("second", "first")) {
        token(cluster, token);
        cluster.awaitTest("chat", is -> token.equals(is.getStatus().lastHandledRunToken()));
      }
      assertThat(cluster.test("chat").getStatus().missedRuns()).isEqualTo(1);
      assertThat(cluster.runs()).hasSize(3);
    }
  }

  @Test
  void knowsWhoLoadsAndWhoWaitsAfterARestart() {
    try (LocalCluster cluster = LocalCluster.started()) {
      hold(cluster, "");
      run(cluster, "default", "guest", "");
      awaitBusy(cluster, "guest", HOLDER);
      cluster.stopOperator();
      cluster.clock.advance(Duration.ofSeconds(2));
      run(cluster, "default", "another", "");
      cluster.startOperator();
      awaitBusy(cluster, "another", HOLDER);
      assertThat(cluster.jobsMade()).isEqualTo(1);
      cluster.stopOperator();
      cluster.ended(HOLDER + "-a1", 0, "Completed", Outputs.measured(), true);
      cluster.startOperator();
      awaitJob(cluster, "guest");
      // Who is not next looks once a minute.
      cluster.look("another");
      awaitBusy(cluster, "another", "default/guest");
      assertThat(cluster.jobsMade()).isEqualTo(2);
    }
  }

  @Test
  void oneOfManyThatComeAtOnceGetsTheTarget() {
    try (LocalCluster cluster = new LocalCluster()) {
      for (int i = 0; i < 24; i++) {
        run(cluster, i % 2 == 0 ? "default" : "other", "guest-%02d".formatted(i), "");
      }
      cluster.startOperator();
      await()
          .atMost(LocalCluster.LIMIT)
          .until(() ->
              cluster.runs().stream().allMatch(run -> run.getStatus() != null)
                  && cluster.jobsMade() > 0);
      await()
          .atMost(LocalCluster.LIMIT)
          .until(() ->
              cluster.runs().stream()
                      .filter(run ->
                          shown(run.getStatus().conditions(), RunCondition.Admitted)
                              .equals("False/TargetBusy"))
                      .count()
                  == 23);
      assertThat(cluster.jobsMade()).isEqualTo(1);
    }
  }

  /** The run of the test "chat", which sends load. */
  private static void hold(LocalCluster cluster, String more) {
    cluster.startRun("runNow: {token: first}\n" + more);
    cluster.sendLoad(HOLDER + "-a1");
  }

  private static void run(LocalCluster cluster, String namespace, String name, String load) {
    cluster.create(
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTestRun
        metadata: {name: %s, namespace: %s}
        spec:
          test:
            target: {url: "http://localhost:8000/v1"}
            workload: {synthetic: {inputTokens: 128, outputTokens: 32}}
            load: {%swarmup: 1s, drainTimeout: 1s, stages: [{name: steady, users: 4, duration: 1m}]}
        """
            .formatted(name, namespace, load));
  }

  private static void token(LocalCluster cluster, String token) {
    cluster.changeTest(
        "chat",
        test -> {
          test.withObject("/spec/runNow").put("token", token);
          return test;
        });
  }

  private static LoadTestRun find(LocalCluster cluster, String name) {
    return cluster.awaitRun(run -> run.getMetadata().getName().equals(name));
  }

  private static LoadTestRun awaitJob(LocalCluster cluster, String name) {
    return cluster.awaitRun(
        run -> run.getMetadata().getName().equals(name) && run.getStatus().attempts() != null);
  }

  /** Waits until the run waits for its target and says one of these words. */
  private static LoadTestRun awaitBusy(LocalCluster cluster, String name, String... words) {
    return cluster.awaitRun(run ->
        run.getMetadata().getName().equals(name)
            && shown(run.getStatus().conditions(), RunCondition.Admitted).equals("False/TargetBusy")
            && List.of(words).stream()
                .anyMatch(
                    LocalCluster.condition(run.getStatus().conditions(), "Admitted").getMessage()
                        ::contains));
  }
}
