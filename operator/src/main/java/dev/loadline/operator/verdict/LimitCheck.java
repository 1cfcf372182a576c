package dev.loadline.operator.verdict;

import dev.loadline.operator.verdict.Judgement.Check;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import dev.loadline.runner.contract.RunResult;
import dev.loadline.runner.contract.StageResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a limit that ended the load left something to measure in every stage. */
public final class LimitCheck {
  private LimitCheck() {}

  /** The limit that ended a load and where, in words; empty if none did. */
  public static Optional<String> words(RunResult result) {
    return result.limitReached().map(limit -> words(limit, result.stages()));
  }

  static Optional<String> words(Measurement measurement) {
    List<StageResult> stages = measurement.stages().stream().map(StageMeasurement::result).toList();
    return measurement.limit().map(limit -> words(limit, stages));
  }

  private static String words(RunResult.Limit limit, List<StageResult> stages) {
    String where =
        stages.isEmpty()
            ? "before the load"
            : (stages.getLast().window().complete() ? "after stage " : "in stage ")
                + stages.getLast().name();
    return "limits." + limit + " was reached " + where;
  }

  /** Names of the stages that the limit left without a request in their window. */
  static List<String> without(Measurement measurement) {
    List<String> without = new ArrayList<>();
    measurement.stages().stream()
        .filter(stage -> stage.requests().sent() == 0 && !stage.result().window().complete())
        .forEach(stage -> without.add(stage.name()));
    without.addAll(measurement.missingStages());
    return without;
  }

  /** Empty where no limit was reached. */
  static Optional<ValidityResult> of(Measurement measurement) {
    List<String> without = without(measurement);
    return words(measurement)
        .map(words ->
            new ValidityResult(
                Check.LimitReached,
                words
                    + (without.isEmpty()
                        ? ""
                        : ": nothing was measured of " + String.join(", ", without)),
                "a request in each stage",
                without.isEmpty() ? CheckOutcome.Passed : CheckOutcome.Failed));
  }
}
