package dev.loadline.operator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
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
  private static final Duration READY = Duration.ofMinutes(2);
  private static final Duration RUNNING = Duration.ofMinutes(2);
  private static final Duration FINISHED = Duration.ofMinutes(3);
  private static final Duration TAKEN_OVER = Duration.ofSeconds(20);
  private static final Path TABLE = Path.of("target/failover.md");
  private static final String LEASE = "loadline";
  private static final String SHORT =
      "{load: {shareTarget: true, stages: [{name: only, users: 1, duration: 15s}]}}";

  private static KubernetesClient client;
  private static InstalledChart chart;
  private static TestNamespace namespace;
  private static TestRuns runs;
  private static MadeObjects made;
  private static Map<String, Object> values;
  private static OperatorProcesses operators;
  private static ApiRelay relay;
  private static OperatorProcess second;
  private static OperatorProcess third;
  private static final List<String> table =
      new ArrayList<>(
          List.of(
              "| case | take-over, s | runs | lost | double | late writes of the old" + " leader |",
              "|---|---|---|---|---|---|"));

  @BeforeAll
  static void install() throws IOException {
    TestCluster cluster = TestCluster.require();
    client = cluster.client();
    namespace = new TestNamespace(client, "loadline-it-failover");
    values =
        Map.of("replicas", 2, "watch.mode", "Namespaces", "watch.namespaces[0]", namespace.name());
    chart = new InstalledChart(cluster, values);
    runs = new TestRuns(client, namespace.name());
    namespace.apply(Files.readString(TestRuns.RESOURCES.resolve("targets.yaml")));
    await("the target is ready")
        .atMost(READY)
        .until(() -> client.pods().inNamespace(namespace.name()).withName("simulator").isReady());
    made = new MadeObjects(client, namespace.name());
  }

  @AfterAll
  static void removeAll() throws Exception {
    for (AutoCloseable one : new AutoCloseable[] {operators, relay, made, namespace, chart}) {
      if (one != null) {
        one.close();
      }
    }
    Files.write(TABLE, table);
    System.out.println(String.join("\n", table));
  }

  @Order(1)
  @Test
  void killedLeaderIsFollowedWhileItsRunSendsLoad() {
    runs.create("killed", SHORT);
    runs.awaitPhase("killed", "Running", RUNNING);
    Pod leader = leader().orElseThrow();
    String former = holder();

    Instant killed = Instant.now();
    client.pods().resource(leader).withGracePeriod(0).delete();
    double seconds = secondsUntilAnotherWorks(killed, former, "after-kill");

    finished("leader's pod killed under load", seconds, "-", List.of("killed"));
    assertThat(leader().map(pod -> pod.getMetadata().getUid()))
        .isNotEqualTo(Optional.of(leader.getMetadata().getUid()));
  }

  @Order(2)
  @Test
  void rollingUpgradeDisturbsNoRun() {
    chart.awaitReady();
    runs.create("upgraded", SHORT);
    runs.awaitPhase("upgraded", "Running", RUNNING);
    Pod leader = leader().orElseThrow();
    String former = holder();
    Map<String, Object> changed = new TreeMap<>(values);
    changed.put("podAnnotations.version", "next");

    chart.upgrade(changed);
    await("the old leader is told to end")
        .atMost(READY)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> isEnding(client.pods().resource(leader).get()));
    double seconds = secondsUntilAnotherWorks(Instant.now(), former, "after-upgrade");

    finished("rolling upgrade under load", seconds, "-", List.of("upgraded"));
    await("every operator is of the new version")
        .atMost(READY)
        .until(() ->
            chart.pods().size() == 2
                && chart.pods().stream()
                    .allMatch(
                        pod -> "next".equals(pod.getMetadata().getAnnotations().get("version"))));
  }

  private static boolean isEnding(Pod pod) {
    return pod == null || pod.getMetadata().getDeletionTimestamp() != null;
  }

  @Order(3)
  @Test
  void leaderThatWasPausedPastItsLeaseWritesNothingWhenItWakes() throws Exception {
    client.apps().deployments().inNamespace(chart.namespace()).withName("loadline").scale(0);
    await("the chart's operators have ended").atMost(READY).until(() -> chart.pods().isEmpty());
    operators = new OperatorProcesses(client, chart, namespace.name(), LEASE);
    Config rights = operators.way("direct", client.getConfiguration().getMasterUrl());
    relay = new ApiRelay(rights);
    operators.way("relayed", relay.address());
    OperatorProcess first = operators.start("first", "relayed");
    await("the first one leads").atMost(READY).until(() -> holder().startsWith("first_"));
    second = operators.start("second", "direct");
    ZonedDateTime due = dueAfter(15);
    scheduled("nightly", due);
    assertThat(first.get("/metrics")).contains("loadline_next_run_timestamp_seconds");
    assertThat(second.get("/metrics")).doesNotContain("loadline_next_run_timestamp_seconds");

    String former = holder();
    Instant paused = Instant.now();
    first.pause();
    double seconds = secondsUntilAnotherWorks(paused, former, "after-pause");
    String run = awaitScheduledRun("nightly", due);
    int before = relay.writes().size();
    assertThat(before).isPositive();
    first.resume();
    int code = first.awaitEnd(TAKEN_OVER);
    List<String> late = relay.writes().subList(before, relay.writes().size());

    assertThat(late).isEmpty();
    assertThat(code).isEqualTo(75);
    assertThat(first.log()).contains("loadline: the lease is held by second_");
    finished(
        "leader paused past its lease at a due minute, then woken",
        seconds,
        Integer.toString(late.size()),
        List.of(run));
    assertThat(runs.all().stream().filter(one -> one.getMetadata().getName().startsWith("nightly")))
        .hasSize(1);
  }

  @Order(4)
  @Test
  void tenRunsOutliveTheirLeader() throws IOException {
    third = operators.start("third", "relayed");
    List<String> ten = IntStream.range(0, 10).mapToObj(n -> "many-" + n).toList();
    ten.forEach(run -> runs.create(run, SHORT));
    await("all are under way, and the first of them sends load")
        .atMost(RUNNING)
        .until(() ->
            ten.stream().allMatch(run -> made.jobs(run) == 1)
                && ten.stream().anyMatch(run -> phase(run).equals("Running")));

    String former = holder();
    Instant killed = Instant.now();
    second.kill();
    double seconds = secondsUntilAnotherWorks(killed, former, "after-ten");

    assertThat(holder()).startsWith("third_");
    finished("leader killed (SIGKILL) with ten runs", seconds, "-", ten);
  }

  /** What it sent before it knew is held up, and arrives when its successor works. */
  @Order(5)
  @Test
  void leaderThatIsCutOffEndsByItselfAndRunsThatWaitForATargetWaitOn() throws Exception {
    operators.start("fourth", "direct");
    namespace.apply(Files.readString(TestRuns.RESOURCES.resolve("busy.yaml")));
    ZonedDateTime due = dueAfter(30);
    scheduled("cut-off", due);
    await().atMost(READY).until(() -> Instant.now().isAfter(due.toInstant().minusSeconds(25)));
    runs.create("holds", alone("45s"));
    runs.awaitPhase("holds", "Running", RUNNING);
    List<String> waiting = List.of("waits-1", "waits-2");
    waiting.forEach(run -> runs.create(run, alone("5s")));
    await("both wait")
        .atMost(RUNNING)
        .until(() -> waiting.stream().allMatch(run -> admitted(run).equals("False/TargetBusy")));
    await().atMost(READY).until(() -> Instant.now().isAfter(due.toInstant().minusSeconds(2)));

    String former = holder();
    assertThat(former).startsWith("third_");
    int before = relay.writes().size();
    Instant cut = Instant.now();
    relay.cut();
    double seconds = secondsUntilAnotherWorks(cut, former, "after-cut");
    assertThat(third.awaitEnd(TAKEN_OVER)).isEqualTo(75);
    assertThat(third.log()).contains("loadline: the lease could not be renewed for 8 s");
    String run = awaitScheduledRun("cut-off", due);
    assertThat(admitted("waits-1") + admitted("waits-2")).contains("TargetBusy");
    relay.mend();

    List<String> all = List.of("holds", "waits-1", "waits-2", run);
    all.forEach(one -> runs.awaitFinished(one, FINISHED));
    finished(
        "leader cut off from the API server at a due minute, two runs waiting for their target",
        seconds,
        (relay.writes().size() - before) + " of the 8 s before it knew, delivered late",
        all);
    oneAfterTheOther(List.of("holds", "waits-1", "waits-2"));
    assertThat(runs.all().stream().filter(one -> one.getMetadata().getName().startsWith("cut-off")))
        .hasSize(1);
  }

  /** On a target of its own, which it does not share. */
  private static String alone(String duration) {
    return "{target: {service: {name: busy}}, load: {shareTarget: false, stages: [{name: only,"
        + " users: 1, duration: "
        + duration
        + "}]}}";
  }

  private static String admitted(String run) {
    return runs.find(run)
        .map(LoadTestRun::getStatus)
        .map(status -> RunRules.shown(status, "Admitted"))
        .orElse("");
  }

  private static void oneAfterTheOther(List<String> names) {
    List<LoadTestRunStatus> inTurn =
        names.stream()
            .map(name -> runs.find(name).orElseThrow().getStatus())
            .sorted(Comparator.comparing(LoadTestRunStatus::startTime))
            .toList();
    for (int i = 0; i + 1 < inTurn.size(); i++) {
      assertThat(Instant.parse(inTurn.get(i + 1).startTime()))
          .isAfterOrEqualTo(Instant.parse(inTurn.get(i).completionTime()));
    }
  }

  private static String phase(String run) {
    return runs.find(run)
        .map(LoadTestRun::getStatus)
        .flatMap(status -> Optional.ofNullable(status.phase()))
        .orElse("");
  }

  /** A test that only wants a word about itself: whoever holds the lease now writes it. */
  private static double secondsUntilAnotherWorks(Instant since, String former, String name) {
    await("another operator holds the lease")
        .atMost(READY)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> !holder().isEmpty() && !holder().equals(former));
    namespace.apply(
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTest
        metadata: {name: %s}
        spec:
          suspend: true
          target: {service: {name: simulator, port: 8000}}
          workload: {synthetic: {inputTokens: 16, outputTokens: 8}}
          load: {stages: [{name: only, users: 1, duration: 10s}]}
        """
            .formatted(name));
    await("another operator works")
        .atMost(READY)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> Optional.ofNullable(test(name).getStatus()).isPresent());
    return Duration.between(since, Instant.now()).toMillis() / 1000.0;
  }

  private static LoadTest test(String name) {
    return client.resources(LoadTest.class).inNamespace(namespace.name()).withName(name).get();
  }

  /** The first minute that begins so many seconds from now. */
  private static ZonedDateTime dueAfter(long seconds) {
    return Instant.now()
        .plusSeconds(seconds + 60)
        .atZone(ZoneOffset.UTC)
        .truncatedTo(ChronoUnit.MINUTES);
  }

  private static void scheduled(String name, ZonedDateTime due) {
    namespace.apply(
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTest
        metadata: {name: %s}
        spec:
          schedule: "%d %d * * *"
          target: {service: {name: simulator, port: 8000}}
          workload: {synthetic: {inputTokens: 16, outputTokens: 8}}
          load:
            shareTarget: true
            warmup: 1s
            drainTimeout: 5s
            stages: [{name: only, users: 1, duration: 10s}]
          runner:
            resources:
              requests: {cpu: 50m, memory: 160Mi}
              limits: {memory: 256Mi}
        """
            .formatted(name, due.getMinute(), due.getHour()));
    await("it is scheduled")
        .atMost(READY)
        .until(() ->
            Optional.ofNullable(test(name).getStatus())
                .map(status -> status.nextScheduleTime())
                .isPresent());
  }

  private static String awaitScheduledRun(String test, ZonedDateTime due) {
    String name = test + "-" + DateTimeFormatter.ofPattern("yyyyMMddHHmm").format(due);
    await("the run is made").atMost(RUNNING).until(() -> runs.find(name).isPresent());
    return name;
  }

  /** None lost, none repeated, and who took over was quick enough. */
  private static void finished(String what, double seconds, String writes, List<String> names) {
    int lost = 0;
    int doubled = 0;
    for (String run : names) {
      var status = runs.awaitFinished(run, FINISHED).getStatus();
      lost += status.phase().equals("Completed") ? 0 : 1;
      doubled += status.attempts().size() + made.jobs(run) + made.pods(run) > 3 ? 1 : 0;
    }
    String row =
        "| %s | %.1f | %d | %d | %d | %s |"
            .formatted(what, seconds, names.size(), lost, doubled, writes);
    table.add(row);
    System.out.println(row);
    assertThat(lost).as("runs that did not complete").isZero();
    assertThat(doubled).as("runs with a second attempt, Job or pod").isZero();
    assertThat(seconds).isLessThanOrEqualTo((double) TAKEN_OVER.toSeconds());
  }

  private static String holder() {
    return Optional.ofNullable(client.leases().inNamespace(chart.namespace()).withName(LEASE).get())
        .map(lease -> lease.getSpec().getHolderIdentity())
        .orElse("");
  }

  /** The pod that holds the lease. */
  private static Optional<Pod> leader() {
    String holder = holder();
    return chart.pods().stream()
        .filter(pod -> holder.startsWith(pod.getMetadata().getName() + "_"))
        .findFirst();
  }
}
