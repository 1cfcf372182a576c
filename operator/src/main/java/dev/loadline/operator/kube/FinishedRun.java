package dev.loadline.operator.kube;

import dev.loadline.operator.api.LifecycleSpec;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunSpec;
import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.api.LoadTestRunStatus.LatencyStatus;
import dev.loadline.operator.api.LoadTestRunStatus.StageStatus;
import dev.loadline.operator.api.LoadTestRunStatus.TargetStatus;
import dev.loadline.operator.api.LoadTestSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is kept in memory of a run that has finished: what its test, its deletion and Prometheus
 * need. Thousands are kept, so that all of it would be most of the operator's memory. A status that
 * is left so must never be written, nor is it: terminal is terminal.
 */
final class FinishedRun {
  private FinishedRun() {}

  /** Leaves the rest out, if the run has finished. */
  static void slim(LoadTestRun run) {
    if (run.getStatus() == null || run.getStatus().completionTime() == null) {
      return;
    }
    run.setStatus(slim(run.getStatus()));
    if (run.getSpec() != null && run.getSpec().test() != null) {
      run.setSpec(slim(run.getSpec()));
    }
  }

  private static LoadTestRunSpec slim(LoadTestRunSpec spec) {
    return new LoadTestRunSpec(
        spec.loadTest(),
        spec.trigger(),
        spec.scheduledTime(),
        spec.desiredState(),
        spec.ttlAfterFinished(),
        only(spec.test().lifecycle()));
  }

  private static LoadTestSpec only(@Nullable LifecycleSpec lifecycle) {
    return new LoadTestSpec(
        null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
        lifecycle);
  }

  private static LoadTestRunStatus slim(LoadTestRunStatus status) {
    return new LoadTestRunStatus(
        status.observedGeneration(),
        status.phase(),
        status.verdict(),
        status.verdictReason(),
        status.startTime(),
        null,
        null,
        status.completionTime(),
        status.summary(),
        status.stages() == null ? null : status.stages().stream().map(FinishedRun::slim).toList(),
        status.objectives(),
        null,
        status.target() == null ? null : slim(status.target()),
        null,
        null,
        null,
        null,
        null,
        status.attempts(),
        status.failure(),
        List.of());
  }

  private static TargetStatus slim(TargetStatus target) {
    return new TargetStatus(null, target.model(), null, null, null);
  }

  private static StageStatus slim(StageStatus stage) {
    return new StageStatus(
        stage.name(),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        stage.throughput(),
        stage.errorRate(),
        null,
        null,
        stage.latencyMicros() == null ? null : slim(stage.latencyMicros()));
  }

  private static Map<String, LatencyStatus> slim(Map<String, LatencyStatus> latencies) {
    return latencies.entrySet().stream()
        .collect(
            Collectors.toUnmodifiableMap(
                Map.Entry::getKey, entry -> StatusSize.withoutIntervals(entry.getValue())));
  }
}
