package dev.loadline.operator.kube;

import static dev.loadline.operator.kube.LocalCluster.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.api.LoadTestRunStatus.AttemptStatus;
import dev.loadline.runner.contract.RunResult.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The life of a run, with the real operator and pods whose status is set by hand. */
class RunLifeApiTest {

  @Test
  void measuresOnceAndShowsWhatCameOfIt() {
    try (LocalCluster cluster = LocalCluster.started()) {
      String run = cluster.startRun("");
      String job = run + "-a1";
      cluster.pod(job);
      cluster.awaitRun(is -> is.getStatus().phase().equals("Starting"));
      cluster.ready(job);
      LoadTestRun running = cluster.awaitRun(is -> is.getStatus().phase().equals("Running"));
      assertThat(shown(running.getStatus().conditions(), RunCondition.TargetReady))
          .isEqualTo("True/Answered");
      assertThat(shown(running.getStatus().conditions(), RunCondition.Finished))
          .startsWith("Unknown");
      cluster.ended(job, 0, "Completed", Outputs.measured(), true);
      LoadTestRunStatus status = cluster.awaitFinished().getStatus();
      assertThat(status.phase()).isEqualTo("Completed");
      assertThat(status.verdict()).isEqualTo("Pass");
      assertThat(status.conditions())
          .allSatisfy(condition -> assertThat(condition.getStatus()).isEqualTo("True"));
      assertThat(status.summary().ttftP95()).isEqualTo("204ms");
      assertThat(status.stages()).hasSize(1);
      assertThat(status.target().engine()).isEqualTo("vLLM");
      assertThat(status.failure()).isNull();
      LoadTest test = cluster.awaitTest("chat", is -> is.getStatus().lastRun() != null);
      assertThat(test.getStatus().lastRun().name()).isEqualTo(run);
      assertThat(test.getStatus().lastRun().ttft()).isEqualTo("204ms");
      assertThat(test.getStatus().lastSuccessfulTime()).isNotNull();
      assertThat(test.getStatus().active()).isNull();
      assertThat(shown(test.getStatus().conditions(), TestCondition.Healthy))
          .isEqualTo("True/Passing");
      await()
          .atMost(LocalCluster.LIMIT)
          .untilAsserted(() -> assertThat(cluster.names("batch/v1", "Job")).isEmpty());
      assertThat(cluster.jobsMade()).isEqualTo(1);
      assertThat(cluster.finished).isEqualTo(Map.of("Pass", 1L));
      assertThat(cluster.events("LoadTest")).containsExactly("RunCreated");
      assertThat(cluster.events("LoadTestRun")).contains("RunFinished");
    }
  }

  @Test
  void aLimitThatIsReachedBeforeTheFirstRequestFailsTheRunWithoutAVerdict() {
    try (LocalCluster cluster = LocalCluster.started()) {
      String run = cluster.startRun("limits: {runnerPodTime: 2m}");
      cluster.pod(run + "-a1");
      cluster.ended(run + "-a1", 0, "Completed", Outputs.outOfTime(), false);
      LoadTestRunStatus status = cluster.awaitFinished().getStatus();
      assertThat(status.phase()).isEqualTo("Failed");
      assertThat(status.verdict()).isEqualTo("None");
      assertThat(status.failure().reason()).isEqualTo("LimitReached");
      assertThat(status.failure().message())
          .isEqualTo(
              "limits.runnerPodTime was reached before the load: the runner had to wait too long"
                  + " for the target");
      assertThat(cluster.jobsMade()).isEqualTo(1);
    }
  }

  @Test
  void triesAgainWhatFailedBeforeTheFirstRequestAndNothingElse() {
    try (LocalCluster cluster = LocalCluster.started()) {
      String run = cluster.startRun("lifecycle: {maxStartAttempts: 2}");
      cluster.pod(run + "-a1");
      cluster.ended(run + "-a1", 75, "Error", "no route yet", false);
      cluster.awaitRun(is -> is.getStatus().attempts().getFirst().outcome() != null);
      cluster.pass(Duration.ofSeconds(11));
      cluster.sendLoad(run + "-a2");
      cluster.ended(run + "-a2", 137, "Error", "", true);
      LoadTestRunStatus status = cluster.awaitFinished().getStatus();
      assertThat(status.verdict()).isEqualTo("Invalid");
      assertThat(status.failure().reason()).isEqualTo("RunnerLost");
      assertThat(status.failure().exitCode()).isEqualTo(137);
      assertThat(status.attempts())
          .extracting(AttemptStatus::outcome)
          .containsExactly("RunnerDisrupted", "RunnerLost");
      assertThat(cluster.jobsMade()).isEqualTo(2);
    }
  }

