package dev.loadline.operator.verdict;

import dev.loadline.operator.plan.Load;
import dev.loadline.runner.contract.RunResult;
import dev.loadline.runner.contract.RunResult.Generator;
import dev.loadline.runner.contract.RunResult.Limit;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.RunResult.Outcome;
import dev.loadline.runner.contract.StageResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was measured, beside what was asked for.
 *
 * @param outcome how the load runner ended
 * @param loadStarted whether a request of the load was sent
 * @param engine the engine that answered; empty if nothing did
 * @param stages the stages that have a result, in order
 * @param missingStages names of planned stages without one
 * @param generator the generator's own health
 * @param omitted what the runner left out so that its result fits, see {@link RunResult#omitted}
 * @param limit the limit that ended the load; empty if none did
 * @param endpoints what became of the target's endpoints meanwhile
 */
public record Measurement(
    Outcome outcome,
    boolean loadStarted,
    Optional<String> engine,
    List<StageMeasurement> stages,
    List<String> missingStages,
    Generator generator,
    List<String> omitted,
    Optional<Limit> limit,
    TargetEndpoints.Observation endpoints) {

  /** Copies the lists. */
  public Measurement {
    stages = List.copyOf(stages);
    missingStages = List.copyOf(missingStages);
    omitted = List.copyOf(omitted);
  }

  /** Whether a metric was measured, but left out of the result. */
  boolean lacks(Metric metric) {
    return omitted.contains(metric.name());
  }

  /** Whether its distributions that count cut requests were left out of the result. */
  boolean lacksCut(Metric metric) {
    return lacks(metric) || omitted.contains(RunResult.withCut(metric));
  }

  /** Puts the results beside the plan, by the stages' names. */
  public static Measurement of(Load load, RunResult result, TargetEndpoints.Observation endpoints) {
    List<StageMeasurement> stages = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (Load.Stage planned : load.stages()) {
      Optional<StageResult> found =
          result.stages().stream().filter(stage -> stage.name().equals(planned.name())).findFirst();
      if (found.isPresent()) {
        stages.add(new StageMeasurement(planned, found.get()));
      } else {
        missing.add(planned.name());
      }
    }
    return new Measurement(
        result.outcome(),
        result.loadStartedMillis().isPresent(),
        result.target().map(RunResult.TargetFacts::engine),
        stages,
        missing,
        result.generator(),
        result.omitted(),
        result.limitReached(),
        endpoints);
  }
}
