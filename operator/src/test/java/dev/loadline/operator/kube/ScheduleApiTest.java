package dev.loadline.operator.kube;

import static dev.loadline.operator.kube.LocalCluster.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.FailureTable;
import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests on a clock that moves as the test says. */
class ScheduleApiTest {

  @Test
  void startsARunAtItsMinuteAndNamesItAfterThat() {
    try (LocalCluster cluster = LocalCluster.started()) {
      cluster.createTest("chat", "schedule: \"0 2 1 1 *\"");
      LoadTest test = cluster.awaitTest("chat", is -> is.getStatus().nextScheduleTime() != null);
      Instant due = Instant.parse(test.getStatus().nextScheduleTime());
      assertThat(cluster.runs()).isEmpty();
      cluster.pass(Duration.between(cluster.clock.instant(), due).plusMillis(5));
      LoadTestRun run = cluster.awaitRun(is -> true);
      assertThat(run.getMetadata().getName())
          .isEqualTo("chat-" + due.toString().replaceAll("[-:TZ]", "").substring(0, 12));
      assertThat(run.getSpec().trigger()).isEqualTo("Schedule");
      assertThat(run.getSpec().scheduledTime()).isEqualTo(due.toString());
      LoadTest after = cluster.awaitTest("chat", is -> is.getStatus().lastScheduleTime() != null);
      assertThat(after.getStatus().lastScheduleTime()).isEqualTo(due.toString());
      assertThat(Instant.parse(after.getStatus().nextScheduleTime())).isAfter(due);
      assertThat(after.getStatus().active()).containsExactly(run.getMetadata().getName());
    }
  }

  @Test
  void countsWhatWasMissedWhileNoOperatorWasThere() {
    try (LocalCluster cluster = LocalCluster.started()) {
      cluster.createTest("chat", "schedule: \"0 * * * *\"\nstartingDeadline: 1m");
      LoadTest test = cluster.awaitTest("chat", is -> is.getStatus().nextScheduleTime() != null);
      Instant due = Instant.parse(test.getStatus().nextScheduleTime());
      cluster.stopOperator();
      cluster.pass(Duration.between(cluster.clock.instant(), due).plus(Duration.ofMinutes(150)));
      cluster.startOperator();
      LoadTest after = cluster.awaitTest("chat", is -> is.getStatus().missedRuns() != null);
      assertThat(after.getStatus().missedRuns()).isEqualTo(3);
      assertThat(after.getStatus().lastMissedReason()).isEqualTo("OperatorDown");
      assertThat(cluster.runs()).isEmpty();
      await()
          .atMost(LocalCluster.LIMIT)
          .untilAsserted(() -> assertThat(cluster.missed).isEqualTo(Map.of("OperatorDown", 3L)));
      assertThat(cluster.events("LoadTest")).contains("MissedSchedule");
      FailureTable.add(
          List.of(
              new FailureTable.Line(
                  "operator down at the scheduled minute, beyond the starting deadline",
                  "operator stopped over three due minutes (LocalApiServer)",
                  "lastMissedReason: OperatorDown, missedRuns: 3; "
                      + cluster.eventMessage("MissedSchedule"),
                  "0 after it came back",
                  "nothing")));
    }
  }

  @Test
  void replacesARunAndWaitsUntilItsPodIsGone() {
    try (LocalCluster cluster = LocalCluster.started()) {
      cluster.startRun("concurrencyPolicy: Replace\nrunNow: {token: first}");
      cluster.sendLoad("chat-a7937b64-a1");
      token(cluster, "second");
      cluster.awaitPodDeletion("chat-a7937b64-a1");
      assertThat(cluster.runs()).hasSize(1);
      cluster.ended("chat-a7937b64-a1", 143, "Error", Outputs.stopped(), true);
      await().atMost(LocalCluster.LIMIT).untilAsserted(() -> assertThat(cluster.runs()).hasSize(2));
      assertThat(cluster.runs())
          .filteredOn(run -> run.getMetadata().getName().equals("chat-a7937b64"))
          .singleElement()
          .satisfies(run -> assertThat(run.getStatus().phase()).isEqualTo("Stopped"));
    }
  }

  @Test
  void keepsTheRunsThatTheLimitsAllow() {
    try (LocalCluster cluster = LocalCluster.started()) {
      cluster.createTest(
          "chat",
          "failedRunsHistoryLimit: 1\nrunNow: {token: '0'}\nlifecycle: {maxStartAttempts: 1}");
      for (int i = 0; i < 3; i++) {
        String token = Integer.toString(i);
        token(cluster, token);
        LoadTest test =
            cluster.awaitTest(
                "chat",
                is ->
                    token.equals(is.getStatus().lastHandledRunToken())
                        && is.getStatus().active() != null);
        String run = test.getStatus().active().getFirst();
        cluster.pod(run + "-a1");
        cluster.ended(run + "-a1", 64, "Error", "no", false);
        cluster.awaitTest(
            "chat",
            is -> is.getStatus().lastRun() != null && is.getStatus().lastRun().name().equals(run));
      }
      await().atMost(LocalCluster.LIMIT).untilAsserted(() -> assertThat(cluster.runs()).hasSize(1));
      assertThat(cluster.run().getMetadata().getName())
          .isEqualTo(cluster.test("chat").getStatus().lastRun().name());
    }
  }

