package dev.loadline.operator.it;

import static dev.loadline.operator.it.FailoverScene.FINISHED;
import static dev.loadline.operator.it.FailoverScene.LEASE;
import static dev.loadline.operator.it.FailoverScene.READY;
import static dev.loadline.operator.it.FailoverScene.RUNNING;
import static dev.loadline.operator.it.FailoverScene.TAKEN_OVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Two operators: the one that works is killed, paused past its lease and woken, cut off from the
 * API server, or replaced by an upgrade. The first two tests are of the chart's pods; the others of
 * processes on this machine with the chart's rights, since those can be paused on any cluster. That
 * a pause without the fence would be seen is shown by {@code FenceApiTest}. Prints the table that
 * {@code target/failover.md} holds too.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FailoverIT {
  private static final String SHORT =
      "{load: {shareTarget: true, stages: [{name: only, users: 1, duration: 15s}]}}";

  private static FailoverScene scene;
  private static OperatorProcesses operators;
  private static ApiRelay relay;
  private static OperatorProcess second;
  private static OperatorProcess third;

  @BeforeAll
  static void install() throws IOException {
    scene = FailoverScene.installed(TestCluster.require());
    scene.awaitTarget();
  }

  @AfterAll
  static void removeAll() throws Exception {
    for (AutoCloseable one : new AutoCloseable[] {operators, relay, scene}) {
      if (one != null) {
        one.close();
      }
    }
  }

  @Order(1)
  @Test
  void killedLeaderIsFollowedWhileItsRunSendsLoad() {
    scene.runs.create("killed", SHORT);
    scene.runs.awaitPhase("killed", "Running", RUNNING);
    Pod leader = scene.leader().orElseThrow();
    String former = scene.holder();

    Instant killed = Instant.now();
    scene.client.pods().resource(leader).withGracePeriod(0).delete();
    double seconds = scene.secondsUntilAnotherWorks(killed, former, "after-kill");

    scene.finished("leader's pod killed under load", seconds, "-", List.of("killed"));
    assertThat(scene.leader().map(pod -> pod.getMetadata().getUid()))
        .isNotEqualTo(Optional.of(leader.getMetadata().getUid()));
  }

  @Order(2)
  @Test
  void rollingUpgradeDisturbsNoRun() {
    scene.chart.awaitReady();
    scene.runs.create("upgraded", SHORT);
    scene.runs.awaitPhase("upgraded", "Running", RUNNING);
    Pod leader = scene.leader().orElseThrow();
    String former = scene.holder();
    Map<String, Object> changed = new TreeMap<>(scene.values);
    changed.put("podAnnotations.version", "next");

    scene.chart.upgrade(changed);
    await("the old leader is told to end")
        .atMost(READY)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> isEnding(scene.client.pods().resource(leader).get()));
    double seconds = scene.secondsUntilAnotherWorks(Instant.now(), former, "after-upgrade");

    scene.finished("rolling upgrade under load", seconds, "-", List.of("upgraded"));
    await("every operator is of the new version")
        .atMost(READY)
        .until(() ->
            scene.chart.pods().size() == 2
                && scene.chart.pods().stream()
                    .allMatch(
                        pod -> "next".equals(pod.getMetadata().getAnnotations().get("version"))));
  }

  private static boolean isEnding(Pod pod) {
    return pod == null || pod.getMetadata().getDeletionTimestamp() != null;
  }

  @Order(3)
  @Test
  void leaderThatWasPausedPastItsLeaseWritesNothingWhenItWakes() throws Exception {
    scene
        .client
        .apps()
        .deployments()
        .inNamespace(scene.chart.namespace())
        .withName("loadline")
        .scale(0);
    await("the chart's operators have ended")
        .atMost(READY)
        .until(() -> scene.chart.pods().isEmpty());
    operators = new OperatorProcesses(scene.client, scene.chart, scene.namespace.name(), LEASE);
    Config rights = operators.way("direct", scene.client.getConfiguration().getMasterUrl());
    relay = new ApiRelay(rights);
    operators.way("relayed", relay.address());
    OperatorProcess first = operators.start("first", "relayed");
    await("the first one leads").atMost(READY).until(() -> scene.holder().startsWith("first_"));
    second = operators.start("second", "direct");
    ZonedDateTime due = scene.dueAfter(15);
    scene.scheduled("nightly", due);
    assertThat(first.get("/metrics")).contains("loadline_next_run_timestamp_seconds");
    assertThat(second.get("/metrics")).doesNotContain("loadline_next_run_timestamp_seconds");

    String former = scene.holder();
    Instant paused = Instant.now();
    first.pause();
    double seconds = scene.secondsUntilAnotherWorks(paused, former, "after-pause");
    String run = scene.awaitScheduledRun("nightly", due);
    int before = relay.writes().size();
    assertThat(before).isPositive();
    first.resume();
    int code = first.awaitEnd(TAKEN_OVER);
    List<String> late = relay.writes().subList(before, relay.writes().size());

    assertThat(late).isEmpty();
    assertThat(code).isEqualTo(75);
    assertThat(first.log()).contains("loadline: the lease is held by second_");
    scene.finished(
        "leader paused past its lease at a due minute, then woken",
        seconds,
        Integer.toString(late.size()),
        List.of(run));
    assertThat(
            scene.runs.all().stream()
                .filter(one -> one.getMetadata().getName().startsWith("nightly")))
        .hasSize(1);
  }

  @Order(4)
  @Test
  void tenRunsOutliveTheirLeader() throws IOException {
    third = operators.start("third", "relayed");
    List<String> ten = IntStream.range(0, 10).mapToObj(n -> "many-" + n).toList();
    ten.forEach(run -> scene.runs.create(run, SHORT));
    await("all are under way, and the first of them sends load")
        .atMost(RUNNING)
        .until(() ->
            ten.stream().allMatch(run -> scene.made.jobs(run) == 1)
                && ten.stream().anyMatch(run -> scene.phase(run).equals("Running")));

    String former = scene.holder();
    Instant killed = Instant.now();
    second.kill();
    double seconds = scene.secondsUntilAnotherWorks(killed, former, "after-ten");

    assertThat(scene.holder()).startsWith("third_");
    scene.finished("leader killed (SIGKILL) with ten runs", seconds, "-", ten);
  }

  /** What it sent before it knew is held up, and arrives when its successor works. */
  @Order(5)
  @Test
  void leaderThatIsCutOffEndsByItselfAndRunsThatWaitForATargetWaitOn() throws Exception {
    operators.start("fourth", "direct");
    scene.namespace.apply(Files.readString(TestRuns.RESOURCES.resolve("busy.yaml")));
    ZonedDateTime due = scene.dueAfter(30);
    scene.scheduled("cut-off", due);
    await().atMost(READY).until(() -> Instant.now().isAfter(due.toInstant().minusSeconds(25)));
    scene.runs.create("holds", alone("45s"));
    scene.runs.awaitPhase("holds", "Running", RUNNING);
    List<String> waiting = List.of("waits-1", "waits-2");
    waiting.forEach(run -> scene.runs.create(run, alone("5s")));
    await("both wait")
        .atMost(RUNNING)
        .until(
            () -> waiting.stream().allMatch(run -> scene.admitted(run).equals("False/TargetBusy")));
    await().atMost(READY).until(() -> Instant.now().isAfter(due.toInstant().minusSeconds(2)));

    String former = scene.holder();
    assertThat(former).startsWith("third_");
    int before = relay.writes().size();
    Instant cut = Instant.now();
    relay.cut();
    double seconds = scene.secondsUntilAnotherWorks(cut, former, "after-cut");
    assertThat(third.awaitEnd(TAKEN_OVER)).isEqualTo(75);
    assertThat(third.log()).contains("loadline: the lease could not be renewed for 8 s");
    String run = scene.awaitScheduledRun("cut-off", due);
    assertThat(scene.admitted("waits-1") + scene.admitted("waits-2")).contains("TargetBusy");
    relay.mend();

    List<String> all = List.of("holds", "waits-1", "waits-2", run);
    all.forEach(one -> scene.runs.awaitFinished(one, FINISHED));
    scene.finished(
        "leader cut off from the API server at a due minute, two runs waiting for their target",
        seconds,
        (relay.writes().size() - before) + " of the 8 s before it knew, delivered late",
        all);
    scene.oneAfterTheOther(List.of("holds", "waits-1", "waits-2"));
    assertThat(
            scene.runs.all().stream()
                .filter(one -> one.getMetadata().getName().startsWith("cut-off")))
        .hasSize(1);
  }

  /** On a target of its own, which it does not share. */
  private static String alone(String duration) {
    return "{target: {service: {name: busy}}, load: {shareTarget: false, stages: [{name: only,"
        + " users: 1, duration: "
        + duration
        + "}]}}";
  }
}
