package dev.loadline.operator.kube;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.plan.Limits;
import dev.loadline.operator.plan.Problem;
import dev.loadline.operator.run.Admission;
import dev.loadline.operator.run.Contender;
import dev.loadline.operator.run.Reason;
import dev.loadline.operator.run.RunDecision;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Decides whether a run that wants to begin may. */
final class RunAdmission {
  private final TargetClaims targets;
  private final Watching watching;
  private final Limits caps;
  private final Function<ResourceID, Optional<LoadTest>> tests;

  /**
   * Admits one run at a time for each target.
   *
   * @param caps what no run may spend
   * @param tests those that are known
   */
  RunAdmission(
      TargetClaims targets,
      Watching watching,
      Limits caps,
      Function<ResourceID, Optional<LoadTest>> tests) {
    this.targets = targets;
    this.watching = watching;
    this.caps = caps;
    this.tests = tests;
  }

  /** {@link RunDecision.Admit} if the target is the run's now, else why it waits or is over. */
  RunDecision decide(RunPass pass) {
    Optional<String> copy = RunCopy.refusal(pass.run(), () -> hasTest(pass));
    if (copy.isPresent()) {
      return refused(Reason.CopyOfRun, copy.get());
    }
    List<Problem> above = pass.plan().limits().refusal(caps, pass.plan().load());
    if (!above.isEmpty()) {
      return refused(Reason.CapExceeded, Problem.text(above));
    }
    Contender run = Contenders.of(pass.run()).orElseThrow();
    return pass.missed(run, watching.since(pass.now())).orElseGet(() -> claim(pass, run));
  }

  /** What is known may lag behind, so the server is asked before a run is taken for a copy. */
  private boolean hasTest(RunPass pass) {
    return RunsOfTests.testOf(pass.run())
        .flatMap(tests)
        .filter(test -> Owners.owns(test, pass.run()))
        .or(pass::itsTest)
        .isPresent();
  }

  private RunDecision claim(RunPass pass, Contender run) {
    return switch (targets.claim(run)) {
      case Admission.Granted ignored -> new RunDecision.Admit();
      case Admission.Busy busy -> busy.decision(run, pass.now());
    };
  }

  private static RunDecision refused(Reason reason, String message) {
    return new RunDecision.Conclude(RunPass.failed(reason, message));
  }

  /** What the run may spend. */
  Limits limits(RunPass pass) {
    return pass.plan().limits().atMost(caps);
  }
}
