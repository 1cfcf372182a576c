package dev.loadline.operator.it;

import static dev.loadline.operator.it.TroubledCluster.LIMIT;
import static dev.loadline.operator.it.TroubledCluster.MAIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.FailureTable.Line;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.api.LoadTestRunStatus.ValidityStatus;
import dev.loadline.operator.api.SpentStatus;
import dev.loadline.operator.it.Witness.Seen;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs whose load would take ten minutes and is ended by what they may spend. */
final class Spending {
  private static final String LONG =
      ", load: {stages: [{name: only, users: 2, duration: 10m}]}, target: {readinessTimeout: 30s}}";
  private static final long SECONDS = 60;

  private Spending() {}

  static Stream<Trouble> all() {
    return Stream.of(
        Trouble.of("limited requests", Spending::limitedRequests),
        Trouble.of("limited time", Spending::limitedTime));
  }

  private static Line limitedRequests(TroubledCluster cluster) {
    Ended ended = run(cluster, "few", "requests: 80");
    assertThat(ended.spent().requests()).isEqualTo(80);
    return line(cluster, "limit on requests reached", "limits.requests 80", "requests", ended);
  }

  private static Line limitedTime(TroubledCluster cluster) {
    Ended ended = run(cluster, "short", "runnerPodTime: " + SECONDS + "s");
    assertThat(ended.spent().runnerPodSeconds()).isBetween(SECONDS / 2, SECONDS);
    assertThat(ended.lived()).isLessThanOrEqualTo(Duration.ofSeconds(SECONDS));
    return line(
        cluster,
        "limit on the runner's time reached",
        "limits.runnerPodTime " + SECONDS + "s",
        "runnerPodTime",
        ended);
  }

  /** A run that is over, and for how long its container ran as the kubelet tells. */
  private record Ended(LoadTestRun run, Duration lived) {
    LoadTestRunStatus status() {
      return run.getStatus();
    }

    SpentStatus spent() {
      return status().spent();
    }
  }

  private static Ended run(TroubledCluster cluster, String name, String limits) {
    TestRuns runs = cluster.runs(MAIN);
    String uid = runs.create(name, "{limits: {" + limits + "}" + LONG);
    LoadTestRun run = runs.awaitFinished(name, LIMIT);
    ContainerStateTerminated end =
        cluster.witness.pods(uid).stream()
            .map(Seen::object)
            .map(Pod.class::cast)
            .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
            .flatMap(
                container -> Optional.ofNullable(container.getState().getTerminated()).stream())
            .findFirst()
            .orElseThrow();
    assertThat(end.getExitCode()).isZero();
    Instant started = Instant.parse(end.getStartedAt());
    return new Ended(run, Duration.between(started, Instant.parse(end.getFinishedAt())));
  }

  private static Line line(
      TroubledCluster cluster, String failure, String cause, String limit, Ended ended) {
    LoadTestRunStatus status = ended.status();
    RunRules.isConsistent(status);
    assertThat(status.phase()).isEqualTo("Completed");
    assertThat(ended.spent().limitReached()).isEqualTo(limit);
    assertThat(ended.spent().stage()).isEqualTo("only");
    ValidityStatus check = check(status, "LimitReached");
    assertThat(check.result()).isEqualTo("Passed");
    assertThat(RunRules.condition(status, "ResultsCollected").getMessage())
        .startsWith("limits." + limit + " was reached in stage only");
    assertThat(RunRules.condition(status, "Finished").getMessage())
        .isEqualTo("measured until limits." + limit + " was reached");
    assertThat(failed(status)).isSubsetOf("GeneratorSaturated", "RateNotAchieved", "TooFewSamples");
    String name = ended.run().getMetadata().getName();
    return new Line(
        failure,
        cause + ", a stage of 10m",
        RunRules.words(status, "ResultsCollected")
            + " … "
            + RunRules.words(status, "Finished")
            + ", LimitReached "
            + check.result()
            + ": "
            + check.observed()
            + "; spent "
            + ended.spent().requests()
            + " requests, "
            + ended.spent().outputTokens()
            + " tokens, "
            + ended.spent().runnerPodSeconds()
            + " s",
        ended.lived().toSeconds() + " of the container in all",
        cluster.leftOf(MAIN, name, true));
  }

  static ValidityStatus check(LoadTestRunStatus status, String name) {
    return status.validity().stream()
        .filter(is -> is.check().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The checks that speak against a measurement. */
  static List<String> failed(LoadTestRunStatus status) {
    return status.validity().stream()
        .filter(is -> is.result().equals("Failed"))
        .map(ValidityStatus::check)
        .toList();
  }
}
