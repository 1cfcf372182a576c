package dev.loadline.operator.kube;

import dev.loadline.operator.plan.Load;
import dev.loadline.operator.plan.Target;
import dev.loadline.operator.plan.TestPlan;
import dev.loadline.operator.verdict.TargetEndpoints;
import dev.loadline.operator.verdict.TargetEndpoints.Observation;
import dev.loadline.runner.contract.RunResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether the target's Service stays the same while it is measured: its endpoints are looked at
 * shortly before the first window begins and once more when the load is over.
 */
record TargetWatch(RunPass pass) {
  /**
   * The kubelet sees a runner ready up to a second after its first request, and writes whole
   * seconds; scaling in the last seconds of a warm-up disturbs the window that follows anyway.
   */
  private static final Duration BEFORE_WINDOW = Duration.ofSeconds(3);

  private static final String UNSEEN =
      "the Service's endpoints were not seen: it has none, or the operator may not list"
          + " endpointslices in its namespace";

  /**
   * Looks at the endpoints if the first window is about to begin and nobody has yet.
   *
   * @return when to look again
   */
  Requeue beforeWindow() {
    Optional<TestPlan> plan = plan();
    Optional<Instant> loadStarted = pass.status().attempts().loadStarted();
    if (plan.isEmpty() || loadStarted.isEmpty() || pass.status().endpoints().isPresent()) {
      return Requeue.heartbeat();
    }
    Instant due = loadStarted.get().plus(plan.get().load().warmup()).minus(BEFORE_WINDOW);
    if (pass.now().isBefore(due)) {
      return Requeue.at(due, pass.now());
    }
    plan.get().target().service().flatMap(this::look).ifPresent(pass.status()::endpoints);
    return Requeue.heartbeat();
  }

  /** What became of the endpoints until now, when the load is over. */
  Observation observation(Load load, RunResult result) {
    Optional<Target.Service> service = plan().flatMap(plan -> plan.target().service());
    if (service.isEmpty()) {
      return new Observation.NotCompared("the target is not known as a Service of the cluster");
    }
    Optional<TargetEndpoints> before = pass.status().endpoints();
    if (before.isEmpty() || result.stages().isEmpty()) {
      return new Observation.NotCompared(UNSEEN);
    }
    Instant windowStart = Instant.ofEpochMilli(result.stages().getFirst().window().startMillis());
    Instant windowEnd = Instant.ofEpochMilli(result.stages().getLast().window().endMillis());
    return look(service.get())
        .<Observation>map(after ->
            new Observation.Compared(
                before.get(), after, windowStart, windowEnd.plus(load.drainTimeout())))
        .orElseGet(() -> new Observation.NotCompared(UNSEEN));
  }

  private Optional<TestPlan> plan() {
    return switch (pass.parsed()) {
      case TestPlan.Parsed.Valid valid -> Optional.of(valid.plan());
      case TestPlan.Parsed.Refused ignored -> Optional.empty();
    };
  }

  private Optional<TargetEndpoints> look(Target.Service service) {
    return new EndpointsReader(pass.context().getClient(), pass.time().wall()).look(service);
  }
}
