package dev.loadline.operator.kube;

import static dev.loadline.operator.kube.LocalCluster.condition;
import static dev.loadline.operator.kube.LocalCluster.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/**
 * Objects that an earlier, looser schema let in: none of them keeps the operator from the others.
 */
class StoredObjectsApiTest {
  private static final Duration PASS = Duration.ofMinutes(2);

  @Test
  void anUnreadableTestSaysSoAndTheOthersRun() {
    try (LocalCluster cluster = new LocalCluster()) {
      keepTest(cluster, "number", "failedRunsHistoryLimit: 99999999999999999999", "");
      keepTest(cluster, "type", "runner: everywhere", "");
      keepTest(cluster, "word", "concurrencyPolicy: Queue", "");
      keepTest(cluster, "unknown", "retries: {most: 3}", "");
      cluster.keep(loadTest("spec") + "spec: none\n");
      cluster.keep(loadTest("empty"));
      cluster.createTest("chat", "");
      cluster.startOperator();

      assertThat(notReady(cluster, "number"))
          .contains("spec.failedRunsHistoryLimit: is the number 99999999999999999999");
      assertThat(notReady(cluster, "type")).contains("spec.runner: is a text");
      assertThat(notReady(cluster, "word")).contains("spec.concurrencyPolicy").contains("Queue");
      assertThat(notReady(cluster, "spec")).contains("spec");
      assertThat(notReady(cluster, "empty")).contains("spec.load");
      assertThat(ready(cluster, "unknown")).isEqualTo("True/Manual");
      assertThat(ready(cluster, "chat")).isEqualTo("True/Manual");
      await()
          .atMost(LocalCluster.LIMIT)
          .untilAsserted(() ->
              assertThat(cluster.names("batch/v1", "Job"))
                  .hasSize(2)
                  .anyMatch(job -> job.startsWith("chat-"))
                  .anyMatch(job -> job.startsWith("unknown-")));
      assertThat(callsOn(cluster, "number")).as("calls for one that cannot be read").isLessThan(10);
    }
  }

  @Test
  void anObjectThatBecomesUnreadableDoesNotCutTheWatch() {
    try (LocalCluster cluster = LocalCluster.started()) {
      cluster.createTest("chat", "suspend: true");
      assertThat(ready(cluster, "chat")).isEqualTo("True/Suspended");
      keepTest(cluster, "type", "runner: everywhere", "");
      assertThat(notReady(cluster, "type")).contains("spec.runner: is a text");
      cluster.changeTest(
          "chat",
          test -> {
            test.withObject("/spec").put("suspend", false);
            return test;
          });
      cluster.awaitRun(run -> run.getStatus().attempts() != null);
      assertThat(ready(cluster, "chat")).isEqualTo("True/Manual");
    }
  }

  @Test
  void aStatusWhoseInstantsCannotBeReadIsWrittenAnew() {
    try (LocalCluster cluster = new LocalCluster()) {
      keepTest(
          cluster,
          "clock",
          "schedule: \"0 2 1 1 *\"",
          """
          status:
            observedGeneration: 1
            nextScheduleTime: "2026-01-01T00:00:00Z"
            nextScheduledMinute: at two
            scheduleInForce: "0 2 1 1 * UTC"
            scheduleInForceSince: ever
            lastScheduleTime: 5
            missedRuns: many
            lastRun: {name: gone, completionTime: yesterday, verdict: Great}
            conditions: [null, {status: "True"}, {type: Healthy, status: "Maybe", reason: NoRuns, lastTransitionTime: long ago}, {type: Active, status: "True"}, {type: Strange, status: "True", reason: Odd, lastTransitionTime: "2026-01-01T00:00:00Z"}]
          """);
      cluster.startOperator();

      LoadTest test =
          cluster.awaitTest(
              "clock",
              is -> is.getStatus().conditions().stream().anyMatch(StoredObjectsApiTest::isReady));
      assertThat(Instant.parse(test.getStatus().nextScheduleTime()))
          .isAfter(cluster.clock.instant());
      assertThat(test.getStatus().missedRuns()).isNull();
      assertThat(cluster.runs()).isEmpty();
      assertThat(cluster.events("LoadTest")).contains("StatusUnreadable");
    }
  }

