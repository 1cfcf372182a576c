package dev.loadline.operator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.FailureTable;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.it.Witness.Seen;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A row of the failure table: what is done, and how the run has to end.
 *
 * @param name the run's
 * @param failure the table's words for it
 * @param cause what the test does
 * @param change what the run's spec says besides
 * @param act what happens to the run once it is there
 * @param end how it ends
 */
record FailureRow(
    String name, String namespace, String failure, String cause, String change, Act act, End end)
    implements Trouble {

  /** What the test does to the run; the instant at which it did. */
  interface Act {
    Instant on(Scene scene) throws Exception;
  }

  /** Nothing: what is wrong is in its spec, or in its namespace. */
  static final Act NOTHING = scene -> Instant.now();

  /**
   * How a run ends.
   *
   * @param reason pattern
   * @param message part of it
   * @param exitCode pattern, empty if there is none
   * @param attempts how many
   * @param waits true if it says so for a while before it gives up
   * @param left pattern of what stays
   */
  record End(
      String reason,
      String verdict,
      String message,
      String exitCode,
      int attempts,
      boolean waits,
      String left) {
    static End none(String reason, String message) {
      return new End(reason, "None", message, "", 1, false, "nothing");
    }

    static End invalid(String reason, String message) {
      return new End(reason, "Invalid", message, "", 1, false, "nothing");
    }

    End exit(String code) {
      return new End(reason, verdict, message, code, attempts, waits, left);
    }

    End after(int number) {
      return new End(reason, verdict, message, exitCode, number, waits, left);
    }

    End waiting() {
      return new End(reason, verdict, message, exitCode, attempts, true, left);
    }

    End leaving(String what) {
      return new End(reason, verdict, message, exitCode, attempts, waits, what);
    }
  }

  /** A run, for what is done to it. */
  record Scene(TroubledCluster cluster, TestRuns runs, String run) {
    /** Its pod of this attempt, once its container runs. */
    Pod running(int attempt) {
      return pod(
          attempt,
          pod ->
              pod.getStatus().getContainerStatuses().stream()
                  .anyMatch(is -> is.getState().getRunning() != null));
    }

    Pod pod(int attempt, Predicate<Pod> what) {
      String job = run + "-a" + attempt + "-";
      return await(run + " has its pod")
          .atMost(TroubledCluster.LIMIT)
          .until(
              () ->
                  runs.pods(run).stream()
                      .filter(pod -> pod.getMetadata().getName().startsWith(job))
                      .filter(what)
                      .findFirst(),
              Optional::isPresent)
          .orElseThrow();
    }

    /** Its pod once the status says that it sends load. */
    Pod sending() {
      runs.awaitPhase(run, "Running", TroubledCluster.LIMIT);
      return runs.pods(run).getFirst();
    }
  }

  /** Whether a load runner comes to run for it. */
  private boolean needsRoom() {
    return !end.exitCode().isEmpty() || !act.equals(NOTHING);
  }

  @Override
  public List<FailureTable.Line> on(TroubledCluster cluster) throws Exception {
    return needsRoom() ? cluster.withRoom(() -> happen(cluster)) : happen(cluster);
  }

  private List<FailureTable.Line> happen(TroubledCluster cluster) throws Exception {
    TestRuns runs = cluster.runs(namespace);
    Instant created = Instant.now();
    String uid = runs.create(name, change);
    Instant acted = act.on(new Scene(cluster, runs, name));
    Instant caused = act.equals(NOTHING) ? created : acted;
    LoadTestRun run = runs.awaitFinished(name, TroubledCluster.LIMIT);
    LoadTestRunStatus status = run.getStatus();
    RunRules.isConsistent(status);
    assertThat(status.failure().reason()).as(status.failure().message()).matches(end.reason());
    assertThat(status.failure().message()).contains(end.message());
    assertThat(status.verdict()).isEqualTo(end.verdict());
    assertThat(code(status)).as(status.failure().message()).matches(end.exitCode());
    assertThat(status.failure().exitCode() == null || status.failure().pod() != null).isTrue();
    attempts(status);
    announced(cluster.events(run), status);
    String left = cluster.leftOf(namespace, name, end.left().equals("nothing"));
    assertThat(left).matches(end.left());
    return List.of(line(cluster.witness, uid, caused, left));
  }

  private static String code(LoadTestRunStatus status) {
    return Optional.ofNullable(status.failure().exitCode()).map(String::valueOf).orElse("");
  }

  private void attempts(LoadTestRunStatus status) {
    if (end.attempts() == 0) {
      assertThat(status.attempts()).isNull();
    } else {
      assertThat(status.attempts()).hasSize(end.attempts());
      assertThat(status.attempts().getLast().outcome())
          .matches(end.reason() + "|StartupDeadlineExceeded");
    }
  }

  private static void announced(List<Event> events, LoadTestRunStatus status) {
    String type = status.phase().equals("Stopped") ? "Normal" : "Warning";
    assertThat(events)
        .as("events with reason " + status.failure().reason())
        .anySatisfy(event -> {
          assertThat(event.getReason()).isEqualTo(status.failure().reason());
          assertThat(event.getType()).isEqualTo(type);
        });
    assertThat(events)
        .filteredOn(event -> event.getReason().equals("RunFinished"))
        .singleElement()
        .satisfies(event -> assertThat(event.getMessage()).contains(status.verdict()));
  }

  private FailureTable.Line line(Witness witness, String uid, Instant caused, String left) {
    Predicate<LoadTestRun> first =
        run -> run.getStatus() != null && condition(run).getReason().matches(end.reason());
    Seen said = await().until(() -> witness.first(uid, first), Optional::isPresent).orElseThrow();
    Seen over =
        await()
            .until(
                () ->
                    witness.first(
                        uid,
                        run -> run.getStatus() != null && run.getStatus().completionTime() != null),
                Optional::isPresent)
            .orElseThrow();
    String whileWaiting = "";
    if (end.waits()) {
      Condition waits = condition((LoadTestRun) said.object());
      assertThat(waits.getMessage())
          .as("names its deadline")
          .containsPattern("(deadline|given up at) 20\\d\\d-");
      whileWaiting = shown(waits) + " … ";
    }
    LoadTestRunStatus status = ((LoadTestRun) over.object()).getStatus();
    return new FailureTable.Line(
        failure,
        cause,
        whileWaiting
            + shown(condition((LoadTestRun) over.object()))
            + " … "
            + status.phase()
            + ", "
            + status.verdict()
            + "/"
            + status.verdictReason()
            + (code(status).isEmpty() ? "" : ", exit code " + code(status))
            + ", attempts "
            + (status.attempts() == null ? 0 : status.attempts().size()),
        seconds(caused, said) + ", over after " + seconds(caused, over),
        left);
  }

  /** The one that says why: of a run that was not let in, that of its admission. */
  private static Condition condition(LoadTestRun run) {
    Condition admitted = RunRules.condition(run.getStatus(), "Admitted");
    return admitted.getStatus().equals("False")
        ? admitted
        : RunRules.condition(run.getStatus(), "RunnersReady");
  }

  private static String shown(Condition condition) {
    return "%s=%s/%s: %s"
        .formatted(
            condition.getType(),
            condition.getStatus(),
            condition.getReason(),
            condition.getMessage());
  }

  private static String seconds(Instant from, Seen to) {
    return String.valueOf(Duration.between(from, to.at()).toSeconds());
  }

  @Override
  public String toString() {
    return failure + " ends with " + end.reason();
  }
}
