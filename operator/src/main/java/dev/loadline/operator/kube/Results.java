package dev.loadline.operator.kube;

import dev.loadline.operator.api.GeneratorStatus;
import dev.loadline.operator.api.LoadTestRunStatus.ObjectiveStatus;
import dev.loadline.operator.api.LoadTestRunStatus.StageStatus;
import dev.loadline.operator.api.LoadTestRunStatus.Summary;
import dev.loadline.operator.api.LoadTestRunStatus.TargetStatus;
import dev.loadline.operator.api.LoadTestRunStatus.ValidityStatus;
import dev.loadline.operator.api.LoadTestRunStatus.WorkloadStatus;
import dev.loadline.operator.api.SpentStatus;
import dev.loadline.operator.plan.Load;
import dev.loadline.operator.plan.Objective;
import dev.loadline.operator.verdict.Judge;
import dev.loadline.operator.verdict.Judgement;
import dev.loadline.operator.verdict.Measurement;
import dev.loadline.operator.verdict.TargetEndpoints.Observation;
import dev.loadline.runner.contract.RunResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A runner's result, judged, in the shape of the status. */
record Results(RunResult result, Measurement measurement, Judgement judgement) {

  static Results of(
      Load load, List<Objective> objectives, RunResult result, Observation endpoints) {
    Measurement measurement = Measurement.of(load, result, endpoints);
    return new Results(result, measurement, Judge.judge(measurement, objectives));
  }

  List<StageStatus> stages() {
    return measurement.stages().stream().map(StageResults::status).toList();
  }

  /** Empty where nothing was measured. */
  Optional<GeneratorStatus> generator() {
    return result.stages().isEmpty()
        ? Optional.empty()
        : Optional.of(StageFacts.generator(result.generator()));
  }

  /** Empty in a result of a runner that does not tell. */
  Optional<SpentStatus> spent() {
    return result
        .spent()
        .map(spent ->
            new SpentStatus(
                spent.requests(),
                spent.outputTokens(),
                Math.ceilDiv(spent.runnerMillis(), 1000L),
                result.limitReached().map(RunResult.Limit::name).orElse(null),
                result.limitReached().isEmpty() || result.stages().isEmpty()
                    ? null
                    : result.stages().getLast().name()));
  }

  /** How a run that was measured has ended. */
  static String end(@Nullable SpentStatus spent) {
    return spent == null || spent.limitReached() == null
        ? "all stages were measured"
        : "measured until limits." + spent.limitReached() + " was reached";
  }

  Optional<Summary> summary() {
    return StageResults.summary(measurement.stages());
  }

  /** What a reader of the figures has to know besides. */
  List<String> notes(Optional<WorkloadStatus> sent) {
    List<String> notes = new ArrayList<>();
    if (!result.omitted().isEmpty()) {
      notes.add("the runner left out what did not fit: " + String.join(", ", result.omitted()));
    }
    long plain = result.stages().stream().mapToLong(stage -> stage.requests().plainJson()).sum();
    if (plain > 0) {
      notes.add(plain + " answers were no streams: they have no time to first token");
    }
    boolean uncalibrated = result.target().stream().anyMatch(is -> is.calibration().isEmpty());
    if (uncalibrated && sent.filter(is -> is.dataset() == null).isPresent()) {
      notes.add("the target did not count prompts before the load: a word was taken for a token");
    }
    return notes;
  }

  Optional<String> measurementStart() {
    return result.stages().stream()
        .map(stage -> Instant.ofEpochMilli(stage.window().startMillis()).toString())
        .findFirst();
  }

  Optional<String> measurementEnd() {
    return result.stages().isEmpty()
        ? Optional.empty()
        : Optional.of(
            Instant.ofEpochMilli(result.stages().getLast().window().endMillis()).toString());
  }

  /** The target with what answered. */
  Optional<TargetStatus> target(Optional<TargetStatus> known) {
    return result.target().map(found -> TargetUnderLoad.answered(known, found));
  }

  List<ObjectiveStatus> objectives() {
    return judgement.objectives().stream()
        .map(is ->
            new ObjectiveStatus(
                is.objective().name(),
                is.objective().subject().metric(),
                switch (is.objective().subject()) {
                  case Objective.Subject.Latency latency -> latency.statistic().name();
                  case Objective.Subject.Figure ignored -> null;
                },
                is.stage().orElse(null),
                is.value().orElse(null),
                is.bound(),
                is.outcome().name()))
        .toList();
  }

  List<ValidityStatus> validity() {
    return judgement.validity().stream()
        .map(is ->
            new ValidityStatus(is.check().name(), is.observed(), is.bound(), is.outcome().name()))
        .toList();
  }
}
