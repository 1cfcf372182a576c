package dev.loadline.operator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.api.LoadTestRunStatus.AttemptStatus;
import dev.loadline.operator.it.Witness.Seen;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** What holds of every run, whatever happens to it, as the witness of its writes tells. */
record RunRules(Witness witness, String run) {
  private static final Pattern INSTANT = Pattern.compile("20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:");

  /** What lasts no longer need not say how long it will. */
  private static final Duration PASSING = Duration.ofSeconds(3);

  /**
   * Asserts all of them.
   *
   * @param deletedByOthers the test itself deleted a Job of the run
   */
  void hold(boolean deletedByOthers) {
    assertThat(witness.run(run)).isNotEmpty();
    if (!deletedByOthers) {
      evidenceComesFirst();
    }
    failedMeansStopped();
    terminalIsTerminal();
    loadIsNeverRepeated();
    waitsNameTheirDeadline();
    finished().ifPresent(end -> isConsistent(status(end)));
  }

  private Optional<Seen> finished() {
    return witness.first(run, is -> status(is).completionTime() != null);
  }

  private static LoadTestRunStatus status(Seen seen) {
    return status((LoadTestRun) seen.object());
  }

  private static LoadTestRunStatus status(LoadTestRun run) {
    return Optional.ofNullable(run.getStatus())
        .orElseGet(() -> Serialization.unmarshal("{}", LoadTestRunStatus.class));
  }

  /**
   * Before a Job is deleted the run's status says what became of its attempt, if there is a run.
   */
  private void evidenceComesFirst() {
    long gone =
        witness.run(run).stream()
            .filter(Seen::deleting)
            .mapToLong(Seen::revision)
            .min()
            .orElse(Long.MAX_VALUE);
    Map<String, Seen> deletions = new HashMap<>();
    witness.jobs(run).stream()
        .filter(job -> job.deleting() && job.revision() < gone)
        .forEach(job -> deletions.putIfAbsent(job.object().getMetadata().getName(), job));
    deletions.forEach((job, deletion) -> {
      Optional<Seen> before =
          witness.run(run).stream()
              .filter(is -> is.revision() < deletion.revision())
              .reduce((a, b) -> b);
      assertThat(before.map(RunRules::status))
          .as("status before Job " + job + " was deleted")
          .hasValueSatisfying(status ->
              assertThat(status.attempts())
                  .filteredOn(attempt -> job.equals(attempt.job()))
                  .singleElement()
                  .satisfies(attempt -> assertThat(attempt.outcome()).isNotNull()));
    });
  }

  /** When the run is over no pod of it runs, and none ever does again. */
  private void failedMeansStopped() {
    finished()
        .ifPresent(end -> {
          Map<String, Seen> last = new HashMap<>();
          for (Seen pod : witness.pods(run)) {
            if (pod.revision() < end.revision()) {
              last.put(pod.object().getMetadata().getUid(), pod);
            } else {
              assertThat(pod.over()).as("a pod runs after the end: " + pod).isTrue();
            }
          }
          last.values()
              .forEach(pod -> assertThat(pod.over()).as("a pod runs at the end: " + pod).isTrue());
        });
  }

  private void terminalIsTerminal() {
    finished()
        .ifPresent(end -> {
          String then = Serialization.asJson(status(end));
          witness.run(run).stream()
              .filter(is -> is.revision() > end.revision())
              .forEach(is -> assertThat(Serialization.asJson(status(is))).isEqualTo(then));
        });
  }

  private void loadIsNeverRepeated() {
    witness.pods(run).stream()
        .filter(Seen::ready)
        .findFirst()
        .ifPresent(load -> {
          String pod = load.object().getMetadata().getUid();
          assertThat(witness.pods(run))
              .filteredOn(is -> is.revision() > load.revision())
              .allSatisfy(is -> assertThat(is.isOf(pod)).isTrue());
        });
  }

  private void waitsNameTheirDeadline() {
    List<Seen> versions = witness.run(run);
    for (int i = 0; i + 1 < versions.size(); i++) {
      LoadTestRunStatus status = status(versions.get(i));
      Duration lasted = Duration.between(versions.get(i).at(), versions.get(i + 1).at());
      if (status.phase() == null
          || status.completionTime() != null
          || lasted.compareTo(PASSING) < 0
          || between(status)) {
        continue;
      }
      String condition = waitsIn(status);
      assertThat(condition(status, condition).getMessage())
          .as(condition + " in phase " + status.phase() + " for " + lasted)
          .containsPattern(INSTANT);
    }
  }

  /** The condition that says what the run waits for. */
  private static String waitsIn(LoadTestRunStatus status) {
    if (shown(status, "Admitted").equals("False/TargetBusy")) {
      return "Admitted";
    }
    return status.phase().equals("Collecting") ? "Finished" : "RunnersReady";
  }

  /** An attempt was given up, or the end is recorded: the next pass is due at once. */
  private static boolean between(LoadTestRunStatus status) {
    if (status.phase().equals("Collecting")) {
      return shown(status, "Finished").equals("Unknown/Pending");
    }
    return status.attempts() != null
        && condition(status, "RunnersReady")
            .getMessage()
            .equals(status.attempts().getLast().message());
  }

  static Condition condition(LoadTestRunStatus status, String type) {
    return status.conditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst()
        .orElseThrow();
  }

  static String shown(LoadTestRunStatus status, String type) {
    Condition condition = condition(status, type);
    return condition.getStatus() + "/" + condition.getReason();
  }

  /** A condition as the table shows it. */
  static String words(LoadTestRunStatus status, String type) {
    return type + "=" + shown(status, type) + ": " + condition(status, type).getMessage();
  }

  /** Phase, conditions, verdict, failure and attempts of a finished run say the same. */
  static void isConsistent(LoadTestRunStatus status) {
    assertThat(shown(status, "Finished")).isEqualTo("True/" + status.phase());
    assertThat(status.runners() == null || status.runners().ready() == 0).isTrue();
    assertThat(Objects.requireNonNullElse(status.attempts(), List.<AttemptStatus>of()))
        .allSatisfy(attempt -> assertThat(attempt.endTime()).isNotNull());
    if (status.phase().equals("Completed")) {
      assertThat(status.failure()).isNull();
      assertThat(shown(status, "Succeeded")).isEqualTo("True/Measured");
      return;
    }
    String reason = status.failure().reason();
    String message = status.failure().message();
    assertThat(message).isNotBlank();
    assertThat(status.phase()).isEqualTo(reason.equals("Stopped") ? "Stopped" : "Failed");
    assertThat(status.verdictReason()).isEqualTo(reason);
    for (String type : List.of("RunnersReady", "ResultsCollected", "Succeeded")) {
      assertThat(shown(status, type)).as(type).isEqualTo("False/" + reason);
    }
    assertThat(condition(status, "Succeeded").getMessage()).isEqualTo(message);
    assertThat(condition(status, "Finished").getMessage()).isEqualTo(message);
    switch (status.verdict()) {
      case "None" -> {
        assertThat(status.stages()).isNull();
        assertThat(shown(status, "MeasurementValid")).isEqualTo("Unknown/NotMeasured");
      }
      case "Invalid" -> assertThat(shown(status, "MeasurementValid")).isEqualTo("False/" + reason);
      default -> throw new AssertionError("verdict of a failed run: " + status.verdict());
    }
    assertThat(condition(status, "ObjectivesMet").getStatus()).isEqualTo("Unknown");
  }
}
