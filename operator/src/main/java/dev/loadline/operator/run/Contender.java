package dev.loadline.operator.run;

import dev.loadline.operator.plan.TargetIdentity;
import java.time.Instant;
import java.util.Comparator;

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
