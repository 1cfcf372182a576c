package dev.loadline.operator.run;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Whether a run may load its target now. */
public sealed interface Admission {

  /** It may; nobody else does, or all share the target. */
  record Granted() implements Admission {}

  /**
   * It has to wait.
   *
   * @param why who is in the way, for a person
   * @param first the run whose turn it is, if nobody else has the target
   */
  record Busy(String why, Optional<Contender> first) implements Admission {

    /** Until its deadline the run waits for its turn, then it is missed. */
    public RunDecision decision(Contender run, Instant now) {
      String message = "the target " + run.target() + " is busy: " + why;
      return run.waitsAt(now)
          ? new RunDecision.Await(
              RunDecision.Phase.Waiting, Reason.TargetBusy, message + run.waits(), run.deadline())
          : run.missed(Reason.TargetBusy, message + "; it was not free before");
    }
  }

  /**
   * Decides by who loads the target and who waits for it. Runs are served in the order in which
   * they came, also before one that would share the target: else a run that wants it alone could
   * wait for ever.
   *
   * @param loading other runs that were admitted and may still send load
   * @param waiting the other runs that want the target; asked for only if it is free
   */
  static Admission decide(
      Contender run, Stream<Contender> loading, Supplier<Stream<Contender>> waiting, Instant now) {
    Optional<Contender> holder = loading.filter(other -> !other.besides(run)).findFirst();
    if (holder.isPresent()) {
      String alone = run.shares() ? " and does not share it" : "";
      return new Busy(holder.get() + " loads it" + alone, Optional.empty());
    }
    return waiting
        .get()
        .filter(other -> other.comesBefore(run, now))
        .min(Contender.ORDER)
        .<Admission>map(next -> new Busy(next + " has waited for it longer", Optional.of(next)))
        .orElseGet(Granted::new);
  }

  /** Those of the waiting whose turn it may be: the first one and, if it shares, those with it. */
  static List<Contender> next(Stream<Contender> waiting, Instant now) {
    List<Contender> queue = waiting.filter(is -> is.waitsAt(now)).sorted(Contender.ORDER).toList();
    List<Contender> sharing = queue.stream().takeWhile(Contender::shares).toList();
    return sharing.isEmpty() ? queue.stream().limit(1).toList() : sharing;
  }
}