  @Test
  void saysBetweenTwoAttemptsWhatIsWrongWithTheTarget() {
    try (LocalCluster cluster = LocalCluster.started()) {
      String run = cluster.startRun("");
      cluster.pod(run + "-a1");
      String silent = Outputs.unusable("TargetNotFound", "the host name is unknown");
      cluster.ended(run + "-a1", 69, "Error", silent, false);
      LoadTestRunStatus status = cluster.awaitStatus("the next one follows at").getStatus();
      assertThat(status.phase()).isEqualTo("Waiting");
      assertThat(shown(status.conditions(), RunCondition.TargetReady))
          .isEqualTo("False/TargetNotFound");
      assertThat(shown(status.conditions(), RunCondition.RunnersReady))
          .isEqualTo("Unknown/Starting");
      assertThat(status.attempts())
          .singleElement()
          .satisfies(
              attempt -> assertThat(attempt.message()).isEqualTo("the host name is unknown"));
      assertThat(cluster.names("batch/v1", "Job")).isEmpty();
      cluster.pass(Duration.ofSeconds(11));
      cluster.sendLoad(run + "-a2");
      assertThat(shown(cluster.run().getStatus().conditions(), RunCondition.TargetReady))
          .isEqualTo("True/Answered");
    }
  }

  @Test
  void saysAfterTheStartupDeadlineWhatTheAttemptsBeforeEndedWith() {
    try (LocalCluster cluster = LocalCluster.started()) {
      String run = cluster.startRun("");
      cluster.pod(run + "-a1");
      String silent = Outputs.unusable("TargetUnreachable", "port 1 refused the connection");
      cluster.ended(run + "-a1", 69, "Error", silent, false);
      cluster.awaitStatus("the next one follows at");
      cluster.pass(Duration.ofSeconds(11));
      cluster.pod(run + "-a2");
      cluster.awaitRun(is -> is.getStatus().phase().equals("Starting"));
      cluster.pass(Duration.ofMinutes(15));
      cluster.letGo(run + "-a2");
      LoadTestRunStatus status = cluster.awaitFinished().getStatus();
      assertThat(status.verdict()).isEqualTo("None");
      assertThat(status.failure().reason()).isEqualTo("TargetUnreachable");
      assertThat(status.failure().message())
          .isEqualTo(
              "port 1 refused the connection (the startup deadline of 15m exceeded after 2"
                  + " attempts)");
      assertThat(shown(status.conditions(), RunCondition.TargetReady))
          .isEqualTo("False/TargetUnreachable");
    }
  }

  @Test
  void countsLoadThatNoProbeHadSeenAtTheStartupDeadline() {
    try (LocalCluster cluster = LocalCluster.started()) {
      String run = cluster.startRun("");
      String job = run + "-a1";
      cluster.pod(job);
      cluster.awaitRun(is -> is.getStatus().phase().equals("Starting"));
      cluster.pass(Duration.ofMinutes(16));
      cluster.awaitPodDeletion(job);
      cluster.ended(job, 143, "Error", Outputs.stopped(), false);
      LoadTestRunStatus status = cluster.awaitFinished().getStatus();
      assertThat(status.verdict()).isEqualTo("Invalid");
      assertThat(status.verdictReason()).isEqualTo("StartupDeadlineExceeded");
      assertThat(status.failure().message()).contains("had just begun to send load");
      assertThat(status.stages().getFirst().requests().sent()).isEqualTo(300);
      assertThat(shown(status.conditions(), RunCondition.MeasurementValid))
          .isEqualTo("False/StartupDeadlineExceeded");
      await()
          .atMost(LocalCluster.LIMIT)
          .untilAsserted(() -> assertThat(cluster.finished).isEqualTo(Map.of("Invalid", 1L)));
      assertThat(cluster.jobsMade()).isEqualTo(1);
    }
  }

  private static void stop(LocalCluster cluster, String run) {
    cluster.changeRun(
        run,
        object -> {
          object.withObject("/spec").put("desiredState", "Stopped");
          return object;
        });
  }

  @Test
  void stopsWhenToldAndKeepsWhatWasMeasuredUntilThen() {
    try (LocalCluster cluster = LocalCluster.started()) {
      String run = cluster.startRun("");
      String job = run + "-a1";
      cluster.sendLoad(job);
      stop(cluster, run);
      cluster.awaitPodDeletion(job);
      assertThat(cluster.run().getStatus().completionTime()).isNull();
      cluster.ended(job, 143, "Error", Outputs.stopped(), true);
      LoadTestRunStatus status = cluster.awaitFinished().getStatus();
      assertThat(status.phase()).isEqualTo("Stopped");
      assertThat(status.verdict()).isEqualTo("Invalid");
      assertThat(status.verdictReason()).isEqualTo("Stopped");
      assertThat(status.stages().getFirst().requests().sent()).isEqualTo(300);
    }
  }

