package dev.loadline.operator.it;

import static dev.loadline.operator.it.TroubledCluster.GOING;
import static dev.loadline.operator.it.TroubledCluster.LIMIT;
import static dev.loadline.operator.it.TroubledCluster.MAIN;
import static dev.loadline.operator.it.TroubledCluster.READY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.FailureTable.Line;
import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.it.Witness.Seen;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What people and other programs do to tests and their namespaces at the wrong time. */
final class BadInputs {
  private static final String FINALIZER = "loadline.dev/it";
  private static final String REPLACING = ", schedule: '* * * * *', concurrencyPolicy: Replace}";

  private BadInputs() {}

  static Stream<Trouble> all() {
    return Stream.of(
        Trouble.of("deleted run", BadInputs::deletedRun),
        Trouble.of("recreated test", BadInputs::recreatedTest),
        Trouble.of("renamed test", Names::renamedTest),
        Trouble.of("run made by hand", Names::runMadeByHand),
        Trouble.of("restored runs", Restored::finishedRuns),
        Trouble.of("namespace going", BadInputs::goingNamespace),
        Trouble.of("replaced, deaf", BadInputs::replacedWhileDeaf),
        Trouble.of("replaced, hanging", BadInputs::replacedWhileHanging));
  }

  private static Line deletedRun(TroubledCluster cluster) {
    TestRuns runs = cluster.runs(MAIN);
    runs.create("deleted", FailureRows.played("ready, wait 600"));
    runs.awaitPhase("deleted", "Running", LIMIT);
    Instant now = Instant.now();
    cluster.client.resource(runs.find("deleted").orElseThrow()).delete();
    await("the run is gone").atMost(READY).until(() -> runs.find("deleted").isEmpty());
    return new Line(
        "run deleted under load",
        "kubectl delete ltr",
        "nothing: it is gone",
        since(now),
        cluster.leftOf(MAIN, "deleted", true));
  }

  /** As {@code kubectl replace --force} does. */
  private static Line recreatedTest(TroubledCluster cluster) {
    TestRuns runs = cluster.runs(MAIN);
    String part = FailureRows.played("deaf, ready, wait 600");
    String first =
        part.substring(0, part.length() - 1) + ", runNow: {token: again}, workload: {seed: 1}}";
    String old = runs.createTest("recreated", first);
    String run = theRunOf(cluster, old).getMetadata().getName();
    runs.awaitPhase(run, "Running", LIMIT);
    Instant now = Instant.now();
    cluster.client.resources(LoadTest.class).inNamespace(MAIN).withName("recreated").delete();
    String measured =
        "{runNow: {token: again}, workload: {seed: 2}, load: {stages: [{name: only,"
            + " users: 1, duration: 2s}]}}";
    String anew = runs.createTest("recreated", measured);
    assertThat(theRunOf(cluster, anew).getMetadata().getName()).isEqualTo(run);
    LoadTestRun finished = runs.awaitFinished(run, LIMIT);
    assertThat(finished.getMetadata().getOwnerReferences().getFirst().getUid()).isEqualTo(anew);
    assertThat(finished.getStatus().phase()).isEqualTo("Completed");
    assertThat(finished.getStatus().attempts()).hasSize(1);
    List<String> uids = cluster.witness.uids(MAIN, run);
    assertThat(uids).hasSize(2);
    neverTwoAtOnce(cluster.witness, uids);
    return new Line(
        "LoadTest recreated with the same name during its run",
        "kubectl replace --force, the old runner ignores SIGTERM",
        "the old run is gone with its pod; then the new one: "
            + finished.getStatus().phase()
            + ", "
            + finished.getStatus().verdict(),
        since(now),
        cluster.leftOf(MAIN, run, true));
  }

