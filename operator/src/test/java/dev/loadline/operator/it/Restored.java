package dev.loadline.operator.it;

import static dev.loadline.operator.it.TroubledCluster.LIMIT;
import static dev.loadline.operator.it.TroubledCluster.MAIN;
import static dev.loadline.operator.it.TroubledCluster.READY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.FailureTable.Line;
import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a backup makes of runs that are over: no status, another UID, mostly no owner. */
final class Restored {
  private static final String SHORT = "load: {stages: [{name: only, users: 1, duration: 2s}]}";

  private Restored() {}

  static Line finishedRuns(TroubledCluster cluster) {
    TestRuns runs = cluster.runs(MAIN);
    String test = runs.createTest("saved", "{runNow: {token: saved}, " + SHORT + "}");
    runs.create("saved-by-hand", "{" + SHORT + "}");
    String ofTest = BadInputs.theRunOf(cluster, test).getMetadata().getName();
    List<LoadTestRun> saved = new ArrayList<>();
    for (String run : List.of(ofTest, "saved-by-hand")) {
      LoadTestRun finished = runs.awaitFinished(run, LIMIT);
      assertThat(finished.getStatus().phase()).isEqualTo("Completed");
      saved.add(finished);
    }
    cluster.client.resources(LoadTest.class).inNamespace(MAIN).withName("saved").delete();
    cluster.client.resource(saved.getLast()).delete();
    await("the runs are gone")
        .atMost(READY)
        .until(() -> runs.find(ofTest).isEmpty() && runs.find("saved-by-hand").isEmpty());

    restore(cluster, saved.getFirst(), saved.getFirst().getMetadata().getOwnerReferences());
    await("a run whose owner is not there is collected")
        .atMost(READY)
        .until(() -> runs.find(ofTest).isEmpty());
    Instant now = Instant.now();
    saved.forEach(run -> restore(cluster, run, List.of()));

    LoadTestRun copy = refused(cluster, ofTest);
    String said = RunRules.words(copy.getStatus(), "Admitted");
    assertThat(said).contains("spec.trigger is RunNow, but no LoadTest owns this run");
    assertThat(cluster.witness.uids(MAIN, ofTest))
        .as("the run, its owned copy and its copy")
        .hasSize(3)
        .filteredOn(uid -> !cluster.witness.pods(uid).isEmpty())
        .containsExactly(saved.getFirst().getMetadata().getUid());
    LoadTestRun copyByHand = refused(cluster, "saved-by-hand");
    assertThat(RunRules.words(copyByHand.getStatus(), "Admitted"))
        .contains("without the annotation loadline.dev/run-uid");
    return new Line(
        "finished runs restored from a backup",
        "created anew with their labels, annotations and spec alone",
        said + " … Failed, " + copy.getStatus().verdict() + "/" + copy.getStatus().verdictReason(),
        "over after " + Duration.between(now, Instant.now()).toSeconds(),
        cluster.leftOf(MAIN, ofTest, true));
  }

  private static void restore(
      TroubledCluster cluster, LoadTestRun run, List<OwnerReference> owners) {
    ObjectMeta old = run.getMetadata();
    LoadTestRun copy = new LoadTestRun();
    copy.setMetadata(
        new ObjectMetaBuilder()
            .withName(old.getName())
            .withNamespace(old.getNamespace())
            .withLabels(old.getLabels())
            .withAnnotations(old.getAnnotations())
            .withOwnerReferences(owners)
            .build());
    copy.setSpec(run.getSpec());
    cluster.client.resource(copy).create();
  }

  private static LoadTestRun refused(TroubledCluster cluster, String name) {
    LoadTestRun copy = cluster.runs(MAIN).awaitFinished(name, LIMIT);
    assertThat(copy.getStatus().phase()).isEqualTo("Failed");
    assertThat(RunRules.shown(copy.getStatus(), "Admitted")).isEqualTo("False/CopyOfRun");
    assertThat(copy.getStatus().verdict()).isEqualTo("None");
    assertThat(cluster.events(copy)).extracting(Event::getReason).contains("CopyOfRun");
    assertThat(cluster.witness.pods(copy.getMetadata().getUid())).isEmpty();
    return copy;
  }
}