  @Test
  void aRunThatIsStoppedBeforeItsLoadSaysWhatItWaitedFor() {
    try (LocalCluster cluster = LocalCluster.started()) {
      cluster.createTest("chat", "");
      String run =
          cluster.awaitRun(is -> is.getStatus().attempts() != null).getMetadata().getName();
      String job = run + "-a1";
      cluster.pod(job);
      stop(cluster, run);
      cluster.awaitPodDeletion(job);
      String words = "The run was stopped before it sent load. It waited for the target: refused.";
      cluster.ended(job, 143, "Error", Outputs.ended(Outcome.STOPPED, words), false);
      LoadTestRunStatus status = cluster.awaitFinished().getStatus();
      assertThat(status.phase()).isEqualTo("Stopped");
      assertThat(status.verdict()).isEqualTo("Invalid");
      assertThat(status.failure())
          .isEqualTo(new LoadTestRunStatus.FailureStatus("Stopped", words, null, null));
      assertThat(status.conditions())
          .filteredOn(condition -> condition.getType().equals("Succeeded"))
          .singleElement()
          .satisfies(condition -> assertThat(condition.getMessage()).isEqualTo(words));
    }
  }

  @Test
  void doesNotRepeatARunWhoseJobWasDeleted() {
    try (LocalCluster cluster = LocalCluster.started()) {
      String run = cluster.startRun("");
      cluster.sendLoad(run + "-a1");
      cluster.deleteJob(run + "-a1");
      cluster.letGo(run + "-a1");
      LoadTestRunStatus status = cluster.awaitFinished().getStatus();
      assertThat(status.failure().reason()).isEqualTo("RunnerJobDeleted");
      assertThat(status.verdict()).isEqualTo("Invalid");
      assertThat(cluster.jobsMade()).isEqualTo(1);
    }
  }

  @Test
  void leavesAJobOfItsNameAloneThatIsNotItsOwn() {
    try (LocalCluster cluster = new LocalCluster()) {
      cluster.createTest("chat", "runNow: {token: first}");
      cluster.create(
          """
          apiVersion: batch/v1
          kind: Job
          metadata: {name: chat-a7937b64-a1}
          spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}
          """);
      cluster.startOperator();
      LoadTestRunStatus status = cluster.awaitFinished().getStatus();
      assertThat(status.failure().reason()).isEqualTo("JobNameTaken");
      assertThat(status.failure().message()).contains("chat-a7937b64-a1");
      assertThat(cluster.names("batch/v1", "Job")).containsExactly("chat-a7937b64-a1");
    }
  }

  @Test
  void sendsNoLoadBesideARunnerThatAnEarlierRunOfItsNameHasLeft() {
    try (LocalCluster cluster = LocalCluster.started()) {
      String run = cluster.startRun("runNow: {token: first}");
      String job = run + "-a1";
      cluster.sendLoad(job);
      cluster.deleteTest("chat");
      cluster.awaitPodDeletion(job);
      await()
          .atMost(LocalCluster.LIMIT)
          .untilAsserted(() -> assertThat(cluster.names("batch/v1", "Job")).isEmpty());
      cluster.createTest("chat", "runNow: {token: first}");
      cluster.awaitStatus("waits until pod " + job + "-0-abcde of an earlier run of this name");
      assertThat(cluster.jobsMade()).isEqualTo(1);
      cluster.removePod(job);
      cluster.sendLoad(job);
      assertThat(cluster.run().getStatus().attempts()).hasSize(1);
      assertThat(cluster.jobsMade()).isEqualTo(2);
    }
  }

  @Test
  void doesNotWaitForThePodsOfAJobThatTookItsName() {
    try (LocalCluster cluster = LocalCluster.started()) {
      String run = cluster.startRun("");
      String job = run + "-a1";
      cluster.sendLoad(job);
      cluster.stopOperator();
      cluster.deleteJob(job);
      cluster.removePod(job);
      cluster.create(
          """
          apiVersion: batch/v1
          kind: Job
          metadata: {name: %s, labels: {loadline.dev/run: %s}}
          spec:
            template:
              metadata: {labels: {loadline.dev/run: %s}}
              spec: {restartPolicy: Never, containers: [{name: runner, image: b}]}
          """
              .formatted(job, run, run));
      String pod = cluster.pod(job);
      cluster.ready(job);
      cluster.startOperator();
      LoadTestRunStatus status = cluster.awaitFinished().getStatus();
      assertThat(status.failure().reason()).isEqualTo("JobNameTaken");
      assertThat(status.verdict()).isEqualTo("Invalid");
      assertThat(cluster.names("batch/v1", "Job")).containsExactly(job);
      assertThat(cluster.names("v1", "Pod")).containsExactly(pod);
    }
  }

  @Test
  void goesWithItsTestDownToThePods() {
    try (LocalCluster cluster = LocalCluster.started()) {
      String run = cluster.startRun("");
      cluster.sendLoad(run + "-a1");
      cluster.deleteTest("chat");
      cluster.awaitPodDeletion(run + "-a1");
      assertThat(cluster.runs()).isEqualTo(List.of());
    }
  }
}
