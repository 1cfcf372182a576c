package dev.loadline.operator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.api.LoadTestStatus;
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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The real API server killed for two minutes across a due minute, under two runs: one that ends
 * while it is away and one that ends later. Prints the table that {@code target/outage.md} holds
 * too.
 */
class OutageIT {
  private static final Duration OUTAGE = Duration.ofMinutes(2);
  private static final Duration READY = Duration.ofMinutes(2);
  private static final Duration FINISHED = Duration.ofMinutes(5);
  private static final Duration WITHIN = Duration.ofMinutes(1);
  private static final Path TABLE = Path.of("target/outage.md");

  /** Between the begin of the two runs and the due minute. */
  private static final Duration AHEAD = Duration.ofSeconds(45);

  private static ClusterScripts scripts;
  private static KubernetesClient client;
  private static InstalledChart chart;
  private static TestNamespace namespace;
  private static TestRuns runs;
  private static final List<String> table =
      new ArrayList<>(
          List.of(
              "| LoadTest | what it was doing | what became of it | right so many s after the"
                  + " server's return | runs | Jobs | pods |",
              "|---|---|---|---|---|---|---|"));

  @BeforeAll
  static void install() throws IOException {
    scripts = ClusterScripts.find().orElse(null);
    Assumptions.assumeTrue(scripts != null, "nothing that breaks a server: LOADLINE_IT_CLUSTER");
    TestCluster cluster = TestCluster.require();
    client = cluster.client();
    namespace = new TestNamespace(client, "loadline-it-outage");
    chart =
        new InstalledChart(
            cluster, Map.of("watch.mode", "Namespaces", "watch.namespaces[0]", namespace.name()));
    runs = new TestRuns(client, namespace.name());
    namespace.apply(Files.readString(TestRuns.RESOURCES.resolve("targets.yaml")));
    await("the simulator is ready")
        .atMost(READY)
        .until(() -> client.pods().inNamespace(namespace.name()).withName("simulator").isReady());
  }

  @AfterAll
  static void removeAll() {
    if (namespace != null) {
      namespace.close();
    }
    if (chart != null) {
      chart.close();
    }
  }

  @Test
  void nothingIsLostAndNothingDoubleWhenTheServerIsBack() throws IOException {
    ZonedDateTime due =
        Instant.now()
            .plus(AHEAD)
            .plusSeconds(75)
            .atZone(ZoneOffset.UTC)
            .truncatedTo(ChronoUnit.MINUTES);
    scheduled("late", due, "10m");
    scheduled("too-late", due, "30s");
    awaitInstant(due.toInstant().minus(AHEAD));
    String within = begun("ends-within", "50s");
    String after = begun("ends-after", "150s");
    Instant killed = Instant.now();
    assertThat(killed).as("before the due minute").isBefore(due.toInstant());

    Instant returned = away(killed);

    double lateSeconds = seconds(returned, () -> !runsOf("late").isEmpty());
    double missedSeconds = seconds(returned, () -> missed("too-late") == 1);
    double withinSeconds = seconds(returned, () -> isFinished(within));
    String late = "late-" + DateTimeFormatter.ofPattern("yyyyMMddHHmm").format(due);
    assertThat(runsOf("late")).containsExactly(late);
    assertThat(runs.find(late).orElseThrow().getSpec().scheduledTime())
        .isEqualTo(due.toInstant().toString());
    measured("ends-within", within, "its load ended while the server was away", withinSeconds);
    LoadTestRunStatus ended = runs.awaitFinished(after, FINISHED).getStatus();
    assertThat(Instant.parse(ended.measurementEndTime())).isAfter(returned);
    measured("ends-after", after, "it sent load from before until after", -1);
    runs.awaitFinished(late, FINISHED);
    measured("late", late, "due while it was away, deadline 10m", lateSeconds);
    isMissed(missedSeconds);
    int restarts = chart.pod().getStatus().getContainerStatuses().getFirst().getRestartCount();
    table.add("");
    table.add(
        "Away for %d s; the operator's container was started anew %d times."
            .formatted(Duration.between(killed, returned).toSeconds(), restarts));
    Files.write(TABLE, table);
    System.out.println(String.join("\n", table));
    assertThat(lateSeconds).isLessThan((double) WITHIN.toSeconds());
    assertThat(missedSeconds).isLessThan((double) WITHIN.toSeconds());
    assertThat(withinSeconds).isLessThan((double) WITHIN.toSeconds());
  }

