package dev.loadline.operator.kube;

import static dev.loadline.operator.kube.LocalCluster.shown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.runner.contract.RunResult.Outcome;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The failure table's rows that need no kubelet: what is seen, what it leads to. */
class FailureRowsApiTest {

  /**
   * A row.
   *
   * @param attempts how many Jobs are made, at most 2
   * @param seen what is done to the pod of each attempt
   * @param says what the message contains
   */
  record Row(
      String name,
      int attempts,
      BiConsumer<LocalCluster, String> seen,
      String reason,
      String verdict,
      String says) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> rows() {
    return Stream.of(
        new Row(
            "bad configuration",
            1,
            (cluster, job) ->
                cluster.ended(
                    job, 64, "Error", Outputs.ended(Outcome.BAD_CONFIGURATION, "no stages"), false),
            "InvalidSpec",
            "None",
            "no stages"),
        new Row(
            "unauthorized",
            1,
            (cluster, job) ->
                cluster.ended(
                    job, 77, "Error", Outputs.ended(Outcome.UNAUTHORIZED, "HTTP 401"), false),
            "Unauthorized",
            "None",
            "HTTP 401"),
        new Row(
            "target unreachable",
            2,
            (cluster, job) ->
                cluster.ended(
                    job,
                    69,
                    "Error",
                    Outputs.ended(Outcome.TARGET_UNREACHABLE, "connection refused"),
                    false),
            "TargetUnreachable",
            "None",
            "connection refused"),
        new Row(
            "model not served",
            1,
            (cluster, job) ->
                cluster.ended(
                    job, 69, "Error", Outputs.unusable("ModelNotServed", "it serves other"), false),
            "ModelNotServed",
            "None",
            "it serves other"),
        new Row(
            "out of memory before load",
            1,
            (cluster, job) -> cluster.ended(job, 137, "OOMKilled", "", false),
            "RunnerOutOfMemory",
            "None",
            "limits.memory"),
        new Row(
            "out of memory during load",
            1,
            (cluster, job) -> cluster.ended(job, 137, "OOMKilled", "", true),
            "RunnerLost",
            "Invalid",
            "limits.memory"),
        new Row(
            "no result",
            1,
            (cluster, job) -> cluster.ended(job, 0, "Completed", "", true),
            "ResultMissing",
            "Invalid",
            "no result"),
        new Row(
            "corrupt result",
            1,
            (cluster, job) ->
                cluster.ended(
                    job,
                    0,
                    "Completed",
                    Outputs.measured().substring(0, Outputs.measured().length() - 9),
                    true),
            "ResultCorrupt",
            "Invalid",
            "cannot be read"),
        new Row(
            "image pull fails",
            1,
            (cluster, job) -> {
              cluster.waiting(job, "ImagePullBackOff", "no such image");
              cluster.awaitRun(run -> run.getStatus().toString().contains("ImagePullFailed"));
              cluster.pass(Duration.ofSeconds(121));
              cluster.awaitPodDeletion(job);
              cluster.removePod(job);
            },
            "ImagePullFailed",
            "None",
            "no such image"),
        new Row(
            "image name invalid",
            1,
            (cluster, job) -> {
              cluster.waiting(job, "InvalidImageName", "UPPER");
              cluster.awaitPodDeletion(job);
              cluster.removePod(job);
            },
            "ImagePullFailed",
            "None",
            "UPPER"),
        new Row(
            "secret missing",
            1,
            (cluster, job) -> {
              cluster.waiting(job, "CreateContainerConfigError", "secret \"key\" not found");
              cluster.awaitRun(run -> run.getStatus().toString().contains("ConfigError"));
              cluster.pass(Duration.ofSeconds(61));
              cluster.awaitPodDeletion(job);
              cluster.removePod(job);
            },
            "ConfigError",
            "None",
            "secret \"key\" not found"),
        new Row(
            "claim missing",
            1,
            (cluster, job) -> {
              cluster.unschedulable(
                  job, "0/3 nodes are available: persistentvolumeclaim \"prompts\" not found.");
              cluster.awaitRun(run -> run.getStatus().toString().contains("ConfigError"));
              cluster.pass(Duration.ofSeconds(61));
              cluster.awaitPodDeletion(job);
              cluster.removePod(job);
            },
            "ConfigError",
            "None",
            "persistentvolumeclaim \"prompts\" not found"),
        new Row(
            "unschedulable",
            1,
            (cluster, job) -> {
              cluster.unschedulable(job, "0/3 nodes are available");
              cluster.awaitRun(run -> run.getStatus().toString().contains("Unschedulable"));
              cluster.pass(Duration.ofMinutes(16));
              cluster.awaitPodDeletion(job);
              cluster.removePod(job);
            },
            "Unschedulable",
            "None",
            "0/3 nodes are available"),
        new Row(
            "active deadline",
            1,
            (cluster, job) -> {
              cluster.ready(job);
              cluster.awaitRun(run -> run.getStatus().phase().equals("Running"));
              cluster.pass(Duration.ofMinutes(31));
              cluster.awaitPodDeletion(job);
              cluster.ended(job, 143, "Error", Outputs.stopped(), true);
              cluster.awaitRun(run -> run.getStatus().stages() != null);
            },
            "ActiveDeadlineExceeded",
            "Invalid",
            "active deadline"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void endsAsTheTableSays(Row row) {
    try (LocalCluster cluster = LocalCluster.started()) {
      cluster.createTest("chat", "lifecycle: {maxStartAttempts: 2, activeDeadline: 30m}");
      String run =
          cluster.awaitRun(is -> is.getStatus().attempts() != null).getMetadata().getName();
      for (int attempt = 1; attempt <= row.attempts(); attempt++) {
        cluster.pod(run + "-a" + attempt);
        row.seen().accept(cluster, run + "-a" + attempt);
        if (attempt < row.attempts()) {
          cluster.awaitRun(is -> is.getStatus().phase().equals("Waiting"));
          cluster.pass(Duration.ofSeconds(11));
        }
      }
      LoadTestRunStatus status = cluster.awaitFinished().getStatus();
      assertThat(status.failure().reason()).isEqualTo(row.reason());
      assertThat(status.failure().message()).contains(row.says());
      assertThat(status.verdict()).isEqualTo(row.verdict());
      assertThat(status.verdictReason()).isEqualTo(row.reason());
      assertThat(status.phase()).isEqualTo("Failed");
      assertThat(shown(status.conditions(), RunCondition.RunnersReady))
          .isEqualTo("False/" + row.reason());
      assertThat(status.runners().ready()).isZero();
      assertThat(status.attempts()).hasSize(row.attempts());
      assertThat(cluster.jobsMade()).isEqualTo(row.attempts());
      assertThat(cluster.events("LoadTestRun")).contains(row.reason());
    }
  }

  @ParameterizedTest
  @MethodSource("denials")
  void waitsForAQuotaButNotForAPodThatMayNeverBe(String event, boolean hopeless) {
    try (LocalCluster cluster = LocalCluster.started()) {
      cluster.createTest("chat", "");
      String run =
          cluster.awaitRun(is -> is.getStatus().attempts() != null).getMetadata().getName();
      cluster.create(
          """
          apiVersion: v1
          kind: Event
          metadata: {name: denied}
          involvedObject: {kind: Job, name: %s-a1, uid: %s}
          reason: FailedCreate
          type: Warning
          message: '%s'
          lastTimestamp: "2026-11-24T02:00:00Z"
          """
              .formatted(run, cluster.run().getStatus().attempts().getFirst().jobUid(), event));
      cluster.pass(Duration.ofSeconds(31));
      if (!hopeless) {
        cluster.awaitRun(is -> is.getStatus().toString().contains("exceeded quota"));
        assertThat(cluster.run().getStatus().phase()).isEqualTo("Waiting");
        cluster.pass(Duration.ofMinutes(15));
      }
      LoadTestRunStatus status = cluster.awaitFinished().getStatus();
      assertThat(status.failure().reason()).isEqualTo("PodsNotCreated");
      assertThat(status.failure().message()).contains(event);
      assertThat(status.verdict()).isEqualTo("None");
    }
  }

  static Stream<Arguments> denials() {
    return Stream.of(
        Arguments.of("pods \"x\" is forbidden: exceeded quota: q, requested: pods=1", false),
        Arguments.of("pods \"x\" is forbidden: violates PodSecurity \"restricted:latest\"", true));
  }
}
