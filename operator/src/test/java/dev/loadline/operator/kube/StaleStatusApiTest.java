package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.local.apiserver.Faults.Call;
import dev.loadline.operator.local.apiserver.Faults.Fault;
import dev.loadline.operator.local.apiserver.ResourceType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * An object that changed, ended or was made anew since the pass saw it: nothing is written or
 * deleted that was meant for what it was before.
 */
class StaleStatusApiTest {
  private static final String RUN = "chat-a7937b64";
  private static final int LASTING = 3;

  private static boolean writesRunStatus(Call call) {
    return patchesRun(call, "status");
  }

  static boolean patchesRun(Call call, String subresource) {
    return call.verb().equals("patch")
        && call.resource().equals("loadtestruns")
        && call.subresource().equals(subresource);
  }

  /** The write that ends the run fails until it lasts, then is done without a word of it. */
  @Test
  void aRunThatHasEndedIsNotTakenBackByTheStatusOfAFailedPass() throws InterruptedException {
    try (LocalCluster cluster = LocalCluster.started()) {
      cluster.startRun("runNow: {token: first}");
      cluster.sendLoad(RUN + "-a1");
      cluster.changeRun(RUN, LocalCluster::stop);
      cluster.awaitPodDeletion(RUN + "-a1");
      cluster.awaitRun(run -> run.getStatus().phase().equals("Collecting"));
      long version = cluster.server.resources().version();
      AtomicInteger writes = new AtomicInteger();
      cluster
          .server
          .faults()
          .inject(
              call -> writesRunStatus(call) && writes.incrementAndGet() <= LASTING,
              LASTING,
              new Fault.Answer(500, "injected by a test", Optional.empty()));
      cluster
          .server
          .faults()
          .inject(
              call -> writesRunStatus(call) && writes.get() == LASTING + 1,
              1,
              new Fault.AnswerLost(500));
      cluster.removePod(RUN + "-a1");
      cluster.awaitFinished();
      await()
          .atMost(LocalCluster.LIMIT)
          .until(() -> cluster.finished.equals(Map.of("Invalid", 1L)));
      cluster.awaitTest("chat", test -> test.getStatus().lastRun() != null);

      List<ObjectNode> states = states(cluster, version);
      List<ObjectNode> sinceTheEnd =
          states.stream()
              .dropWhile(state -> !state.at("/status/completionTime").isTextual())
              .toList();
      assertThat(sinceTheEnd)
          .isNotEmpty()
          .allMatch(state -> state.at("/status/completionTime").isTextual());
      assertThat(writes).hasValueGreaterThan(LASTING);
    }
  }

  private static List<ObjectNode> states(LocalCluster cluster, long since)
      throws InterruptedException {
    ResourceType runs =
        cluster
            .server
            .resources()
            .type(Api.GROUP + "/" + Api.VERSION, Api.LOAD_TEST_RUN)
            .orElseThrow();
    return cluster.server.changes(runs, since, Duration.ZERO).states();
  }

  @Test
  void aRunMadeAnewUnderTheSameNameDoesNotGetTheStatusOfTheOldOne() {
    try (LocalCluster cluster = new LocalCluster()) {
      cluster.createRun("guest", "");
      cluster
          .server
          .faults()
          .inject(
              call -> writesRunStatus(call) && cluster.jobsMade() == 1,
              1,
              new Fault.Before(() -> {
                cluster.deleteAll(Api.GROUP + "/" + Api.VERSION, Api.LOAD_TEST_RUN);
                cluster.createRun("guest", "");
              }));
      cluster.startOperator();
      // Until the watch tells, Jobs of the old run may be made again and go with it.
      LoadTestRun run = cluster.awaitRun(is -> is.getStatus().attempts() != null);
      assertThat(cluster.jobsMade()).isGreaterThan(1);
      assertThat(run.getStatus().failure()).isNull();
      assertThat(run.getStatus().attempts().getFirst().jobUid())
          .isEqualTo(
              cluster.list("batch/v1", "Job").getFirst().path("metadata").path("uid").asText());
      cluster.sendLoad("guest-a1");
    }
  }

  @Test
  void aRunMadeAnewUnderTheNameOfOneBeyondTheLimitsIsNotDeleted() {
    try (LocalCluster cluster = LocalCluster.started()) {
      AtomicInteger deletes = new AtomicInteger();
      cluster
          .server
          .faults()
          .inject(
              call ->
                  call.verb().equals("delete")
                      && call.resource().equals("loadtestruns")
                      && deletes.incrementAndGet() == 1,
              1,
              new Fault.Before(() -> {
                cluster.deleteAll(Api.GROUP + "/" + Api.VERSION, Api.LOAD_TEST_RUN);
                cluster.createRun(RUN, "");
              }));
      cluster.startRun("runNow: {token: first}\nsuccessfulRunsHistoryLimit: 0");
      cluster.sendLoad(RUN + "-a1");
      cluster.ended(RUN + "-a1", 0, "Completed", Outputs.measured(), true);
      cluster.letGo(RUN + "-a1");
      await().atMost(LocalCluster.LIMIT).until(() -> deletes.get() > 0);
      cluster.awaitTest("chat", test -> test.getStatus().lastRun() != null);
      cluster.awaitRun(run ->
          run.getMetadata().getOwnerReferences().isEmpty() && run.getStatus().attempts() != null);
      assertThat(deletes).hasValue(1);
    }
  }

  @Test
  void aJobThatGoesWithItsDeletedRunIsNotSaidToHaveBeenDeletedByItself() {
    try (LocalCluster cluster = LocalCluster.started()) {
      AtomicBoolean runAskedFor = new AtomicBoolean();
      String run = cluster.startRun("");
      cluster.sendLoad(run + "-a1");
      cluster
          .server
          .faults()
          .inject(call -> gets(call, "jobs"), 1, new Fault.Before(() -> cluster.deleteRun(run)));
      cluster
          .server
          .faults()
          .inject(
              call -> gets(call, "loadtestruns"), 1, new Fault.Before(() -> runAskedFor.set(true)));
      cluster.deleteJob(run + "-a1");
      await().atMost(LocalCluster.LIMIT).untilTrue(runAskedFor);
      assertThat(cluster.events(Api.LOAD_TEST_RUN)).doesNotContain("RunnerJobDeleted");
    }
  }

  private static boolean gets(Call call, String resource) {
    return call.verb().equals("get") && call.resource().equals(resource);
  }
}
