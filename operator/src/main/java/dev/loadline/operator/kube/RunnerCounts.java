package dev.loadline.operator.kube;

import dev.loadline.operator.api.LoadTestRunStatus.RunnersStatus;
import dev.loadline.operator.run.PodHealth;
import dev.loadline.operator.run.RunFacts;
import java.util.List;
import java.util.Optional;

/** Counts runner pods for the status. */
final class RunnerCounts {
  private static final int DESIRED = 1;

  private RunnerCounts() {}

  static RunnersStatus of(List<RunFacts.Pod> pods) {
    int ready = 0;
    int succeeded = 0;
    int failed = 0;
    int lost = 0;
    for (RunFacts.Pod pod : pods) {
      switch (pod.health()) {
        case PodHealth.Ready ignored -> ready++;
        case PodHealth.NodeLost ignored -> lost++;
        case PodHealth.Ended ended -> {
          boolean well = ended.exitCode().equals(Optional.of(0));
          succeeded += well ? 1 : 0;
          failed += well ? 0 : 1;
        }
        case PodHealth.Unschedulable ignored -> {}
        case PodHealth.ImageTrouble ignored -> {}
        case PodHealth.ConfigTrouble ignored -> {}
        case PodHealth.Starting ignored -> {}
      }
    }
    return new RunnersStatus(DESIRED, ready, succeeded, failed, lost);
  }

  /** The run's end is recorded: what a pod still does counts no more. */
  static RunnersStatus noneReady(RunnersStatus is) {
    return new RunnersStatus(is.desired(), 0, is.succeeded(), is.failed(), is.lost());
  }

  /** The runner is lost, and if its pod is gone nothing else says so. */
  static RunnersStatus lost(RunnersStatus is) {
    return is.succeeded() + is.failed() > 0
        ? is
        : new RunnersStatus(is.desired(), is.ready(), 0, 0, Math.max(1, is.lost()));
  }
}
