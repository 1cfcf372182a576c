package dev.loadline.operator.kube;

import dev.loadline.operator.api.LifecycleSpec;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.plan.Lifecycle;
import dev.loadline.operator.plan.TestPlan;
import dev.loadline.operator.run.Conclusion;
import dev.loadline.operator.run.PodHealth;
import dev.loadline.operator.run.Reason;
import dev.loadline.operator.run.RunDecision;
import dev.loadline.operator.run.RunFacts;
import dev.loadline.runner.contract.ResultCodec;
import dev.loadline.runner.contract.RunResult;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What one pass over a run works with. */
record RunPass(
    LoadTestRun run,
    Context<LoadTestRun> context,
    RunStatus status,
    TestPlan.Parsed parsed,
    Instant now) {

  /** The plan; only for runs whose spec can be used. */
  TestPlan plan() {
    return switch (parsed) {
      case TestPlan.Parsed.Valid valid -> valid.plan();
      case TestPlan.Parsed.Refused refused ->
          throw new IllegalStateException("a refused run has no plan: " + refused.problems());
    };
  }

  /**
   * Deadlines and retention; the run's own time to live wins over that of its test. A spec that
   * cannot be used (any more: the operator may be newer than the run) still has an end to come to.
   */
  Lifecycle lifecycle() {
    String own = run.getSpec().ttlAfterFinished();
    return switch (parsed) {
      case TestPlan.Parsed.Valid valid ->
          (own == null ? valid.plan() : valid.plan().withTimeToLive(own)).lifecycle();
      case TestPlan.Parsed.Refused ignored ->
          new Lifecycle(
              Duration.ofMinutes(15),
              Duration.ofMinutes(15),
              1,
              TestPlan.timeToLive(
                  own != null
                      ? own
                      : Optional.ofNullable(run.getSpec().test().lifecycle())
                          .map(LifecycleSpec::ttlAfterFinished)
                          .orElse(null)),
              Lifecycle.PodRetention.OnFailure);
    };
  }

  /** The result of a conclusion, judged; what came from a runner that sent nothing is none. */
  Optional<Results> results(Conclusion conclusion) {
    return conclusion.result().filter(RunPass::measured).map(result -> Results.of(plan(), result));
  }

  /** A runner that was stopped leaves what it had measured until then, if it had the time. */
  Optional<Results> lateResult(RunFacts facts) {
    if (!status.progress().concluded()
        || status.hasResults()
        || parsed instanceof TestPlan.Parsed.Refused) {
      return Optional.empty();
    }
    for (RunFacts.Pod pod : facts.pods()) {
      if (pod.health() instanceof PodHealth.Ended ended
          && ResultCodec.decode(ended.output()) instanceof ResultCodec.Decoded.Read read
          && measured(read.result())) {
        return Optional.of(Results.of(plan(), read.result()));
      }
    }
    return Optional.empty();
  }

  private static boolean measured(RunResult result) {
    return result.outcome() == RunResult.Outcome.MEASURED || result.loadStartedMillis().isPresent();
  }

  static Conclusion failed(Reason reason, String message) {
    return new Conclusion(
        Conclusion.End.Failed,
        reason,
        message,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  static RunDecision.Await waitsForOldJob(String name, Instant until) {
    return new RunDecision.Await(
        RunDecision.Phase.Waiting,
        Reason.StoppingRunner,
        "waits until Job " + name + " of an earlier run of this name is gone",
        until);
  }
}
