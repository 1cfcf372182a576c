package dev.loadline.operator.metrics;

import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.api.LoadTestRunStatus.ObjectiveStatus;
import dev.loadline.operator.api.LoadTestRunStatus.StageStatus;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one test shows in a scrape.
 *
 * @param labels its namespace and name
 * @param active runs that have not finished
 * @param next when the next run is due
 * @param last the run that finished last, while its object is there
 */
record ShownTest(Labels labels, int active, Optional<Instant> next, Optional<ShownRun> last) {

  /**
   * The run that finished last.
   *
   * @param labels the test's and the model
   * @param verdict as the status has it
   * @param finished when, if that can be read
   * @param objectives empty if the measurement is not valid
   * @param stages empty if the measurement is not valid: its figures shall page nobody
   */
  record ShownRun(
      Labels labels,
      Optional<String> verdict,
      Optional<Instant> finished,
      List<ObjectiveStatus> objectives,
      List<ShownStage> stages) {

    /** Verdicts of runs whose figures say something about the server. */
    private static final Set<String> SOUND = Set.of("Pass", "Fail", "None");

    static ShownRun of(Labels test, LoadTestRunStatus status, Optional<Instant> finished) {
      String model =
          Optional.ofNullable(status.target())
              .map(LoadTestRunStatus.TargetStatus::model)
              .orElse("");
      Labels labels = test.add("model", model);
      Optional<String> verdict = Optional.ofNullable(status.verdict());
      boolean sound = verdict.filter(SOUND::contains).isPresent();
      return new ShownRun(
          labels,
          verdict,
          finished,
          sound ? listOf(status.objectives()) : List.of(),
          sound
              ? listOf(status.stages()).stream().map(stage -> ShownStage.of(labels, stage)).toList()
              : List.of());
    }

    private static <T> List<T> listOf(@Nullable List<T> list) {
      return list == null ? List.of() : list;
    }
  }

  /**
   * A stage of that run.
   *
   * @param labels the run's and the stage
   * @param status its figures
   * @param quantiles the labels with a quantile, by its name, made when first asked for: all
   *     latencies have the same, and they cost more to make than to write
   */
  record ShownStage(Labels labels, StageStatus status, Map<String, Labels> quantiles) {
    static ShownStage of(Labels run, StageStatus status) {
      return new ShownStage(run.add("stage", status.name()), status, new HashMap<>());
    }

    Labels quantile(String quantile) {
      return quantiles.computeIfAbsent(quantile, name -> labels.add("quantile", name));
    }
  }
}
