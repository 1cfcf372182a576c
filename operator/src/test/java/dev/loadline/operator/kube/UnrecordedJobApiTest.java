package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.api.LoadTestRunStatus.AttemptStatus;
import dev.loadline.operator.local.apiserver.Faults;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A Job was made, the operator died before it could record it, and the next one came only when a
 * deadline had passed: what the runner did meanwhile counts as if somebody had been there.
 */
class UnrecordedJobApiTest {

  /** The startup deadline is 15 minutes, the active one 17. */
  @ParameterizedTest
  @CsvSource({"16", "60"})
  void countsWhatWasMeasuredWhileNobodyWasThere(int minutes) {
    try (LocalCluster cluster = LocalCluster.started()) {
      String job = diedBeforeItRecorded(cluster, "", 1);
      cluster.pod(job);
      cluster.ready(job);
      cluster.ended(job, 0, "Completed", Outputs.measured(), true);
      isBackAfter(cluster, Duration.ofMinutes(minutes));
      LoadTestRunStatus status = cluster.awaitFinished().getStatus();
      assertThat(status.phase() + " " + status.verdict()).isEqualTo("Completed Pass");
      assertThat(status.stages()).hasSize(1);
      AttemptStatus attempt = only(status);
      assertThat(attempt.job()).isEqualTo(job);
      assertThat(attempt.outcome()).isEqualTo("Measured");
      Duration between =
          Duration.between(Instant.parse(attempt.startTime()), Instant.parse(attempt.endTime()));
      assertThat(between).isGreaterThanOrEqualTo(Duration.ofMinutes(minutes));
    }
  }

  @Test
  void goesOnWithALaterAttemptThatSendsLoadAfterTheStartupDeadline() {
    try (LocalCluster cluster = LocalCluster.started()) {
      String job = diedBeforeItRecorded(cluster, "lifecycle: {activeDeadline: 1h}", 2);
      cluster.pod(job);
      cluster.ready(job);
      isBackAfter(cluster, Duration.ofMinutes(20));
      LoadTestRunStatus running =
          cluster.awaitRun(run -> !run.getStatus().phase().equals("Waiting")).getStatus();
      assertThat(running.phase()).isEqualTo("Running");
      assertThat(running.attempts())
          .satisfiesExactly(
              first -> assertThat(first.loadStartTime()).isNull(),
              second -> assertThat(second.loadStartTime()).isNotNull());
      cluster.ended(job, 0, "Completed", Outputs.measured(), true);
      LoadTestRunStatus status = cluster.awaitFinished().getStatus();
      assertThat(status.attempts())
          .extracting(AttemptStatus::outcome)
          .containsExactly("RunnerDisrupted", "Measured");
      assertThat(status.verdict()).isEqualTo("Pass");
      assertThat(cluster.jobsMade()).isEqualTo(2);
    }
  }

  @Test
  void stopsWhatStillSendsLoadAfterTheActiveDeadlineAndSaysThatItDid() {
    try (LocalCluster cluster = LocalCluster.started()) {
      String job = diedBeforeItRecorded(cluster, "", 1);
      cluster.pod(job);
      cluster.ready(job);
      isBackAfter(cluster, Duration.ofHours(1));
      cluster.letGo(job);
      LoadTestRunStatus status = cluster.awaitFinished().getStatus();
      assertThat(status.verdict()).isEqualTo("Invalid");
      assertThat(status.failure().reason()).isEqualTo("ActiveDeadlineExceeded");
      assertThat(only(status).loadStartTime()).isNotNull();
    }
  }

  @Test
  void recordsTheJobOfARunThatWasToldToStopMeanwhile() {
    try (LocalCluster cluster = LocalCluster.started()) {
      String job = diedBeforeItRecorded(cluster, "", 1);
      cluster.pod(job);
      cluster.ready(job);
      cluster.changeRun(cluster.run().getMetadata().getName(), LocalCluster::stop);
      isBackAfter(cluster, Duration.ofMinutes(1));
      cluster.letGo(job);
      LoadTestRunStatus status = cluster.awaitFinished().getStatus();
      assertThat(status.phase()).isEqualTo("Stopped");
      assertThat(only(status).outcome()).isEqualTo("Stopped");
      assertThat(only(status).loadStartTime()).isNotNull();
    }
  }