  static LoadTestRun theRunOf(TroubledCluster cluster, String test) {
    return await("the test has a run")
        .atMost(READY)
        .until(
            () ->
                cluster.runs(MAIN).all().stream()
                    .filter(run ->
                        run.getMetadata().getOwnerReferences().stream()
                            .anyMatch(owner -> owner.getUid().equals(test)))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  /** At no time two pods of these runs, in the order of the writes. */
  static void neverTwoAtOnce(Witness witness, List<String> runs) {
    List<Seen> pods = new ArrayList<>();
    runs.forEach(run -> pods.addAll(witness.pods(run)));
    pods.sort(Comparator.comparingLong(Seen::revision));
    Map<String, Seen> active = new HashMap<>();
    for (Seen pod : pods) {
      String uid = pod.object().getMetadata().getUid();
      if (pod.over()) {
        active.remove(uid);
      } else {
        active.put(uid, pod);
      }
      assertThat(active).as("two runners at once").hasSizeLessThan(2);
    }
  }

  private static Line goingNamespace(TroubledCluster cluster) {
    TestRuns runs = cluster.runs(GOING);
    runs.createTest(
        "going",
        "{target: {service: {namespace: "
            + MAIN
            + "}}, load: {stages: [{name: only, users: 1,"
            + " duration: 5m}]}, schedule: '* * * * *', runNow: {token: now}}");
    String run =
        await("it has a run")
            .atMost(READY)
            .until(() -> runs.all().stream().findFirst(), Optional::isPresent)
            .orElseThrow()
            .getMetadata()
            .getName();
    runs.awaitPhase(run, "Running", LIMIT);
    Instant now = Instant.now();
    KubernetesClient client = cluster.client;
    client.namespaces().withName(GOING).delete();
    await("the namespace is gone")
        .atMost(READY)
        .until(() -> client.namespaces().withName(GOING).get() == null);
    String seconds = since(now);
    List<String> complaints =
        cluster
            .chart
            .log()
            .lines()
            .filter(line -> line.contains("\"WARN\"") || line.contains("\"ERROR\""))
            .filter(line -> line.contains(GOING))
            .toList();
    assertThat(complaints).as("the operator's log on it").hasSizeLessThan(10);
    return new Line(
        "namespace deleted during a run",
        "kubectl delete namespace",
        "nothing: it is gone; the operator's log has "
            + complaints.size()
            + " warnings or errors of it",
        seconds,
        "nothing");
  }

  /** The old run's pod does not end for 15 s after it is told to. */
  private static Line replacedWhileDeaf(TroubledCluster cluster) {
    return replaced(cluster, "deaf", "the runner ignores SIGTERM");
  }

  /** The old run's pod has ended and stays, as long as somebody's finalizer is on it. */
  private static Line replacedWhileHanging(TroubledCluster cluster) {
    return replaced(cluster, "hanging", "a finalizer keeps the pod Terminating");
  }

  private static Line replaced(TroubledCluster cluster, String name, String how) {
    TestRuns runs = cluster.runs(MAIN);
    String part = FailureRows.played((name.equals("deaf") ? "deaf, " : "") + "ready, wait 600");
    runs.createTest(name, part.substring(0, part.length() - 1) + REPLACING);
    LoadTestRun old =
        await(name + " has a run")
            .atMost(READY)
            .until(() -> ofTest(runs, name).stream().findFirst(), Optional::isPresent)
            .orElseThrow();
    String run = old.getMetadata().getName();
    runs.awaitPhase(run, "Running", LIMIT);
    if (name.equals("hanging")) {
      cluster.client.resource(runs.pods(run).getFirst()).edit(BadInputs::held);
    }
    LoadTestRun next =
        await(name + " has another run")
            .atMost(LIMIT)
            .until(
                () ->
                    ofTest(runs, name).stream()
                        .filter(is -> !is.getMetadata().getName().equals(run))
                        .findFirst(),
                Optional::isPresent)
            .orElseThrow();
    String newer = next.getMetadata().getName();
    runs.awaitPhase(newer, "Running", LIMIT);
    LoadTestRun stopped = runs.find(run).orElseThrow();
    RunRules.isConsistent(stopped.getStatus());
    assertThat(stopped.getStatus().phase()).isEqualTo("Stopped");
    neverTwoAtOnce(
        cluster.witness, List.of(old.getMetadata().getUid(), next.getMetadata().getUid()));
    Instant told =
        cluster
            .witness
            .first(old.getMetadata().getUid(), is -> "Stopped".equals(is.getSpec().desiredState()))
            .orElseThrow()
            .at();
    Seen began =
        cluster
            .witness
            .first(
                next.getMetadata().getUid(),
                is -> is.getStatus() != null && "Running".equals(is.getStatus().phase()))
            .orElseThrow();
    cluster.client.resources(LoadTest.class).inNamespace(MAIN).withName(name).delete();
    runs.pods(run).forEach(pod -> cluster.client.resource(pod).edit(BadInputs::released));
    return new Line(
        "Replace while the old run's pod hangs in Terminating: " + how,
        "schedule of each minute, concurrencyPolicy Replace",
        stopped.getStatus().phase()
            + ", "
            + stopped.getStatus().verdict()
            + "/"
            + stopped.getStatus().verdictReason()
            + ": "
            + stopped.getStatus().failure().message()
            + "; then the next run sends load",
        Duration.between(told, began.at()).toSeconds() + " from the word to stop to the next load",
        cluster.leftOf(MAIN, run, true));
  }

  private static List<LoadTestRun> ofTest(TestRuns runs, String test) {
    return runs.all().stream()
        .filter(run -> test.equals(run.getMetadata().getLabels().get(Api.TEST_LABEL)))
        .toList();
  }

  private static Pod held(Pod pod) {
    return new PodBuilder(pod).editMetadata().addToFinalizers(FINALIZER).endMetadata().build();
  }

  private static Pod released(Pod pod) {
    return new PodBuilder(pod).editMetadata().removeFromFinalizers(FINALIZER).endMetadata().build();
  }

  static String since(Instant then) {
    return String.valueOf(Duration.between(then, Instant.now()).toSeconds());
  }
}
