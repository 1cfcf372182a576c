package dev.loadline.operator.kube;

import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadSpec;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.plan.TargetIdentity;
import dev.loadline.operator.plan.Timing;
import dev.loadline.operator.run.Contender;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Reads from a run's object which target it wants, and whether it has it. */
final class Contenders {
  private Contenders() {}

  /** Where a run is in the life of a claim. */
  enum State {
    /** It wants its target and does not have it. */
    WAITS,
    /** It was admitted and is not finished: it may send load. */
    LOADS
  }

  /** Empty for a run that is over, is going or will never be admitted. */
  static Optional<State> state(LoadTestRun run) {
    Optional<LoadTestRunStatus> status = Optional.ofNullable(run.getStatus());
    if (run.getMetadata().getDeletionTimestamp() != null
        || status.map(LoadTestRunStatus::completionTime).isPresent()) {
      return Optional.empty();
    }
    if (status.map(LoadTestRunStatus::startTime).isPresent()) {
      return Optional.of(State.LOADS);
    }
    boolean over =
        status.map(LoadTestRunStatus::verdict).isPresent()
            || TestRunStarter.STOPPED.equals(run.getSpec().desiredState());
    return over ? Optional.empty() : Optional.of(State.WAITS);
  }

  static Optional<TargetIdentity> target(LoadTestRun run) {
    return TargetIdentity.of(run.getSpec().test().target(), run.getMetadata().getNamespace());
  }

  static boolean shares(LoadTestRun run) {
    return Optional.ofNullable(run.getSpec().test().load())
        .map(LoadSpec::shareTarget)
        .orElse(false);
  }

  /** Empty if the spec does not say what is to be loaded. */
  static Optional<Contender> of(LoadTestRun run) {
    Instant created = Instant.parse(run.getMetadata().getCreationTimestamp());
    Instant due = due(run).orElse(created);
    return target(run)
        .map(target ->
            new Contender(
                run.getMetadata().getNamespace(),
                run.getMetadata().getName(),
                run.getMetadata().getUid(),
                target,
                shares(run),
                due,
                created,
                deadline(run, due, created)));
  }

  /**
   * From its due time; where it was made after that deadline (another one was stopped to make room,
   * or an edit made it due) from its creation.
   */
  private static Instant deadline(LoadTestRun run, Instant due, Instant created) {
    Duration patience = Timing.startingDeadline(run.getSpec().test().startingDeadline());
    Instant deadline = due.plus(patience);
    return created.isBefore(deadline) ? deadline : created.plus(patience);
  }

  /**
   * The due time of a run that its test's clock started; others were due when they were created,
   * whatever they say: a run made by hand does not come before those that have waited.
   */
  static Optional<Instant> due(LoadTestRun run) {
    String jitter = run.getSpec().test().scheduleJitter();
    return run.getMetadata().getOwnerReferences().stream()
        .filter(owner -> owner.getKind().equals(Api.LOAD_TEST))
        .map(OwnerReference::getUid)
        .findFirst()
        .flatMap(
            test -> TestRuns.scheduledTime(run).map(minute -> Timing.due(minute, jitter, test)));
  }
}