  @Test
  void asksTheServerBeforeItSaysThatThereWasNoJob() {
    try (LocalCluster cluster = LocalCluster.started()) {
      String job = madeButNeverSeen(cluster, "", Duration.ofMinutes(16));
      LoadTestRunStatus status = cluster.awaitRun(UnrecordedJobApiTest::isDecided).getStatus();
      assertThat(status.phase()).isEqualTo("Running");
      assertThat(only(status).job()).isEqualTo(job);
    }
  }

  @Test
  void asksTheServerAlsoWhereTheActiveDeadlineIsTheEarlierOne() {
    try (LocalCluster cluster = LocalCluster.started()) {
      String more = "lifecycle: {activeDeadline: 5m}";
      String job = madeButNeverSeen(cluster, more, Duration.ofMinutes(6));
      LoadTestRunStatus status = cluster.awaitRun(UnrecordedJobApiTest::isDecided).getStatus();
      assertThat(status.failure().reason()).isEqualTo("ActiveDeadlineExceeded");
      assertThat(status.verdict()).isEqualTo("Invalid");
      assertThat(only(status).job()).isEqualTo(job);
    }
  }

  private static boolean isDecided(LoadTestRun run) {
    return run.getStatus().attempts() != null || run.getStatus().verdict() != null;
  }

  /** The operator lives, but its watch of Jobs is as good as dead; the Job's name. */
  private static String madeButNeverSeen(LocalCluster cluster, String more, Duration time) {
    AtomicBoolean refused = new AtomicBoolean(true);
    Faults faults = cluster.server.faults();
    faults.answer(
        call -> call.resource().equals("jobs") && Set.of("list", "watch").contains(call.verb()),
        Integer.MAX_VALUE,
        500);
    faults.cutWatches();
    faults.answer(
        call -> refused.get() && call.subresource().equals("status") && cluster.jobsMade() >= 1,
        Integer.MAX_VALUE,
        500);
    cluster.createTest("chat", "runNow: {token: first}\n" + more);
    await().atMost(LocalCluster.LIMIT).until(() -> cluster.jobsMade() >= 1);
    String job = cluster.run().getMetadata().getName() + "-a1";
    cluster.pod(job);
    cluster.ready(job);
    cluster.clock.advance(time);
    refused.set(false);
    return job;
  }

  private static AttemptStatus only(LoadTestRunStatus status) {
    assertThat(status.attempts()).hasSize(1);
    return status.attempts().getFirst();
  }

  /** An operator dies when it has made the Job of this number; the Job's name. */
  private static String diedBeforeItRecorded(LocalCluster cluster, String more, int attempt) {
    cluster
        .server
        .faults()
        .answer(
            call ->
                call.resource().equals("loadtestruns")
                    && call.subresource().equals("status")
                    && cluster.jobsMade() >= attempt,
            Integer.MAX_VALUE,
            500);
    cluster.createTest("chat", "runNow: {token: first}\n" + more);
    if (attempt > 1) {
      String first =
          cluster.awaitRun(run -> run.getStatus().attempts() != null).getMetadata().getName()
              + "-a1";
      cluster.pod(first);
      cluster.ended(first, 75, "Error", "", false);
      cluster.letGo(first);
      await().atMost(LocalCluster.LIMIT).until(() -> cluster.names("batch/v1", "Job").isEmpty());
      cluster.pass(Duration.ofSeconds(12));
    }
    await().atMost(LocalCluster.LIMIT).until(() -> cluster.jobsMade() >= attempt);
    cluster.killOperator();
    cluster.server.faults().clear();
    return cluster.run().getMetadata().getName() + "-a" + attempt;
  }

  private static void isBackAfter(LocalCluster cluster, Duration time) {
    cluster.clock.advance(time);
    cluster.startOperator();
  }
}
