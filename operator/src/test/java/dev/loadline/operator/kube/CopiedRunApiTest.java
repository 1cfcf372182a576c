package dev.loadline.operator.kube;

import static dev.loadline.operator.kube.LocalCluster.shown;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.local.apiserver.Faults.Fault;
import dev.loadline.operator.plan.Limits;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What a backup restores of a run: name, labels, annotations and spec, under another UID. */
class CopiedRunApiTest {
  private static final String API = "loadline.dev/v1alpha1";

  @Test
  void runOfATestIsNotRepeatedWhenItComesBackWithoutItsStatus() {
    try (LocalCluster cluster = LocalCluster.started()) {
      cluster.createTest("chat", "schedule: \"0 * * * *\"");
      LoadTest test = cluster.awaitTest("chat", is -> is.getStatus().nextScheduleTime() != null);
      Instant due = Instant.parse(test.getStatus().nextScheduleTime());
      cluster.pass(Duration.between(cluster.clock.instant(), due).plusSeconds(1));
      measure(cluster);

      restore(cluster);

      assertRefused(
          cluster.awaitFinished().getStatus(),
          "spec.trigger is Schedule, but no LoadTest owns this run");
      assertThat(cluster.jobsMade()).isOne();
      assertThat(cluster.events("LoadTestRun")).contains("CopyOfRun");
    }
  }

  @Test
  void runThatWasMadeByHandIsNotRepeatedWhenItComesBackWithoutItsStatus() {
    try (LocalCluster cluster = LocalCluster.started()) {
      measureGuest(cluster);

      restore(cluster);

      assertRefused(
          cluster.awaitFinished().getStatus(), "without the annotation loadline.dev/run-uid");
      assertThat(cluster.jobsMade()).isOne();
    }
  }

  @Test
  void copyOfARunThatHasANameOfItsOwnRuns() {
    try (LocalCluster cluster = LocalCluster.started()) {
      measureGuest(cluster);
      ObjectNode copy = copy(cluster);
      copy.withObject("/metadata").put("name", "guest-again");
      cluster.deleteRun("guest");

      cluster.create(Serialization.asYaml(copy));

      cluster.awaitRun(is -> is.getStatus().attempts() != null);
      assertThat(cluster.names("batch/v1", "Job")).contains("guest-again-a1");
    }
  }

  @Test
  void runThatWasMadeAnewFromItsManifestRuns() {
    try (LocalCluster cluster = LocalCluster.started()) {
      measureGuest(cluster);
      cluster.deleteRun("guest");

      cluster.createRun("guest", "");

      cluster.awaitRun(is -> is.getStatus().attempts() != null);
      assertThat(cluster.jobsMade()).isEqualTo(2);
    }
  }

  @Test
  void runThatWasRefusedIsRefusedWhereItIsRestoredToo() {
    try (LocalCluster cluster = new LocalCluster()) {
      cluster.caps = new Limits(OptionalLong.of(1000), OptionalLong.empty(), Optional.empty());
      cluster.startOperator();
      cluster.createRun("guest", "limits: {requests: 5000}");
      assertThat(cluster.awaitFinished().getStatus().failure().reason()).isEqualTo("CapExceeded");
      cluster.stopOperator();
      cluster.caps = Limits.NONE;
      restore(cluster);

      cluster.startOperator();

      assertRefused(cluster.awaitFinished().getStatus(), "loadline.dev/run-uid");
    }
  }

  @Test
  void runWhoseMarkIsAllThatWasWrittenRuns() {
    try (LocalCluster cluster = new LocalCluster()) {
      cluster.createRun("guest", "");
      Fault lost = new Fault.Answer(500, "injected by a test", Optional.empty());
      cluster
          .server
          .faults()
          .inject(call -> StaleStatusApiTest.patchesRun(call, "status"), 1, lost);
      cluster.startOperator();

      LoadTestRun run = cluster.awaitRun(is -> is.getStatus().attempts() != null);

      assertThat(run.getMetadata().getAnnotations())
          .containsEntry("loadline.dev/run-uid", "guest/" + run.getMetadata().getUid());
    }
  }

  @Test
  void runThatHasEndedSinceItWasReadIsNotAdmittedAgain() {
    try (LocalCluster cluster = new LocalCluster()) {
      cluster.createRun("guest", "");
      Fault endsMeanwhile =
          new Fault.Before(() ->
              cluster.changeRunStatus(
                  "guest",
                  run -> {
                    run.withObject("/status")
                        .put("phase", "Completed")
                        .put("verdict", "Pass")
                        .put("completionTime", "2026-11-24T02:13:41Z");
                    return run;
                  }));
      cluster
          .server
          .faults()
          .inject(call -> StaleStatusApiTest.patchesRun(call, ""), 1, endsMeanwhile);
      cluster.startOperator();

      assertThat(cluster.awaitFinished().getStatus().verdict()).isEqualTo("Pass");
      cluster.pass(Duration.ofSeconds(30));

      assertThat(cluster.run().getStatus().startTime()).isNull();
      assertThat(cluster.jobsMade()).isZero();
    }
  }

  @Test
  void runThatHasBegunComesToItsEndWhereItsTestLetsItGo() {
    try (LocalCluster cluster = LocalCluster.started()) {
      String name = cluster.startRun("");
      cluster.sendLoad(name + "-a1");
      cluster.changeRun(
          name,
          run -> {
            run.withObject("/metadata").remove("ownerReferences");
            return run;
          });

      cluster.ended(name + "-a1", 0, "Completed", Outputs.measured(), true);

      assertThat(cluster.awaitFinished().getStatus().phase()).isEqualTo("Completed");
    }
  }

  private static void measureGuest(LocalCluster cluster) {
    cluster.createRun("guest", "");
    measure(cluster);
  }

  private static void measure(LocalCluster cluster) {
    LoadTestRun run = cluster.awaitRun(is -> is.getStatus().attempts() != null);
    String job = run.getMetadata().getName() + "-a1";
    cluster.sendLoad(job);
    cluster.ended(job, 0, "Completed", Outputs.measured(), true);
    cluster.awaitFinished();
  }

  private static void restore(LocalCluster cluster) {
    ObjectNode copy = copy(cluster);
    cluster.deleteAll(API, "LoadTest");
    cluster.deleteAll(API, "LoadTestRun");
    cluster.create(Serialization.asYaml(copy));
  }

  private static ObjectNode copy(LocalCluster cluster) {
    ObjectNode copy = cluster.list(API, "LoadTestRun").getFirst().deepCopy();
    copy.remove("status");
    copy.withObject("/metadata").retain(List.of("name", "namespace", "labels", "annotations"));
    return copy;
  }

  private static void assertRefused(LoadTestRunStatus status, String words) {
    assertThat(shown(status.conditions(), RunCondition.Admitted)).isEqualTo("False/CopyOfRun");
    assertThat(status.failure().message()).contains(words);
    assertThat(status.phase()).isEqualTo("Failed");
    assertThat(status.verdict()).isEqualTo("None");
  }
}
