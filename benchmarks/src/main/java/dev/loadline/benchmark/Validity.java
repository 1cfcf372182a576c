package dev.loadline.benchmark;

import dev.loadline.operator.plan.Load;
import dev.loadline.operator.verdict.Judge;
import dev.loadline.operator.verdict.Judgement;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Measurement;
import dev.loadline.operator.verdict.TargetEndpoints.Observation;
import dev.loadline.operator.verdict.Verdict;
import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.RunResult;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** What the operator says of a measurement: whether it is valid. */
final class Validity {
  private static final Observation NO_SERVICE =
      new Observation.NotCompared("the benchmark's server is no Service");

  private Validity() {}

  /** Of users without think time: Valid, or Invalid with what speaks against it. */
  static String ofUsers(int users, Duration warmup, Duration window, RunResult result) {
    Load.Shape shape =
        new Load.Shape.Closed(users, OptionalInt.empty(), new Distribution.Fixed(0), false);
    Load load =
        new Load(
            warmup,
            Duration.ZERO,
            Load.ConnectionReuse.Pooled,
            List.of(new Load.Stage(Plans.STAGE, shape, new Load.End.After(window))));
    Judgement judgement = Judge.judge(Measurement.of(load, result, NO_SERVICE), List.of());
    return judgement.verdict() == Verdict.Invalid ? "Invalid: " + against(judgement) : "Valid";
  }

  private static String against(Judgement judgement) {
    return judgement.validity().stream()
        .filter(check -> check.outcome() == CheckOutcome.Failed)
        .map(check -> "%s (%s, bound %s)".formatted(check.check(), check.observed(), check.bound()))
        .collect(Collectors.joining(", "));
  }
}
