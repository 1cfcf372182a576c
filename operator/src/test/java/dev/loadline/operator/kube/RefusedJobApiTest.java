package dev.loadline.operator.kube;

import static dev.loadline.operator.kube.LocalCluster.shown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.local.apiserver.Faults;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs whose Job the API server does not take, and runs that this operator would not take. */
class RefusedJobApiTest {
  private static final int ALWAYS = 9999;

  private static boolean makesJob(Faults.Call call) {
    return call.verb().equals("create") && call.resource().equals("jobs");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 422})
  void failsAtOnceWhereTheJobIsInvalid(int code) {
    try (LocalCluster cluster = new LocalCluster()) {
      cluster.server.faults().answer(RefusedJobApiTest::makesJob, ALWAYS, code);
      cluster.createTest("chat", "");
      cluster.startOperator();
      LoadTestRunStatus status = cluster.awaitFinished().getStatus();
      assertThat(status.failure().reason()).isEqualTo("InvalidSpec");
      assertThat(status.failure().message()).contains("injected by a test");
      assertThat(shown(status.conditions(), RunCondition.Admitted)).isEqualTo("False/InvalidSpec");
      assertThat(status.startTime()).isNotNull();
      assertThat(status.verdict()).isEqualTo("None");
    }
  }

  @Test
  void waitsForTheRightToMakeAJobUntilTheStartupDeadline() {
    try (LocalCluster cluster = new LocalCluster()) {
      cluster.server.faults().answer(RefusedJobApiTest::makesJob, ALWAYS, 403);
      cluster.createTest("chat", "");
      cluster.startOperator();
      LoadTestRunStatus waiting =
          cluster.awaitRun(is -> is.getStatus().phase().equals("Waiting")).getStatus();
      assertThat(shown(waiting.conditions(), RunCondition.RunnersReady))
          .isEqualTo("False/PodsNotCreated");
      assertThat(LocalCluster.condition(waiting.conditions(), "RunnersReady").getMessage())
          .contains("injected by a test", "deadline");
      assertThat(shown(waiting.conditions(), RunCondition.Admitted)).isEqualTo("True/Admitted");
      cluster.pass(Duration.ofMinutes(16));
      LoadTestRunStatus status = cluster.awaitFinished().getStatus();
      assertThat(status.failure().reason()).isEqualTo("PodsNotCreated");
      assertThat(status.failure().message()).contains("injected by a test");
      assertThat(cluster.events("LoadTestRun")).contains("PodsNotCreated");
    }
  }

  @Test
  void makesTheJobOnceItIsAllowed() {
    try (LocalCluster cluster = new LocalCluster()) {
      cluster.server.faults().answer(RefusedJobApiTest::makesJob, ALWAYS, 403);
      cluster.createTest("chat", "");
      cluster.startOperator();
      cluster.awaitRun(is -> is.getStatus().phase().equals("Waiting"));
      cluster.server.faults().clear();
      cluster.pass(Duration.ofSeconds(31));
      cluster.awaitRun(is -> is.getStatus().attempts() != null);
      assertThat(cluster.names("batch/v1", "Job")).hasSize(1);
    }
  }

  @Test
  void recordsTheStartBeforeItMakesTheJob() {
    try (LocalCluster cluster = LocalCluster.started()) {
      cluster.startRun("");
      List<Faults.Call> calls = cluster.server.faults().calls();
      Faults.Call job =
          calls.stream().filter(RefusedJobApiTest::makesJob).findFirst().orElseThrow();
      assertThat(calls.subList(0, calls.indexOf(job)))
          .anyMatch(call ->
              call.resource().equals("loadtestruns") && call.subresource().equals("status"));
    }
  }

  @Test
  void saysSoWhenTheServerKeepsFailingAndTakesItBack() {
    try (LocalCluster cluster = new LocalCluster()) {
      cluster.server.faults().answer(RefusedJobApiTest::makesJob, 4, 500);
      cluster.createTest("chat", "");
      cluster.startOperator();
      LoadTestRunStatus failing =
          cluster
              .awaitRun(is ->
                  shown(is.getStatus().conditions(), RunCondition.Finished)
                      .equals("Unknown/ReconcileError"))
              .getStatus();
      assertThat(LocalCluster.condition(failing.conditions(), "Finished").getMessage())
          .isEqualTo("tried again every 30 s: injected by a test");
      LoadTestRunStatus status =
          cluster.awaitRun(is -> is.getStatus().attempts() != null).getStatus();
      assertThat(shown(status.conditions(), RunCondition.Finished)).isEqualTo("Unknown/Pending");
    }
  }

  @Test
  void waitsForTheJobOfAnEarlierRunOfItsNameUntilTheStartupDeadline() {
    try (LocalCluster cluster = new LocalCluster()) {
      cluster.createTest("chat", "runNow: {token: first}");
      cluster.create(
          """
          apiVersion: batch/v1
          kind: Job
          metadata:
            name: chat-a7937b64-a1
            finalizers: [example.com/never-gone]
            ownerReferences: [{apiVersion: loadline.dev/v1alpha1, kind: LoadTestRun, name: chat-a7937b64, uid: gone}]
          spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}
          """);
      cluster.startOperator();
      LoadTestRunStatus waiting =
          cluster.awaitRun(is -> is.getStatus().phase().equals("Waiting")).getStatus();
      assertThat(LocalCluster.condition(waiting.conditions(), "RunnersReady").getMessage())
          .contains("Job chat-a7937b64-a1 of an earlier run", "deadline");
      cluster.pass(Duration.ofMinutes(16));
      LoadTestRunStatus status = cluster.awaitFinished().getStatus();
      assertThat(status.failure().reason()).isEqualTo("JobNameTaken");
      assertThat(status.failure().message()).contains("startup deadline of 15m");
      assertThat(status.verdict()).isEqualTo("None");
      assertThat(cluster.names("batch/v1", "Job")).containsExactly("chat-a7937b64-a1");
    }
  }

  /** As after an upgrade to an operator that is stricter than the one that began the run. */
  @Test
  void watchesARunnerToItsEndWhoseObjectivesCannotBeUsedAnyMore() {
    try (LocalCluster cluster = new LocalCluster()) {
      begun(cluster, "objectives: [{name: errors, metric: errorRate, max: \"101%\"}]");
      cluster.startOperator();
      cluster.sendLoad("old-a1");
      cluster.pass(Duration.ofMinutes(90));
      assertThat(cluster.run().getStatus().verdict()).isNull();
      cluster.ended("old-a1", 0, "Completed", Outputs.measured(), true);
      LoadTestRunStatus status = cluster.awaitFinished().getStatus();
      assertThat(status.verdict()).isEqualTo("Invalid");
      assertThat(status.failure().reason()).isEqualTo("InvalidSpec");
      assertThat(status.failure().message())
          .contains("all stages ran", "figures are in the status", "101%");
      assertThat(status.stages().getFirst().requests().completed()).isEqualTo(300);
      assertThat(status.objectives()).isEmpty();
      assertThat(status.attempts()).hasSize(1);
    }
  }

  @Test
  void judgesARunWhoseLoadAndObjectivesCanStillBeUsedAndSaysSo() {
    try (LocalCluster cluster = new LocalCluster()) {
      begun(
          cluster,
          "timeZone: Mars/Base",
          "objectives: [{name: errors, metric: errorRate, max: \"1%\"}]");
      cluster.startOperator();
      cluster.sendLoad("old-a1");
      cluster.ended("old-a1", 0, "Completed", Outputs.measured(), true);
      LoadTestRunStatus status = cluster.awaitFinished().getStatus();
      assertThat(status.verdict()).isEqualTo("Pass");
      assertThat(status.phase()).isEqualTo("Completed");
      assertThat(LocalCluster.condition(status.conditions(), "ResultsCollected").getMessage())
          .contains("would not start it: spec.timeZone: 'Mars/Base' is not a time zone");
    }
  }

  private static void begun(LocalCluster cluster, String... more) {
    cluster.create(
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTestRun
        metadata: {name: old, namespace: default}
        spec:
          test:
            target: {url: "http://127.0.0.1:8000/v1"}
            workload: {synthetic: {inputTokens: 128, outputTokens: 32}}
            load: {stages: [{name: steady, users: 4, duration: 1m}]}
        %s\
        """
            .formatted(String.join("\n", more).indent(4)));
    String uid = cluster.run().getMetadata().getUid();
    cluster.create(
        """
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: old-a1
          labels: {loadline.dev/run: old}
          ownerReferences: [{apiVersion: loadline.dev/v1alpha1, kind: LoadTestRun, name: old, uid: %s}]
        spec:
          activeDeadlineSeconds: 7200
          template:
            metadata: {labels: {loadline.dev/run: old}}
            spec: {restartPolicy: Never, containers: [{name: runner, image: b}]}
        """
            .formatted(uid));
    String job = cluster.list("batch/v1", "Job").getFirst().path("metadata").path("uid").asText();
    String now = cluster.clock.instant().toString();
    cluster.changeRunStatus(
        "old",
        run -> {
          run.withObject("/status").put("startTime", now).put("phase", "Starting");
          run.withObject("/status")
              .putArray("attempts")
              .addObject()
              .put("number", 1)
              .put("job", "old-a1")
              .put("jobUid", job)
              .put("startTime", now);
          return run;
        });
  }
}