  @Test
  void namesEveryProblemOfASpecAndGoesOnWhenTheyAreMended() {
    try (LocalCluster cluster = LocalCluster.started()) {
      cluster.createTest("chat", "schedule: \"61 2 * * *\"\ntimeZone: Mars/Base");
      LoadTest test =
          cluster.awaitTest(
              "chat",
              is -> shown(is.getStatus().conditions(), TestCondition.Ready).startsWith("False"));
      Condition ready = LocalCluster.condition(test.getStatus().conditions(), "Ready");
      assertThat(ready.getReason()).isEqualTo("InvalidSpec");
      assertThat(ready.getMessage()).contains("spec.schedule", "61", "spec.timeZone", "Mars/Base");
      changed(cluster, "timeZone", "Etc/UTC");
      cluster.awaitTest(
          "chat",
          is ->
              shown(is.getStatus().conditions(), TestCondition.Ready)
                  .equals("False/InvalidSchedule"));
      changed(cluster, "schedule", "0 2 * * *");
      changed(cluster, "timeZone", "Mars/Base");
      cluster.awaitTest(
          "chat",
          is ->
              shown(is.getStatus().conditions(), TestCondition.Ready)
                  .equals("False/UnknownTimeZone"));
      changed(cluster, "timeZone", "Europe/Berlin");
      cluster.awaitTest(
          "chat",
          is -> shown(is.getStatus().conditions(), TestCondition.Ready).equals("True/Scheduled"));
      assertThat(cluster.runs()).isEqualTo(List.of());
    }
  }

  @Test
  void leavesARunOfItsNameAloneThatIsNotItsOwn() {
    try (LocalCluster cluster = new LocalCluster()) {
      takeNameOfFirstToken(cluster);
      cluster.createTest("chat", "runNow: {token: first}");
      cluster.startOperator();
      LoadTest test =
          cluster.awaitTest(
              "chat",
              is ->
                  shown(is.getStatus().conditions(), TestCondition.Ready)
                      .equals("False/ReconcileError"));
      assertThat(LocalCluster.condition(test.getStatus().conditions(), "Ready").getMessage())
          .contains("chat-a7937b64");
      assertThat(test.getStatus().lastHandledRunToken()).isNull();
      assertThat(cluster.events("LoadTest")).contains("RunNameTaken");
      assertThat(cluster.run().getMetadata().getOwnerReferences()).isEmpty();
    }
  }

  /** Nor is the schedule's run stopped to make room for one that cannot come. */
  @ParameterizedTest
  @ValueSource(strings = {"Forbid", "Replace"})
  void keepsItsScheduleWhileTheNameOfATokensRunIsTaken(String policy) {
    try (LocalCluster cluster = new LocalCluster()) {
      takeNameOfFirstToken(cluster);
      cluster.createTest(
          "chat", "schedule: \"0 2 * * *\"\nrunNow: {token: first}\nconcurrencyPolicy: " + policy);
      cluster.startOperator();
      LoadTest test = cluster.awaitTest("chat", is -> is.getStatus().nextScheduleTime() != null);
      Instant due = Instant.parse(test.getStatus().nextScheduleTime());
      Condition ready = LocalCluster.condition(test.getStatus().conditions(), "Ready");
      assertThat(ready.getReason()).isEqualTo("ReconcileError");
      assertThat(ready.getMessage())
          .contains("chat-a7937b64", "delete it or give another token", "every 30 s");
      cluster.pass(Duration.between(cluster.clock.instant(), due).plusMillis(5));
      LoadTestRun run = cluster.awaitRun(is -> "Schedule".equals(is.getSpec().trigger()));
      cluster.pass(Duration.ofSeconds(5));
      cluster.awaitTest("chat", is -> is.getStatus().observedGeneration() > 2);
      assertThat(cluster.runs())
          .filteredOn(is -> is.getMetadata().getName().equals(run.getMetadata().getName()))
          .extracting(is -> is.getSpec().desiredState())
          .containsExactly("Running");
      assertThat(cluster.test("chat").getStatus().lastHandledRunToken()).isNull();
    }
  }