  /** Whatever else can be read of a run that may have sent load: no second load. */
  @Test
  void aRunWhoseStatusCannotBeReadIsNeverRepeated() {
    try (LocalCluster cluster = new LocalCluster()) {
      keepRun(
          cluster,
          "sent",
          """
          status:
            phase: Dreaming
            startTime: "2026-99-99T00:00:00Z"
            attempts: [{number: first, job: sent-a1, jobUid: gone, loadStartTime: soon, outcome: 7}]
            conditions: [{type: RunnersReady, status: "False", reason: Odd, lastTransitionTime: never}]
          """);
      keepRun(
          cluster,
          "over",
          """
          status:
            phase: Completed
            verdict: Great
            completionTime: 17
            stages: [null, {name: a}, {name: a}, {load: {users: many}}]
            attempts: [{number: 1, job: over-a1, jobUid: gone}]
          """);
      cluster.createTest("chat", "");
      cluster.startOperator();
      await()
          .atMost(LocalCluster.LIMIT)
          .until(() ->
              cluster.names("batch/v1", "Job").stream().anyMatch(is -> is.startsWith("chat")));

      LoadTestRun sent =
          cluster.awaitRun(run ->
              run.getMetadata().getName().equals("sent")
                  && run.getStatus().failure() != null
                  && run.getStatus().phase().equals("Failed"));
      assertThat(sent.getStatus().verdict()).isEqualTo("Invalid");
      assertThat(sent.getStatus().attempts()).hasSize(1);
      cluster.pass(PASS);
      cluster.awaitTest("chat", test -> test.getStatus().observedGeneration() > 1);
      assertThat(cluster.names("batch/v1", "Job")).hasSize(1);
      assertThat(cluster.jobsMade()).isEqualTo(1);
      assertThat(cluster.events("LoadTestRun")).contains("StatusUnreadable");
    }
  }

  @Test
  void aConditionThatLacksAFieldIsCompleted() {
    try (LocalCluster cluster = new LocalCluster()) {
      keepRun(
          cluster,
          "bare",
          """
          status:
            phase: Starting
            conditions:
            - {type: RunnersReady, status: "False", reason: ImagePullFailed}
            - {type: ResultsCollected, status: "Unknown", message: 5, lastTransitionTime: 7}
          """);
      cluster.startOperator();

      LoadTestRun bare = cluster.awaitRun(run -> run.getStatus().attempts() != null);
      assertThat(bare.getStatus().conditions())
          .allSatisfy(condition -> {
            assertThat(condition.getReason()).isNotEmpty();
            assertThat(condition.getMessage()).isNotNull();
            assertThat(Instant.parse(condition.getLastTransitionTime())).isNotNull();
          });
      assertThat(cluster.messages("StatusUnreadable").toString())
          .contains("status.conditions[0].lastTransitionTime", "status.conditions[1].message");
    }
  }

  private static void keepTest(LocalCluster cluster, String name, String spec, String status) {
    cluster.keep(
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTest
        metadata: {name: %s}
        spec:
          target: {url: "http://127.0.0.1:8002/v1"}
          workload: {synthetic: {inputTokens: 128, outputTokens: 32}}
          load: {stages: [{name: steady, users: 4, duration: 1m}]}
          %s
        %s
        """
            .formatted(name, spec, status));
  }

  private static void keepRun(LocalCluster cluster, String name, String status) {
    cluster.keep(
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTestRun
        metadata: {name: %s}
        spec:
          test:
            target: {url: "http://127.0.0.1:8001/v1"}
            workload: {synthetic: {inputTokens: 128, outputTokens: 32}}
            load: {stages: [{name: steady, users: 4, duration: 1m}]}
        %s
        """
            .formatted(name, status));
  }

  private static String loadTest(String name) {
    return "apiVersion: loadline.dev/v1alpha1\nkind: LoadTest\nmetadata: {name: " + name + "}\n";
  }

  private static String notReady(LocalCluster cluster, String name) {
    LoadTest test =
        cluster.awaitTest(
            name,
            is ->
                shown(is.getStatus().conditions(), TestCondition.Ready)
                    .equals("False/InvalidSpec"));
    return condition(test.getStatus().conditions(), "Ready").getMessage();
  }

  private static String ready(LocalCluster cluster, String name) {
    return shown(
        cluster
            .awaitTest(
                name,
                is ->
                    !shown(is.getStatus().conditions(), TestCondition.Ready).startsWith("Unknown"))
            .getStatus()
            .conditions(),
        TestCondition.Ready);
  }

  private static long callsOn(LocalCluster cluster, String name) {
    return cluster.server.faults().calls().stream()
        .filter(call -> call.name().equals(name))
        .count();
  }

  private static boolean isReady(Condition condition) {
    return condition.getType().equals(TestCondition.Ready.name())
        && condition.getStatus().equals("True");
  }
}
