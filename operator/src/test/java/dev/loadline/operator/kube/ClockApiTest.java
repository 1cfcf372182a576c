package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.api.LoadTestStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The node's clock is set while the operator works, and nothing but that has it look: no object
 * changes, and the regular look would come after a minute.
 */
class ClockApiTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @Test
  void startsWhatIsDueWhenTheClockWasSetForward() {
    try (LocalCluster cluster = LocalCluster.started()) {
      Instant due = created(cluster, "");
      setTo(cluster, due.plusSeconds(1));
      await().atMost(LIMIT).untilAsserted(() -> assertThat(cluster.runs()).hasSize(1));
      assertThat(cluster.run().getSpec().scheduledTime()).isEqualTo(due.toString());
    }
  }

  @Test
  void followsAClockThatWasSetBack() {
    try (LocalCluster cluster = LocalCluster.started()) {
      Instant due = created(cluster, "suspend: true");
      setTo(cluster, due.plus(Duration.ofHours(9)).plusSeconds(1));
      cluster.changeTest(
          "chat",
          test -> {
            test.withObject("/spec").put("suspend", false);
            return test;
          });
      awaitNext(cluster, due.plus(Duration.ofHours(10)));
      setTo(cluster, due.plus(Duration.ofHours(4)).plusSeconds(1));
      awaitNext(cluster, due.plus(Duration.ofHours(5)));
      setTo(cluster, due.plus(Duration.ofHours(5)).plusSeconds(1));
      await().atMost(LIMIT).untilAsserted(() -> assertThat(cluster.runs()).hasSize(1));
      assertThat(cluster.run().getSpec().scheduledTime())
          .isEqualTo(due.plus(Duration.ofHours(5)).toString());
      assertThat(cluster.test("chat").getStatus().missedRuns()).isNull();
    }
  }

  @Test
  void neitherRepeatsARunNorPassesOverTheNextWhenTheClockWasSetBackBehindIt() {
    try (LocalCluster cluster = LocalCluster.started()) {
      Instant due = created(cluster, "");
      setTo(cluster, due.plusSeconds(1));
      awaitNext(cluster, due.plus(Duration.ofHours(1)));
      setTo(cluster, due.minus(Duration.ofHours(3)));
      cluster.look(cluster.run().getMetadata().getName());
      setTo(cluster, due.plusSeconds(1));
      setTo(cluster, due.plus(Duration.ofHours(1)).plusSeconds(1));
      await().atMost(LIMIT).untilAsserted(() -> assertThat(cluster.runs()).hasSize(2));
      LoadTestStatus status = awaitNext(cluster, due.plus(Duration.ofHours(2)));
      assertThat(status.missedRuns()).isNull();
      assertThat(cluster.runs())
          .extracting(run -> run.getSpec().scheduledTime())
          .containsExactlyInAnyOrder(due.toString(), due.plus(Duration.ofHours(1)).toString());
    }
  }

  /** The minute before the wrong clock's run is what once had a pass go on without end. */
  @Test
  void goesOnByTheHourAndShowsNewResultsAfterAClockThatWasThreeDaysAhead() {
    try (LocalCluster cluster = LocalCluster.started()) {
      Instant due = created(cluster, "");
      Instant wrong = due.plus(Duration.ofDays(3));
      setTo(cluster, wrong.plusSeconds(1));
      String ahead =
          cluster.awaitRun(run -> run.getStatus().attempts() != null).getMetadata().getName();
      cluster.sendLoad(ahead + "-a1");
      cluster.ended(ahead + "-a1", 0, "Completed", Outputs.measured(), true);
      cluster.awaitFinished();
      cluster.letGo(ahead + "-a1");
      cluster.awaitTest("chat", test -> test.getStatus().lastRun() != null);

      setTo(cluster, wrong.minus(Duration.ofMinutes(24 * 60 + 30)));
      awaitNext(cluster, wrong.plus(Duration.ofHours(1)));

      Instant right = wrong.minus(Duration.ofDays(2));
      setTo(cluster, right.minus(Duration.ofMinutes(30)));
      LoadTestStatus status = awaitNext(cluster, right);
      assertThat(status.lastScheduleTime()).isNull();
      assertThat(status.lastMissedTime()).isNull();
      assertThat(status.lastMissedReason()).isNull();
      assertThat(Instant.parse(status.lastRun().completionTime())).isBefore(right);

      setTo(cluster, right.plusSeconds(1));
      String next = "chat-" + ahead.substring(5).replace(day(wrong), day(right));
      cluster.awaitRun(
          run -> run.getMetadata().getName().equals(next) && run.getStatus().attempts() != null);
      cluster.pod(next + "-a1");
      cluster.ready(next + "-a1");
      cluster.ended(next + "-a1", 64, "Error", "", false);
      cluster.awaitTest("chat", test -> test.getStatus().lastRun().name().equals(next));
      awaitNext(cluster, right.plus(Duration.ofHours(1)));
    }
  }

  private static String day(Instant time) {
    return time.toString().substring(0, 10).replace("-", "");
  }

  @Test
  void blamesNoAbsenceOfTheOperatorForWhatItSawAfterItsClockWasSetBack() {
    try (LocalCluster cluster = new LocalCluster()) {
      cluster.clock.set(Duration.ofHours(5));
      cluster.startOperator();
      cluster.clock.set(Duration.ofHours(-5));
      Instant due = created(cluster, "startingDeadline: 1m");
      setTo(cluster, due.plus(Duration.ofMinutes(2)));
      awaitNext(cluster, due.plus(Duration.ofHours(1)));
      assertThat(cluster.missed).isEqualTo(Map.of("DeadlineExceeded", 1L));
    }
  }

  @Test
  void blamesTheAbsenceOfAnOperatorForWhatWasDueWhileThisOneStoodBy() {
    try (LocalCluster cluster = LocalCluster.started()) {
      Instant due = created(cluster, "startingDeadline: 1m");
      cluster.stopOperator();
      cluster.standBy();
      setTo(cluster, due.plus(Duration.ofMinutes(2)));
      cluster.lead();
      LoadTestStatus status = awaitNext(cluster, due.plus(Duration.ofHours(1)));
      assertThat(status.lastMissedReason()).isEqualTo("OperatorDown");
      assertThat(status.missedRuns()).isEqualTo(1);
    }
  }

  /** Both steps are longer than the run may take at all. */
  @ParameterizedTest
  @ValueSource(ints = {2, -2})
  void neitherEndsNorProlongsARunThatSendsLoad(int hours) {
    try (LocalCluster cluster = LocalCluster.started()) {
      String job = cluster.startRun("runNow: {token: first}") + "-a1";
      cluster.sendLoad(job);
      cluster.clock.set(Duration.ofHours(hours));
      cluster.pass(Duration.ofMinutes(16));
      cluster.unreachable(job);
      cluster.awaitStatus("the runner's node does not answer");
      cluster.ready(job);
      cluster.awaitStatus("sends load");
      cluster.pass(Duration.ofMinutes(2));
      LoadTestRunStatus status =
          cluster.awaitRun(run -> run.getStatus().verdict() != null).getStatus();
      assertThat(status.failure().reason()).isEqualTo("ActiveDeadlineExceeded");
      cluster.letGo(job);
      Instant completed = Instant.parse(cluster.awaitFinished().getStatus().completionTime());
      assertThat(completed)
          .isBetween(cluster.clock.instant().minusSeconds(60), cluster.clock.instant());
    }
  }

  /** A test that is due each hour; the first time. */
  private static Instant created(LocalCluster cluster, String more) {
    cluster.create(
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTest
        metadata: {name: chat}
        spec:
          schedule: "0 * * * *"
          concurrencyPolicy: Allow
          target: {url: "http://127.0.0.1:8000/v1"}
          workload: {synthetic: {inputTokens: 128, outputTokens: 32}}
          load: {shareTarget: true, stages: [{name: steady, users: 4, duration: 1m}]}
        %s\
        """
            .formatted(more.indent(2)));
    LoadTest test = cluster.awaitTest("chat", is -> is.getStatus().observedGeneration() != null);
    Instant hour = Instant.ofEpochSecond(cluster.clock.instant().getEpochSecond() / 3600 * 3600);
    Instant due = hour.plus(Duration.ofHours(1));
    if (more.contains("suspend")) {
      assertThat(test.getStatus().nextScheduleTime()).isNull();
    } else {
      assertThat(test.getStatus().nextScheduleTime()).isEqualTo(due.toString());
    }
    return due;
  }

  private static void setTo(LocalCluster cluster, Instant time) {
    cluster.clock.set(Duration.between(cluster.clock.instant(), time));
  }

  private static LoadTestStatus awaitNext(LocalCluster cluster, Instant next) {
    await()
        .atMost(LIMIT)
        .untilAsserted(() ->
            assertThat(cluster.test("chat").getStatus().nextScheduleTime())
                .isEqualTo(next.toString()));
    return cluster.test("chat").getStatus();
  }
}
