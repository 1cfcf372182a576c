package dev.loadline.operator.kube;

import static dev.loadline.operator.kube.LocalCluster.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.runner.contract.RunResult.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The failure table's rows that need no kubelet: what is seen, what it leads to. */
class FailureRowsApiTest {

  /** What is done to the pod of each attempt, whose Job is named. */
  private interface Seen {
    void in(LocalCluster cluster, String job);
  }

  /**
   * A row.
   *
   * @param attempts how many Jobs are made, at most 2
   * @param says what the message contains
   */
  record Row(String name, int attempts, Seen seen, String reason, String verdict, String says) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Exit code of the last pod, where it ended by itself. */
  private static final Map<String, Integer> EXIT_CODES =
      Map.ofEntries(
          Map.entry("bad configuration", 64),
          Map.entry("unauthorized", 77),
          Map.entry("target unreachable", 69),
          Map.entry("model not served", 69),
          Map.entry("temporary", 75),
          Map.entry("too late", 76),
          Map.entry("crash before load", 1),
          Map.entry("crash during load", 3),
          Map.entry("out of memory before load", 137),
          Map.entry("out of memory during load", 137),
          Map.entry("no result", 0),
          Map.entry("corrupt result", 0));

  private static Row row(String name, Seen seen, String reason, String verdict, String says) {
    return new Row(name, 1, seen, reason, verdict, says);
  }

  /** The container ends before any load. */
  private static Seen early(int code, String reason, String output) {
    return (cluster, job) -> cluster.ended(job, code, reason, output, false);
  }

  /** It ends after it has sent load. */
  private static Seen late(int code, String reason, String output) {
    return (cluster, job) -> cluster.ended(job, code, reason, output, true);
  }

  /** The pod waits for something, the operator says so and, after this time, gives it up. */
  private static Seen waits(Seen what, String reason, Duration patience) {
    return (cluster, job) -> {
      what.in(cluster, job);
      cluster.awaitStatus(reason);
      cluster.pass(patience);
      cluster.letGo(job);
    };
  }

  private static Seen waiting(String reason, String message) {
    return (cluster, job) -> cluster.waiting(job, reason, message);
  }

  private static Seen unschedulable(String message) {
    return (cluster, job) -> cluster.unschedulable(job, message);
  }

  static Stream<Row> rows() {
    return Stream.concat(ends(), waits());
  }

  private static Stream<Row> ends() {
    String refused = Outputs.ended(Outcome.TARGET_UNREACHABLE, "connection refused");
    String cut = Outputs.measured().substring(0, Outputs.measured().length() - 9);
    return Stream.of(
        row(
            "bad configuration",
            early(64, "Error", Outputs.ended(Outcome.BAD_CONFIGURATION, "no stages")),
            "InvalidSpec",
            "None",
            "no stages"),
        row(
            "unauthorized",
            early(77, "Error", Outputs.ended(Outcome.UNAUTHORIZED, "HTTP 401")),
            "Unauthorized",
            "None",
            "HTTP 401"),
        new Row(
            "target unreachable",
            2,
            early(69, "Error", refused),
            "TargetUnreachable",
            "None",
            "connection refused"),
        row(
            "model not served",
            early(69, "Error", Outputs.unusable("ModelNotServed", "it serves other")),
            "ModelNotServed",
            "None",
            "it serves other"),
        new Row(
            "temporary",
            2,
            early(75, "Error", "no route yet"),
            "RunnerDisrupted",
            "None",
            "no route yet (exit code 75) (attempt 2 of 2)"),
        new Row("too late", 2, early(76, "Error", ""), "RunnerDisrupted", "None", "exit code 76"),
        new Row(
            "crash before load",
            2,
            early(1, "Error", "Error: Could not create the JVM."),
            "CrashedBeforeLoad",
            "None",
            "exit code 1: Error: Could not create the JVM. (attempt 2 of 2)"),
        row(
            "crash during load",
            late(3, "Error", "Terminating due to java.lang.OutOfMemoryError"),
            "RunnerLost",
            "Invalid",
            "exit code 3: Terminating due to java.lang.OutOfMemoryError; it had sent load"),
        row(
            "out of memory before load",
            early(137, "OOMKilled", ""),
            "RunnerOutOfMemory",
            "None",
            "limits.memory"),
        row(
            "out of memory during load",
            late(137, "OOMKilled", ""),
            "RunnerLost",
            "Invalid",
            "limits.memory"),
        row("no result", late(0, "Completed", ""), "ResultMissing", "Invalid", "no result"),
        row(
            "corrupt result",
            late(0, "Completed", cut),
            "ResultCorrupt",
            "Invalid",
            "cannot be read"));
  }

  private static Stream<Row> waits() {
    String claim = "persistentvolumeclaim \"prompts\" not found";
    return Stream.of(
        row(
            "image pull fails",
            waits(
                waiting("ImagePullBackOff", "no such image"),
                "ImagePullFailed",
                Duration.ofSeconds(121)),
            "ImagePullFailed",
            "None",
            "no such image"),
        row(
            "image name invalid",
            (cluster, job) -> {
              cluster.waiting(job, "InvalidImageName", "UPPER");
              cluster.letGo(job);
            },
            "ImagePullFailed",
            "None",
            "UPPER"),
        row(
            "secret missing",
            waits(
                waiting("CreateContainerConfigError", "secret \"key\" not found"),
                "ConfigError",
                Duration.ofSeconds(61)),
            "ConfigError",
            "None",
            "secret \"key\" not found"),
        row(
            "claim missing",
            waits(
                unschedulable("0/3 nodes are available: " + claim + "."),
                "ConfigError",
                Duration.ofSeconds(61)),
            "ConfigError",
            "None",
            claim),
        row(
            "unschedulable",
            waits(
                unschedulable("0/3 nodes are available"), "Unschedulable", Duration.ofMinutes(16)),
            "Unschedulable",
            "None",
            "0/3 nodes are available"),
        row(
            "active deadline",
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
      String run =
          cluster.startRun(
              "lifecycle: {maxStartAttempts: 2, activeDeadline: 30m, podRetention: Never}");
      for (int attempt = 1; attempt <= row.attempts(); attempt++) {
        cluster.pod(run + "-a" + attempt);
        row.seen().in(cluster, run + "-a" + attempt);
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
      assertThat(status.attempts().getLast().outcome()).isEqualTo(row.reason());
      assertThat(status.attempts()).allSatisfy(is -> assertThat(is.endTime()).isNotNull());
      assertThat(status.failure().exitCode()).isEqualTo(EXIT_CODES.get(row.name()));
      assertThat(status.failure().pod() != null || status.failure().exitCode() == null).isTrue();
      assertThat(cluster.events("LoadTestRun")).contains(row.reason(), "RunFinished");
      await("nothing is left")
          .atMost(LocalCluster.LIMIT)
          .untilAsserted(() -> {
            assertThat(cluster.names("batch/v1", "Job")).isEmpty();
            assertThat(cluster.names("v1", "Pod")).isEmpty();
          });
    }
  }

  @ParameterizedTest
  @MethodSource("denials")
  void waitsForAQuotaButNotForAPodThatMayNeverBe(String event, boolean hopeless) {
    try (LocalCluster cluster = LocalCluster.started()) {
      String run = cluster.startRun("");
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
        cluster.awaitStatus("exceeded quota");
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
