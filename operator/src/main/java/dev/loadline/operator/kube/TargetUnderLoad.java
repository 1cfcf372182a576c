package dev.loadline.operator.kube;

import dev.loadline.operator.api.LoadTestRunStatus.EndpointsStatus;
import dev.loadline.operator.api.LoadTestRunStatus.TargetStatus;
import dev.loadline.operator.plan.Target;
import dev.loadline.operator.verdict.TargetEndpoints;
import dev.loadline.runner.contract.RunResult;
import java.time.Instant;
import java.util.Optional;

/** What a run's status says of its target: what was asked for, then what was found. */
final class TargetUnderLoad {
  private TargetUnderLoad() {}

  /** Before anything has answered. */
  static TargetStatus asked(Target target) {
    return new TargetStatus(
        target.url(),
        target.model().orElse(null),
        target.engine().equals("Auto") ? null : target.engine(),
        null,
        null);
  }

  /** With what the load runner has found. */
  static TargetStatus answered(Optional<TargetStatus> known, RunResult.TargetFacts found) {
    return new TargetStatus(
        known.map(TargetStatus::url).orElse(null),
        found.model(),
        found.engine(),
        found.version().orElse(null),
        known.map(TargetStatus::endpoints).orElse(null));
  }

  /** With the endpoints of its Service before the first window. */
  static TargetStatus seen(TargetStatus known, TargetEndpoints endpoints) {
    return new TargetStatus(
        known.url(),
        known.model(),
        known.engine(),
        known.version(),
        new EndpointsStatus(endpoints.ready(), endpoints.version(), endpoints.seen().toString()));
  }

  /** The endpoints that {@link #seen} has left. */
  static Optional<TargetEndpoints> endpoints(TargetStatus target) {
    return Optional.ofNullable(target.endpoints())
        .map(is -> new TargetEndpoints(is.ready(), is.version(), Instant.parse(is.seenTime())));
  }
}
