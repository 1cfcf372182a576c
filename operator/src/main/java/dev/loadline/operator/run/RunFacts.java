package dev.loadline.operator.run;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is seen of a run's children right now.
 *
 * @param stopRequested the run was told to stop
 * @param job Job of the last attempt
 * @param pods its pods
 * @param warning text of the last event that says why pods are not created
 */
public record RunFacts(
    boolean stopRequested, JobFact job, List<Pod> pods, Optional<String> warning) {

  /** Copies the list. */
  public RunFacts {
    pods = List.copyOf(pods);
  }

  /** The Job of the last attempt. */
  public sealed interface JobFact {
    /** There is none. */
    record Absent() implements JobFact {}

    /** A Job of its name belongs to somebody else. */
    record Foreign(String name) implements JobFact {}

    /**
     * It is there.
     *
     * @param created when it was created
     * @param deleting it is being deleted
     * @param failure why Kubernetes counts it as failed, if it does
     */
    record Present(String name, Instant created, boolean deleting, Optional<String> failure)
        implements JobFact {}

    /** The same with all instants moved. */
    default JobFact moved(Duration by) {
      return switch (this) {
        case Present job ->
            new Present(job.name(), job.created().plus(by), job.deleting(), job.failure());
        case Absent same -> same;
        case Foreign same -> same;
      };
    }
  }

  /** A pod of the Job. */
  public record Pod(String name, PodHealth health) {
    /** True if nothing of it runs any more. */
    boolean over() {
      return health instanceof PodHealth.Ended;
    }
  }

  /** The same with all instants moved, as to another clock. */
  public RunFacts moved(Duration by) {
    return new RunFacts(
        stopRequested,
        job.moved(by),
        pods.stream().map(pod -> new Pod(pod.name(), pod.health().moved(by))).toList(),
        warning);
  }

  /** Since when a pod sends load, if one is known to. */
  public Optional<Instant> loadSince() {
    return pods.stream().flatMap(pod -> pod.health().loadSince().stream()).findFirst();
  }

  /** The last pod's end, if it has ended. */
  Optional<PodHealth.Ended> lastEnded() {
    return !pods.isEmpty() && pods.getLast().health() instanceof PodHealth.Ended ended
        ? Optional.of(ended)
        : Optional.empty();
  }

  /** True if all pods have ended by themselves and the end needs no deletion. */
  boolean quietlyKept(RunProgress progress) {
    return progress.concluded() && !pods.isEmpty() && quiet();
  }

  /** True if no pod is left that may still send load. */
  boolean quiet() {
    return pods.stream().allMatch(Pod::over);
  }
}
