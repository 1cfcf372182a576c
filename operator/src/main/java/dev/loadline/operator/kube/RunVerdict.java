package dev.loadline.operator.kube;

import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus.FailureStatus;
import dev.loadline.operator.run.Conclusion;
import dev.loadline.operator.run.Reason;
import dev.loadline.operator.run.RunProgress;
import dev.loadline.operator.verdict.Verdict;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the conditions and the verdict say of a conclusion. */
record RunVerdict(Conditions<RunCondition> conditions) {

  /** The verdict of a run that was not measured follows from its end, else from the judge. */
  static RunStatus.Verdicts of(Conclusion conclusion, Optional<Results> results) {
    return switch (conclusion.end()) {
      case Completed ->
          new RunStatus.Verdicts(
              results.orElseThrow().judgement().verdict().name(),
              results.orElseThrow().judgement().reason());
      case Failed -> new RunStatus.Verdicts(Verdict.None.name(), conclusion.reason().name());
      case Damaged, Stopped ->
          new RunStatus.Verdicts(Verdict.Invalid.name(), conclusion.reason().name());
    };
  }

  /** The end that led to a verdict and a failure, if there was one; the reverse of {@link #of}. */
  static RunProgress.Ending ending(String verdict, @Nullable FailureStatus failure) {
    if (failure == null) {
      return new RunProgress.Ending(Conclusion.End.Completed, Reason.Measured);
    }
    Reason reason = Reason.named(failure.reason()).orElse(Reason.RunnerLost);
    if (reason == Reason.Stopped) {
      return new RunProgress.Ending(Conclusion.End.Stopped, reason);
    }
    boolean unsent = verdict.equals(Verdict.None.name());
    return new RunProgress.Ending(unsent ? Conclusion.End.Failed : Conclusion.End.Damaged, reason);
  }

  void record(Conclusion conclusion, Optional<Results> results) {
    String reason = conclusion.reason().name();
    String message = conclusion.message();
    target(conclusion, results);
    if (conclusion.reason() == Reason.InvalidSpec
        || !conditions.is(RunCondition.Admitted, "True")) {
      conditions.no(RunCondition.Admitted, reason, message);
    }
    switch (conclusion.end()) {
      case Completed -> {
        conditions.yes(RunCondition.RunnersReady, reason, "the runner has ended");
        conditions.yes(RunCondition.ResultsCollected, reason, message);
        judged(results.orElseThrow());
      }
      case Failed -> {
        conditions.no(RunCondition.RunnersReady, reason, message);
        conditions.no(RunCondition.ResultsCollected, reason, "nothing was measured");
        conditions.unknown(RunCondition.MeasurementValid, "NotMeasured", "nothing was measured");
        conditions.unknown(RunCondition.ObjectivesMet, "NotMeasured", "nothing was measured");
      }
      case Damaged, Stopped -> {
        conditions.no(RunCondition.RunnersReady, reason, message);
        conditions.no(RunCondition.ResultsCollected, reason, message);
        conditions.no(RunCondition.MeasurementValid, reason, message);
        conditions.unknown(RunCondition.ObjectivesMet, reason, "the measurement is not valid");
      }
    }
  }

  private void target(Conclusion conclusion, Optional<Results> results) {
    if (conclusion.reason().ofTarget()) {
      notReady(conclusion.reason(), conclusion.message());
    } else if (results.isPresent()) {
      conditions.yes(
          RunCondition.TargetReady, "Answered", "the target answers and serves the model");
    }
  }

  /** An attempt is given up. */
  void attemptEnded(Reason reason, String message) {
    conditions.no(RunCondition.RunnersReady, reason.name(), message);
    if (reason.ofTarget()) {
      notReady(reason, message);
    }
  }

  private void notReady(Reason reason, String message) {
    conditions.no(RunCondition.TargetReady, reason.name(), message);
  }

  private void judged(Results results) {
    String reason = results.judgement().reason();
    String message = results.judgement().message();
    switch (results.judgement().verdict()) {
      case Invalid -> {
        conditions.no(RunCondition.MeasurementValid, reason, message);
        conditions.unknown(RunCondition.ObjectivesMet, reason, "the measurement is not valid");
      }
      case Pass -> {
        valid();
        conditions.yes(RunCondition.ObjectivesMet, reason, message);
      }
      case Fail -> {
        valid();
        conditions.no(RunCondition.ObjectivesMet, reason, message);
      }
      case None -> {
        valid();
        conditions.unknown(RunCondition.ObjectivesMet, reason, message);
      }
    }
  }

  private void valid() {
    conditions.yes(
        RunCondition.MeasurementValid, "ChecksPassed", "no check speaks against the measurement");
  }

  static void announce(LoadTestRun run, Events events, Results results) {
    results
        .spent()
        .filter(spent -> spent.limitReached() != null)
        .ifPresent(spent -> events.normal(run, Reason.LimitReached.name(), Results.end(spent)));
    switch (results.judgement().verdict()) {
      case Invalid -> events.warning(run, "MeasurementInvalid", results.judgement().message());
      case Fail -> events.warning(run, "ObjectiveMissed", results.judgement().message());
      case Pass, None -> events.normal(run, Reason.Measured.name(), results.judgement().message());
    }
  }
}
