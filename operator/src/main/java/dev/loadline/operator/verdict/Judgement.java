package dev.loadline.operator.verdict;

import dev.loadline.operator.plan.Objective;
import java.util.List;
import java.util.Optional;

/**
 * A verdict and everything that led to it.
 *
 * @param reason one word in CamelCase: {@code ObjectivesMet}, {@code ObjectiveMissed}, {@code
 *     NoObjectives}, {@code Stopped}, {@code NotMeasured} or the validity check that failed
 * @param message a sentence for people
 * @param objectives one per objective of the test, in its order
 * @param validity one per check
 */
public record Judgement(
    Verdict verdict,
    String reason,
    String message,
    List<ObjectiveResult> objectives,
    List<ValidityResult> validity) {

  /** Copies the lists. */
  public Judgement {
    objectives = List.copyOf(objectives);
    validity = List.copyOf(validity);
  }

  /** What became of an objective, named as in the API. */
  public enum ObjectiveOutcome {
    /** The bound is kept. */
    Met,
    /** It is not. */
    Missed,
    /** There are too few samples, or too many requests were cut off, to say. */
    NotEnoughSamples
  }

  /**
   * An objective and what became of it.
   *
   * @param stage the stage that decided: the one that misses it, or else comes nearest to that
   * @param value the value there, formatted; empty if there is none
   * @param bound the bound, formatted, for example {@code max 800ms}
   * @param samples how many samples the value rests on
   */
  public record ObjectiveResult(
      Objective objective,
      Optional<String> stage,
      Optional<String> value,
      String bound,
      ObjectiveOutcome outcome,
      long samples) {}

  /** What became of a check, named as in the API. */
  public enum CheckOutcome {
    /** Nothing speaks against the measurement. */
    Passed,
    /** The measurement cannot be trusted. */
    Failed,
    /** The check does not apply here, or what it needs is not known. */
    NotChecked
  }

  /** The checks on a measurement, in the order in which they name the reason of a verdict. */
  public enum Check {
    /** A limit ended the load before every stage was measured. */
    LimitReached,
    /** No request was sent in a stage. */
    ZeroRequests,
    /** Requests failed for want of local ports. */
    ClientPorts,
    /** The load runner was too slow for its own measurement. */
    GeneratorSaturated,
    /** The target was rolled, restarted or scaled meanwhile. */
    TargetChanged,
    /** The load was not the one that was asked for. */
    RateNotAchieved,
    /** Arrivals did not obey their law. */
    ArrivalProcessOff,
    /** Prompts or answers were not as long as asked for. */
    TokenCountMismatch,
    /** The server had more of the prompts in its cache than the workload repeats. */
    PrefixCacheContaminated,
    /** An objective could not be judged. */
    TooFewSamples
  }

  /**
   * A check and what became of it.
   *
   * @param observed what was found, formatted; says why if the check was not made
   * @param bound what is allowed, formatted
   */
  public record ValidityResult(Check check, String observed, String bound, CheckOutcome outcome) {}
}
