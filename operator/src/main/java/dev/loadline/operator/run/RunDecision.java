package dev.loadline.operator.run;

import java.time.Instant;
import java.util.Optional;

/** The one next thing to do for a run. */
public sealed interface RunDecision {

  /** Nothing, ever again or until {@code until}. */
  record Nothing(Optional<Instant> until) implements RunDecision {}

  /** Take the target, if it is free; nothing is made before. */
  record Admit() implements RunDecision {}

  /** Make the Job of this attempt; it may be there already. */
  record CreateRunner(int attempt) implements RunDecision {}

  /**
   * Wait.
   *
   * @param phase where the run is
   * @param reason what it waits for
   * @param message the same for a person, with the deadline
   * @param until look again at the latest then
   */
  record Await(Phase phase, Reason reason, String message, Instant until) implements RunDecision {}

  /** Give the attempt up and let another follow. */
  record EndAttempt(Reason reason, String message) implements RunDecision {}

  /** Delete the Job and its pods, then look again. */
  record DeleteRunner(String message) implements RunDecision {}

  /** Record what became of the run. */
  record Conclude(Conclusion conclusion) implements RunDecision {
    static Conclude of(Conclusion.End end, Reason reason, String message) {
      return new Conclude(Conclusion.of(end, reason, message));
    }
  }

  /** The pods are gone or have ended: the run is over. */
  record Finish() implements RunDecision {}

  /** Delete the run itself: it has been finished for as long as it is kept. */
  record DeleteRun() implements RunDecision {}

  /** Where an active run is. */
  enum Phase {
    /** Not looked at yet. */
    Pending,
    /** It waits for its target, or its Job is being made or waits for a pod. */
    Waiting,
    /** Its pod is on its way. */
    Starting,
    /** It sends load. */
    Running,
    /** Its end is recorded, its pods are going. */
    Collecting
  }
}
