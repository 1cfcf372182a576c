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
 * @param active runs that have not finished
 * @param next when the next run is due
 * @param last the run that finished last, while its object is there
 */
record TestResult(Labels labels, int active, Optional<Instant> next, Optional<LastRun> last) {

  /**
   * The run that finished last.
   *
   * @param objectives empty if the measurement is not valid
   * @param stages empty if the measurement is not valid: its figures shall page nobody
   */
  record LastRun(
      Labels labels,
      LoadTestRunStatus status,
      Optional<Instant> finished,
      List<ObjectiveStatus> objectives,
      List<LastStage> stages) {

    /** Verdicts of runs whose figures say something about the server. */
    private static final Set<String> SOUND = Set.of("Pass", "Fail", "None");

    static LastRun of(Labels test, LoadTestRunStatus status, Optional<Instant> finished) {
      String model =
          Optional.ofNullable(status.target())
              .map(LoadTestRunStatus.TargetStatus::model)
              .orElse("");
      Labels labels = test.add("model", model);
      boolean sound = SOUND.contains(Optional.ofNullable(status.verdict()).orElse(""));
      return new LastRun(
          labels,
          status,
          finished,
          sound ? listOf(status.objectives()) : List.of(),
          sound
              ? listOf(status.stages()).stream().map(stage -> LastStage.of(labels, stage)).toList()
              : List.of());
    }

    private static <T> List<T> listOf(@Nullable List<T> list) {
      return list == null ? List.of() : list;
    }
  }

  /**
   * A stage of that run.
   *
   * @param quantiles the labels with a quantile, by its name: they cost more to make than to write
   */
  record LastStage(Labels labels, StageStatus status, Map<String, Labels> quantiles) {
    static LastStage of(Labels run, StageStatus status) {
      return new LastStage(run.add("stage", status.name()), status, new HashMap<>());
    }

    Labels quantile(String quantile) {
      return quantiles.computeIfAbsent(quantile, name -> labels.add("quantile", name));
    }
  }
}
