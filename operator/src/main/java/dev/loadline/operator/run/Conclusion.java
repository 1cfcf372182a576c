package dev.loadline.operator.run;

import dev.loadline.runner.contract.RunResult;
import java.util.Optional;

/**
 * What became of a run. Recorded in the status before anything is deleted; the run is finished when
 * its last pod is gone or has ended.
 *
 * @param end how it ended
 * @param reason why
 * @param message what failed and what to do, for a person
 * @param pod the pod that failed
 * @param exitCode its exit code
 * @param result what was measured, in whole or in part
 */
public record Conclusion(
    End end,
    Reason reason,
    String message,
    Optional<String> pod,
    Optional<Integer> exitCode,
    Optional<RunResult> result) {

  /** How a run ends. */
  public enum End {
    /** Measured: the verdict comes from objectives and validity. */
    Completed,
    /** Not measured, nothing sent: verdict None. */
    Failed,
    /** Load was sent but the measurement is damaged: verdict Invalid. */
    Damaged,
    /** Told to stop: verdict Invalid. */
    Stopped
  }

  /** An end of which no pod tells. */
  public static Conclusion of(End end, Reason reason, String message) {
    return new Conclusion(
        end, reason, message, Optional.empty(), Optional.empty(), Optional.empty());
  }

  Conclusion from(RunFacts.Pod pod, Optional<RunResult> measured) {
    Optional<Integer> code =
        pod.health() instanceof PodHealth.Ended ended ? ended.exitCode() : Optional.empty();
    return new Conclusion(end, reason, message, Optional.of(pod.name()), code, measured);
  }
}