  /** Kills the server, and starts it again whatever happens; when it answered again. */
  private static Instant away(Instant killed) {
    scripts.run("component", "kill", "kube-apiserver");
    try {
      awaitInstant(killed.plus(OUTAGE));
    } finally {
      scripts.run("component", "start", "kube-apiserver");
      await("the API server is back")
          .atMost(READY)
          .ignoreExceptions()
          .until(() -> "ok".equals(client.raw("/readyz")));
    }
    return Instant.now();
  }

  private static void awaitInstant(Instant instant) {
    await().atMost(FINISHED).until(() -> !Instant.now().isBefore(instant));
  }

  private static double seconds(Instant since, Callable<Boolean> right) {
    await().atMost(FINISHED).pollInterval(Duration.ofMillis(200)).ignoreExceptions().until(right);
    return Duration.between(since, Instant.now()).toMillis() / 1000.0;
  }

  private static void scheduled(String name, ZonedDateTime due, String deadline) {
    runs.createTest(
        name,
        "{schedule: '%d %d * * *', startingDeadline: %s, load: {stages: [{name: only, users: 1,"
                .formatted(due.getMinute(), due.getHour(), deadline)
            + " duration: 5s}]}, lifecycle: {podRetention: Always}}");
    await(name + " is scheduled")
        .atMost(READY)
        .until(() -> status(name).map(LoadTestStatus::nextScheduleTime).isPresent());
  }

  /** A run that sends load. */
  private static String begun(String name, String duration) {
    runs.createTest(
        name,
        "{load: {stages: [{name: only, users: 1, duration: "
            + duration
            + "}]}, lifecycle: {podRetention: Always}}");
    await(name + " has a run").atMost(READY).until(() -> runsOf(name).size() == 1);
    String run = runsOf(name).getFirst();
    runs.awaitPhase(run, "Running", READY);
    return run;
  }

  private static Optional<LoadTestStatus> status(String name) {
    return Optional.ofNullable(
            client.resources(LoadTest.class).inNamespace(namespace.name()).withName(name).get())
        .map(LoadTest::getStatus);
  }

  private static List<String> runsOf(String test) {
    return runs.all().stream()
        .filter(run -> test.equals(run.getSpec().loadTest()))
        .map(run -> run.getMetadata().getName())
        .toList();
  }

  private static boolean isFinished(String run) {
    return runs.find(run).filter(is -> TestRuns.isTrue(is, "Finished")).isPresent();
  }

  private static long missed(String test) {
    return status(test).map(LoadTestStatus::missedRuns).orElse(0L);
  }

  /** One run, one Job, one pod, and a result; all of them are kept, so that they can be counted. */
  private static void measured(String test, String run, String doing, double seconds) {
    LoadTestRun is = runs.find(run).orElseThrow();
    LoadTestRunStatus status = is.getStatus();
    RunRules.isConsistent(status);
    assertThat(status.phase()).as(run + ": " + status.failure()).isEqualTo("Completed");
    assertThat(status.attempts()).hasSize(1);
    assertThat(status.stages().getFirst().requests().completed()).isPositive();
    await(test + " knows of its run")
        .atMost(WITHIN)
        .until(() ->
            status(test)
                .map(LoadTestStatus::lastRun)
                .filter(last -> Objects.equals(last.name(), run))
                .isPresent());
    assertThat(missed(test)).isZero();
    assertThat(runsOf(test)).hasSize(1);
    assertThat(runs.jobs(run)).hasSize(1);
    assertThat(runs.pods(run)).hasSize(1);
    table.add(
        "| %s | %s | %s, %s/%s | %s | 1 | 1 | 1 |"
            .formatted(
                test,
                doing,
                status.phase(),
                status.verdict(),
                status.verdictReason(),
                seconds < 0 ? "at its end" : "%.1f".formatted(seconds)));
  }

  private static void isMissed(double seconds) {
    LoadTestStatus status = status("too-late").orElseThrow();
    assertThat(status.missedRuns()).isEqualTo(1);
    assertThat(status.lastMissedReason()).isEqualTo("DeadlineExceeded");
    assertThat(runsOf("too-late")).isEmpty();
    table.add(
        "| too-late | due while it was away, deadline 30s | missed 1, %s | %.1f | 0 | 0 | 0 |"
            .formatted(status.lastMissedReason(), seconds));
  }
}
