package dev.loadline.operator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.FailureTable;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The failure table on a real cluster: every row that a real scheduler, kubelet or admission has to
 * play, and what people do at the wrong time. All begin at the start, so that their waits overlap;
 * what touches the operator or the node itself comes after the rest. What was seen is written to
 * {@code target/failure-table.md}. The system property {@code loadline.troubles}, a pattern of
 * names, leaves others out ({@code kept} is needed by what comes after).
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FailureIT {
  private static final Duration RUNNING = Duration.ofMinutes(4);
  private static final Duration LOST = Duration.ofMinutes(4);

  /** Runs whose Job the test itself deletes. */
  private static final Set<String> JOBLESS = Set.of("jobless", "jobless-early", "going", "kept");

  private static TroubledCluster cluster;
  private static TestRuns runs;

  static Stream<Trouble> troubles() {
    Pattern wanted = Pattern.compile(System.getProperty("loadline.troubles", ".*"));
    return Stream.of(
            FailureRows.all(),
            ClusterScripts.find().stream().map(ignored -> FailureRows.tainted()),
            BadInputs.all(),
            Spending.all())
        .<Trouble>flatMap(all -> all)
        .filter(trouble -> wanted.matcher(trouble.name()).matches());
  }

  static Stream<Trouble> changedTargets() {
    return ChangedTargets.all();
  }

  @BeforeAll
  static void everythingBegins() throws IOException {
    cluster = new TroubledCluster(TestCluster.require());
    runs = cluster.runs(TroubledCluster.MAIN);
    for (String name : List.of("full", "small", "failures")) {
      cluster
          .namespace("loadline-it-" + name)
          .apply(Files.readString(TestRuns.RESOURCES.resolve("in-" + name + ".yaml")));
    }
    troubles().forEach(cluster::begin);
  }

  @AfterAll
  static void removeAll() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Order(1)
  @ParameterizedTest
  @MethodSource("troubles")
  void endsAsTheTableSays(Trouble trouble) throws Exception {
    FailureTable.add(cluster.outcome(trouble));
  }

  @Order(2)
  @ParameterizedTest
  @MethodSource("changedTargets")
  void targetThatChangesVoidsItsMeasurement(Trouble trouble) throws Exception {
    FailureTable.add(trouble.on(cluster));
  }

  @Order(3)
  @Test
  void operatorKilledUnderLoadLosesNothing() {
    runs.create("survivor", "{lifecycle: {podRetention: Always}}");
    runs.awaitPhase("survivor", "Running", RUNNING);
    String killed = cluster.chart.pod().getMetadata().getUid();
    Instant now = Instant.now();
    cluster.client.pods().resource(cluster.chart.pod()).withGracePeriod(0).delete();
    await("another operator has come")
        .atMost(TroubledCluster.READY)
        .until(() -> !cluster.chart.pod().getMetadata().getUid().equals(killed));

    LoadTestRunStatus status = runs.awaitFinished("survivor", RUNNING).getStatus();
    assertThat(status.phase()).isEqualTo("Completed");
    assertThat(status.attempts()).hasSize(1);
    assertThat(status.stages().getFirst().requests().completed()).isPositive();
    assertThat(runs.jobs("survivor")).hasSize(1);
    assertThat(runs.pods("survivor")).hasSize(1);
    FailureTable.add(
        List.of(
            new FailureTable.Line(
                "operator killed under load",
                "kubectl delete pod --force of the operator",
                status.phase() + ", " + status.verdict() + "/" + status.verdictReason(),
                Duration.between(now, Instant.now()).toSeconds() + " to the run's own end",
                cluster.leftOf(TroubledCluster.MAIN, "survivor", false)
                    + " (podRetention Always)")));
  }

  @Order(4)
  @Test
  void whatIsOverIsMovedByNothing() throws IOException {
    LoadTestRun kept = runs.find("kept").orElseThrow();
    cluster.client.pods().resource(runs.pods("kept").getFirst()).delete();
    cluster.client.resource(runs.jobs("kept").getFirst()).delete();
    await("its Job is gone").atMost(RUNNING).until(() -> runs.jobs("kept").isEmpty());
    cluster
        .namespace(TroubledCluster.MAIN)
        .apply(Files.readString(TestRuns.RESOURCES.resolve("foreign-job.yaml")));
    // Has the run looked at, and is read back: the status of any later version has to be the same.
    cluster
        .client
        .resource(kept)
        .edit(run -> {
          run.getMetadata().setAnnotations(Map.of("touched", "by-hand"));
          return run;
        });
    cluster.leftOf(TroubledCluster.MAIN, "quota", true);
  }

  @Order(5)
  @Test
  void lostNodeIsGivenUpAfterNinetySeconds() {
    ClusterScripts scripts = ClusterScripts.find().orElse(null);
    Assumptions.assumeTrue(scripts != null, "nothing that breaks a node: LOADLINE_IT_CLUSTER");
    String uid = runs.create("node-lost", FailureRows.played("ready, wait 600"));
    runs.awaitPhase("node-lost", "Running", RUNNING);
    Instant now = Instant.now();
    scripts.run("component", "kill", "kubelet");
    LoadTestRunStatus waits;
    LoadTestRunStatus given;
    try {
      waits = runs.awaitReason("node-lost", "RunnerLost", LOST).getStatus();
      given = runs.awaitPhase("node-lost", "Collecting", LOST).getStatus();
    } finally {
      scripts.run("component", "start", "kubelet");
    }
    LoadTestRunStatus status = runs.awaitFinished("node-lost", RUNNING).getStatus();
    RunRules.isConsistent(status);
    assertThat(given.completionTime()).as("not before the pod is known to be gone").isNull();
    assertThat(RunRules.condition(waits, "RunnersReady").getMessage())
        .containsPattern("the runner's node does not answer; given up at 20");
    assertThat(status.failure().reason()).isEqualTo("RunnerLost");
    assertThat(status.failure().message()).contains("node was lost");
    assertThat(status.failure().pod()).startsWith("node-lost-a1-");
    assertThat(status.verdict()).isEqualTo("Invalid");
    assertThat(status.attempts()).hasSize(1);
    FailureTable.add(
        List.of(
            new FailureTable.Line(
                "node lost after load began",
                "the kubelet killed; started again when the run was given up",
                RunRules.words(waits, "RunnersReady")
                    + " … "
                    + RunRules.words(status, "RunnersReady")
                    + " … Failed, Invalid/"
                    + status.verdictReason(),
                seconds(now, uid, is -> RunRules.shown(is, "RunnersReady").endsWith("RunnerLost"))
                    + ", given up after "
                    + seconds(now, uid, is -> is.verdict() != null),
                cluster.leftOf(TroubledCluster.MAIN, "node-lost", true))));
  }

  private static long seconds(Instant from, String run, Predicate<LoadTestRunStatus> what) {
    return Duration.between(
            from,
            cluster
                .witness
                .first(run, is -> is.getStatus() != null && what.test(is.getStatus()))
                .orElseThrow()
                .at())
        .toSeconds();
  }

  /** The rules that hold always, of all runs, from the record of the API server's writes. */
  @Order(6)
  @ParameterizedTest
  @MethodSource("allRuns")
  void rulesHoldOfEveryRun(String name, String uid) {
    boolean deletedByOthers = JOBLESS.stream().anyMatch(is -> name.matches(".*/" + is + "(-.*)?"));
    new RunRules(cluster.witness, uid).hold(deletedByOthers);
  }

  static Stream<Arguments> allRuns() {
    return cluster.witness.runs().entrySet().stream()
        .map(run -> Arguments.of(run.getValue(), run.getKey()));
  }
}
