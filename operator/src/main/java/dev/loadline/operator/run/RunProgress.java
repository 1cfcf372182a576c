package dev.loadline.operator.run;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the run's status remembers; all that survives a restart of the operator.
 *
 * @param startTime when the run was admitted; empty while it waits for that
 * @param attempts Jobs that were made, in order
 * @param ending the end that is recorded; the pods may still have to go
 * @param finishedAt the run is over
 * @param trouble what the runner was last seen to wait for, if it waits
 */
public record RunProgress(
    Optional<Instant> startTime,
    List<Attempt> attempts,
    Optional<Ending> ending,
    Optional<Instant> finishedAt,
    Optional<Trouble> trouble) {

  /** Copies the list. */
  public RunProgress {
    attempts = List.copyOf(attempts);
  }

  /**
   * One Job.
   *
   * @param number from 1
   * @param loadStarted when the runner was first seen sending load
   * @param ended when it was given up, if it was; a new one may follow
   * @param cause why it was given up, where that is known
   */
  public record Attempt(
      int number, Optional<Instant> loadStarted, Optional<Instant> ended, Optional<Cause> cause) {}

  /** Why an attempt was given up. */
  public record Cause(Reason reason, String message) {}

  /** How the run ends, and why. */
  public record Ending(Conclusion.End end, Reason reason) {}

  /** What keeps the runner from starting, and since when it is known. */
  public record Trouble(Reason reason, Instant since) {}

  /** Whether the end is recorded. */
  public boolean concluded() {
    return ending.isPresent();
  }

  /** Whether it was admitted, goes on, and no attempt is under way. */
  public boolean betweenAttempts() {
    return startTime.isPresent()
        && !concluded()
        && finishedAt.isEmpty()
        && last().filter(attempt -> attempt.ended().isEmpty()).isEmpty();
  }

  /** Whether it is an end without a measurement. */
  boolean failed() {
    return ending.filter(is -> is.end() != Conclusion.End.Completed).isPresent();
  }

  /** Why the last attempt that was given up was. */
  Optional<Cause> cause() {
    return attempts.reversed().stream().flatMap(attempt -> attempt.cause().stream()).findFirst();
  }

  Optional<Attempt> last() {
    return attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.getLast());
  }

  boolean loadSeen() {
    return last().flatMap(Attempt::loadStarted).isPresent();
  }
}
