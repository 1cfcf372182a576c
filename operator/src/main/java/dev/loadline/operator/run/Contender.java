package dev.loadline.operator.run;

import dev.loadline.operator.plan.TargetIdentity;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * A run that loads a target or waits for it.
 *
 * @param namespace its namespace
 * @param name its name
 * @param uid its UID
 * @param target what it loads
 * @param shares loads it beside other runs that share it as well
 * @param due when it was due, or created if no schedule started it
 * @param created when it was created
 * @param deadline until when it waits
 */
public record Contender(
    String namespace,
    String name,
    String uid,
    TargetIdentity target,
    boolean shares,
    Instant due,
    Instant created,
    Instant deadline) {

  /** First come, first served. */
  public static final Comparator<Contender> ORDER =
      Comparator.comparing(Contender::due)
          .thenComparing(Contender::created)
          .thenComparing(Contender::namespace)
          .thenComparing(Contender::name);

  /** Whether both may load the target at once: only if both say so. */
  public boolean besides(Contender other) {
    return shares && other.shares;
  }

  /** Whether it still waits for its turn; at its deadline it no longer does. */
  public boolean waitsAt(Instant now) {
    return now.isBefore(deadline);
  }

  /**
   * That it is missed, if it may not begin any more and never waited for its target.
   *
   * @param watchingSince since when this operator is there
   */
  public Optional<RunDecision> missed(Instant watchingSince, Instant now) {
    if (waitsAt(now)) {
      return Optional.empty();
    }
    return Optional.of(
        deadline.isBefore(watchingSince)
            ? missed(Reason.OperatorDown, "no operator was running before")
            : missed(Reason.DeadlineExceeded, "it could not be admitted before"));
  }

  /**
   * That it is missed, if it waited for its target for longer than it may, whoever has it now.
   *
   * @param said what it waited for, in the words of its last status
   */
  public Optional<RunDecision> waitedTooLong(String said, Instant now) {
    return waitsAt(now)
        ? Optional.empty()
        : Optional.of(
            missed(Reason.TargetBusy, said.replace(waits(), "") + "; it was not free before"));
  }

  RunDecision missed(Reason reason, String why) {
    return RunDecision.Conclude.of(
        Conclusion.End.Failed, reason, why + " the starting deadline, " + deadline);
  }

  /** How the status of a run ends that waits for its turn. */
  String waits() {
    return "; waits for its turn; deadline " + deadline;
  }

  /** Whether {@code other} may not begin before it has had its turn. */
  public boolean comesBefore(Contender other, Instant now) {
    return !uid.equals(other.uid)
        && ORDER.compare(this, other) < 0
        && waitsAt(now)
        && !besides(other);
  }

  @Override
  public String toString() {
    return "LoadTestRun " + namespace + "/" + name;
  }
}
