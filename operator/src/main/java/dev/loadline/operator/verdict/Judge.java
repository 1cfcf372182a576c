package dev.loadline.operator.verdict;

import dev.loadline.operator.plan.Objective;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ObjectiveOutcome;
import dev.loadline.operator.verdict.Judgement.ObjectiveResult;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import dev.loadline.runner.contract.RunResult.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The verdict on a run. First the measurement: if a check on it failed, the run is Invalid and says
 * nothing about the server. Then the objectives with action Fail: one that is missed makes the run
 * Fail; one that could not be judged for want of samples, or since too many requests were cut off,
 * makes it Invalid, unless another is missed (a miss that is proved stays a miss). Otherwise it is
 * Pass, or None if there was nothing to judge.
 *
 * <p>A stage in which every request failed has no latencies, so the checks on their quality do not
 * apply to it: a server that fails everything is Fail if there is an objective on the error rate
 * that is missed, else Invalid where no request of the run completed, and never Pass.
 */
public final class Judge {
  private Judge() {}

  /** Judges a measurement; {@code objectives} are those of the test that was measured. */
  public static Judgement judge(Measurement measurement, List<Objective> objectives) {
    List<ObjectiveResult> results =
        objectives.stream().map(objective -> ObjectiveJudge.judge(objective, measurement)).toList();
    List<ValidityResult> checks = ValidityChecks.all(measurement, results);
    if (measurement.outcome() != Outcome.MEASURED) {
      return notMeasured(measurement, results, checks);
    }
    Optional<ValidityResult> failed =
        checks.stream().filter(check -> check.outcome() == CheckOutcome.Failed).findFirst();
    if (failed.isPresent()) {
      return new Judgement(
          Verdict.Invalid, failed.get().check().name(), message(failed.get()), results, checks);
    }
    List<ObjectiveResult> deciding =
        results.stream()
            .filter(result -> result.objective().action() == Objective.Action.Fail)
            .toList();
    if (deciding.isEmpty()) {
      String message = "no objective with action Fail: nothing to judge" + atLimit(measurement);
      return new Judgement(Verdict.None, "NoObjectives", message, results, checks);
    }
    List<ObjectiveResult> missed =
        deciding.stream().filter(result -> result.outcome() == ObjectiveOutcome.Missed).toList();
    return missed.isEmpty()
        ? new Judgement(
            Verdict.Pass,
            "ObjectivesMet",
            met(deciding.size(), results.size() - deciding.size())
                + Losses.cutOff(measurement.stages()).map(cut -> "; " + cut).orElse("")
                + atLimit(measurement),
            results,
            checks)
        : new Judgement(
            Verdict.Fail, "ObjectiveMissed", missed(measurement, missed), results, checks);
  }

  private static String atLimit(Measurement measurement) {
    return LimitCheck.words(measurement).map("; "::concat).orElse("");
  }

  private static String met(int deciding, int reported) {
    String which = reported == 0 ? "" : " that can fail the run";
    String met =
        deciding == 1
            ? "the objective" + which + " is met"
            : "all " + deciding + " objectives" + which + " are met";
    return switch (reported) {
      case 0 -> met;
      case 1 -> met + "; 1 is only reported";
      default -> met + "; " + reported + " are only reported";
    };
  }

  private static Judgement notMeasured(
      Measurement measurement, List<ObjectiveResult> results, List<ValidityResult> checks) {
    if (!measurement.loadStarted()) {
      String message = "no load was sent";
      return new Judgement(Verdict.None, "NotMeasured", message, results, checks);
    }
    return measurement.outcome() == Outcome.STOPPED
        ? new Judgement(
            Verdict.Invalid, "Stopped", "stopped before all stages were measured", results, checks)
        : new Judgement(
            Verdict.Invalid,
            "NotMeasured",
            "the load runner failed after load had been sent",
            results,
            checks);
  }

  private static String message(ValidityResult failed) {
    return "the measurement is not valid: " + failed.observed() + " (bound " + failed.bound() + ")";
  }

  private static String nothingCompleted(Measurement measurement) {
    boolean nothing =
        measurement.stages().stream().allMatch(stage -> stage.requests().completed() == 0);
    return nothing ? losses(measurement) : "";
  }

  private static String losses(Measurement measurement) {
    return Losses.of(measurement.stages()).map(losses -> "; " + losses).orElse("");
  }

  /** What is missed; where that counts failures, with what most of them were. */
  private static String missed(Measurement measurement, List<ObjectiveResult> missed) {
    boolean byFailures =
        missed.stream()
            .anyMatch(result ->
                result.objective().subject() instanceof Objective.Subject.Figure figure
                    && figure.of() != Objective.FigureName.outputTokensPerSecond
                    && figure.of() != Objective.FigureName.requestsPerSecond);
    return words(missed)
        + (byFailures ? losses(measurement) : nothingCompleted(measurement))
        + atLimit(measurement);
  }

  private static String words(List<ObjectiveResult> missed) {
    return missed.stream()
        .map(result ->
            "objective "
                + result.objective().name()
                + " is missed: "
                + result.value().orElse("no value")
                + result.stage().map(stage -> " in stage " + stage).orElse("")
                + ", "
                + result.bound())
        .collect(Collectors.joining("; "));
  }
}
