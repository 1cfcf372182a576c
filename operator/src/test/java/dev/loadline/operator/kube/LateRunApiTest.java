package dev.loadline.operator.kube;

import static dev.loadline.operator.kube.LocalCluster.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Runs that were made in time, but of which no operator took care before their deadline. */
class LateRunApiTest {
  private static final Duration AWAY = Duration.ofMinutes(30);

  @Test
  void isMissedIfTheOperatorDiedBeforeItWasAdmitted() {
    try (LocalCluster cluster = LocalCluster.started()) {
      createTest(cluster);
      refuseStatusOfRuns(cluster);
      become(cluster, due(cluster));
      String run = awaitActive(cluster);

      goAway(cluster);
      cluster.startOperator();

      assertMissed(cluster, run, "OperatorDown");
    }
  }

  @Test
  void isMissedIfItCouldNotBeAdmittedInTime() {
    try (LocalCluster cluster = LocalCluster.started()) {
      createTest(cluster);
      refuseStatusOfRuns(cluster);
      become(cluster, due(cluster));
      String run = awaitActive(cluster);

      cluster.clock.advance(AWAY);
      cluster.server.faults().clear();

      assertMissed(cluster, run, "DeadlineExceeded");
    }
  }

  @Test
  void isMissedForItsBusyTargetAlthoughTheTargetIsFreeWhenAnOperatorIsBack() {
    try (LocalCluster cluster = LocalCluster.started()) {
      cluster.createTest("holder", "runNow: {token: first}");
      String holder =
          cluster.awaitRun(is -> is.getStatus().attempts() != null).getMetadata().getName();
      cluster.sendLoad(holder + "-a1");
      createTest(cluster);
      become(cluster, due(cluster));
      String run = awaitActive(cluster);
      cluster.awaitRun(is ->
          shown(is.getStatus().conditions(), RunCondition.Admitted).equals("False/TargetBusy"));

      cluster.stopOperator();
      String ended = cluster.clock.instant().plus(Duration.ofMinutes(1)).toString();
      cluster.changeRunStatus(
          holder,
          object -> {
            object.withObject("/status").put("completionTime", ended).put("phase", "Failed");
            return object;
          });
      cluster.clock.advance(AWAY);
      cluster.startOperator();

      LoadTestRun missed = assertMissed(cluster, run, "TargetBusy");
      assertThat(missed.getStatus().failure().message())
          .contains("LoadTestRun default/" + holder + " loads it", "not free before the starting");
    }
  }

  @Test
  void beginsLateIfNoScheduleStartedIt() {
    try (LocalCluster cluster = LocalCluster.started()) {
      refuseStatusOfRuns(cluster);
      cluster.createTest("chat", "runNow: {token: first}");
      awaitActive(cluster);

      goAway(cluster);
      cluster.startOperator();

      cluster.awaitRun(run -> run.getStatus() != null && run.getStatus().attempts() != null);
      assertThat(cluster.test("chat").getStatus().missedRuns()).isNull();
    }
  }

  private static void createTest(LocalCluster cluster) {
    cluster.createTest("chat", "schedule: 0 * * * *");
  }

  private static Instant due(LocalCluster cluster) {
    LoadTest test =
        cluster.awaitTest(
            "chat", is -> is.getStatus() != null && is.getStatus().nextScheduleTime() != null);
    return Instant.parse(test.getStatus().nextScheduleTime());
  }

  private static void become(LocalCluster cluster, Instant time) {
    cluster.clock.advance(Duration.between(cluster.clock.instant(), time.plusSeconds(1)));
  }

  private static void refuseStatusOfRuns(LocalCluster cluster) {
    cluster
        .server
        .faults()
        .answer(
            call -> call.resource().equals("loadtestruns") && call.subresource().equals("status"),
            Integer.MAX_VALUE,
            500);
  }

  private static String awaitActive(LocalCluster cluster) {
    return cluster
        .awaitTest("chat", is -> is.getStatus() != null && is.getStatus().active() != null)
        .getStatus()
        .active()
        .getFirst();
  }

  private static void goAway(LocalCluster cluster) {
    cluster.stopOperator();
    cluster.server.faults().clear();
    cluster.clock.advance(AWAY);
  }

  private static LoadTestRun assertMissed(LocalCluster cluster, String name, String reason) {
    await()
        .atMost(LocalCluster.LIMIT)
        .untilAsserted(() -> {
          assertThat(cluster.test("chat").getStatus().missedRuns()).isEqualTo(1);
          assertThat(cluster.test("chat").getStatus().active()).isNull();
        });
    LoadTestRun run = cluster.awaitRun(is -> is.getMetadata().getName().equals(name));
    assertThat(run.getStatus().verdict() + run.getStatus().verdictReason())
        .isEqualTo("None" + reason);
    assertThat(run.getStatus().attempts()).isNull();
    LoadTest test = cluster.test("chat");
    assertThat(test.getStatus().lastMissedReason()).isEqualTo(reason);
    assertThat(test.getStatus().lastMissedTime()).isEqualTo(run.getSpec().scheduledTime());
    assertThat(test.getStatus().lastRun()).isNull();
    return run;
  }
}