  /** A run whose name the token "first" of the test "chat" asks for. */
  private static void takeNameOfFirstToken(LocalCluster cluster) {
    cluster.create(
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTestRun
        metadata: {name: chat-a7937b64}
        spec:
          test:
            target: {url: "http://127.0.0.1:8001/v1"}
            workload: {synthetic: {inputTokens: 128, outputTokens: 32}}
            load: {stages: [{name: steady, users: 4, duration: 1m}]}
        """);
  }

  /** Something else holds it up: here a finalizer. */
  @Test
  void waitsForARunOfAnEarlierTestOfItsNameWithoutAskingAnybodyToDeleteIt() {
    try (LocalCluster cluster = LocalCluster.started()) {
      cluster.createTest("chat", "schedule: \"0 * * * *\"");
      LoadTest test = cluster.awaitTest("chat", is -> is.getStatus().nextScheduleTime() != null);
      Instant due = Instant.parse(test.getStatus().nextScheduleTime());
      cluster.create(
          """
          apiVersion: loadline.dev/v1alpha1
          kind: LoadTestRun
          metadata:
            name: chat-%s
            finalizers: [example.com/held]
            ownerReferences: [{apiVersion: loadline.dev/v1alpha1, kind: LoadTest, name: chat, uid: earlier}]
          spec:
            loadTest: chat
            test:
              target: {url: "http://other.example:8000/v1"}
              workload: {synthetic: {inputTokens: 128, outputTokens: 32}}
              load: {stages: [{name: steady, users: 4, duration: 1m}]}
          """
              .formatted(due.toString().replaceAll("[-:TZ]", "").substring(0, 12)));
      cluster.pass(Duration.between(cluster.clock.instant(), due).plusSeconds(1));
      test =
          cluster.awaitTest(
              "chat",
              is ->
                  shown(is.getStatus().conditions(), TestCondition.Ready)
                      .equals("False/ReconcileError"));
      assertThat(LocalCluster.condition(test.getStatus().conditions(), "Ready").getMessage())
          .contains("of an earlier test of this name exists and goes by itself")
          .doesNotContain("delete it");
    }
  }

  @Test
  void adoptsNoRunThatOnlySaysItIsItsOwn() {
    try (LocalCluster cluster = LocalCluster.started()) {
      cluster.createTest("chat", "schedule: \"0 * * * *\"\nstartingDeadline: 2m");
      LoadTest test = cluster.awaitTest("chat", is -> is.getStatus().nextScheduleTime() != null);
      Instant due = Instant.parse(test.getStatus().nextScheduleTime());
      String name = "chat-" + due.toString().replaceAll("[-:TZ]", "").substring(0, 12);
      cluster.create(
          """
          apiVersion: loadline.dev/v1alpha1
          kind: LoadTestRun
          metadata: {name: %s, labels: {loadline.dev/test: chat, loadline.dev/run: chat}}
          spec:
            loadTest: chat
            scheduledTime: "%s"
            test:
              target: {url: "http://other.example:8000/v1"}
              workload: {synthetic: {inputTokens: 128, outputTokens: 32}}
              load: {stages: [{name: steady, users: 4, duration: 1m}]}
          """
              .formatted(name, due));
      LoadTestRun foreign = cluster.awaitRun(run -> run.getStatus().attempts() != null);
      assertThat(LocalCluster.condition(foreign.getStatus().conditions(), "Admitted").getMessage())
          .contains("LoadTest chat, which did not make this run");
      assertThat(cluster.events("LoadTestRun")).contains("NotOfThisTest");
      assertThat(cluster.test("chat").getStatus().active()).isNull();

      cluster.pass(Duration.between(cluster.clock.instant(), due).plusSeconds(1));

      test =
          cluster.awaitTest(
              "chat",
              is ->
                  shown(is.getStatus().conditions(), TestCondition.Ready)
                      .equals("False/ReconcileError"));
      assertThat(LocalCluster.condition(test.getStatus().conditions(), "Ready").getMessage())
          .contains(name, "does not belong to this test");
      cluster.pass(Duration.ofMinutes(3));
      test = cluster.awaitTest("chat", is -> is.getStatus().missedRuns() != null);
      assertThat(test.getStatus().lastMissedReason()).isEqualTo("DeadlineExceeded");
      assertThat(shown(test.getStatus().conditions(), TestCondition.Ready))
          .isEqualTo("True/Scheduled");
      assertThat(test.getStatus().lastRun()).isNull();
      assertThat(cluster.runs()).hasSize(1);
    }
  }

  private static void token(LocalCluster cluster, String token) {
    cluster.changeTest(
        "chat",
        test -> {
          test.withObject("/spec/runNow").put("token", token);
          return test;
        });
  }

  private static void changed(LocalCluster cluster, String field, String value) {
    cluster.changeTest(
        "chat",
        test -> {
          test.withObject("/spec").put(field, value);
          return test;
        });
  }
}
