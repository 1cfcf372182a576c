package dev.loadline.operator.run;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What a runner pod's status says, reduced to what decisions need. */
public sealed interface PodHealth {

  /** Whether load was sent, or nobody knows that it was not. */
  default boolean mayHaveSent() {
    return switch (this) {
      case Ready ignored -> true;
      case NodeLost ignored -> true;
      case Ended ended -> ended.wasReady();
      case Unschedulable ignored -> false;
      case ImageTrouble ignored -> false;
      case ConfigTrouble ignored -> false;
      case Starting ignored -> false;
    };
  }

  /** Since when it sends load; empty if it does not, or if that is not known. */
  default Optional<Instant> loadSince() {
    return switch (this) {
      case Ready ready -> Optional.of(ready.since());
      case NodeLost lost -> lost.wasReady() ? Optional.of(lost.since()) : Optional.empty();
      case Ended ignored -> Optional.empty();
      case Unschedulable ignored -> Optional.empty();
      case ImageTrouble ignored -> Optional.empty();
      case ConfigTrouble ignored -> Optional.empty();
      case Starting ignored -> Optional.empty();
    };
  }

  /** The same with all instants moved. */
  default PodHealth moved(Duration by) {
    return switch (this) {
      case Ready ready -> new Ready(ready.since().plus(by));
      case NodeLost lost -> new NodeLost(lost.since().plus(by), lost.wasReady());
      case ImageTrouble image ->
          new ImageTrouble(image.message(), image.hopeless(), image.scheduled().plus(by));
      case ConfigTrouble config -> new ConfigTrouble(config.message(), config.scheduled().plus(by));
      case Unschedulable same -> same;
      case Starting same -> same;
      case Ended same -> same;
    };
  }

  /** No node was found. */
  record Unschedulable(String message) implements PodHealth {}

  /** The image cannot be pulled, since some time after the pod was scheduled. */
  record ImageTrouble(String message, boolean hopeless, Instant scheduled) implements PodHealth {}

  /** A Secret, a ConfigMap or a claim is missing, or the container cannot be made. */
  record ConfigTrouble(String message, Instant scheduled) implements PodHealth {}

  /** On its way: being scheduled, pulled, started, or waiting for the target. */
  record Starting() implements PodHealth {}

  /** Ready: load is being sent. */
  record Ready(Instant since) implements PodHealth {}

  /** Its node does not answer although the container was running; since then. */
  record NodeLost(Instant since, boolean wasReady) implements PodHealth {}

  /**
   * Ended, or evicted.
   *
   * @param exitCode the container's; empty if it never ran or is not known
   * @param outOfMemory the memory limit that it was killed at, in words; empty if it was not
   * @param disruption eviction, preemption or node shutdown, in words; empty if none
   * @param output termination message as it was
   * @param wasReady true if the pod was ever ready, or if that cannot be known
   */
  record Ended(
      Optional<Integer> exitCode,
      Optional<String> outOfMemory,
      Optional<String> disruption,
      String output,
      boolean wasReady)
      implements PodHealth {
    private static final int KILLED = 137;
    private static final int TERMINATED = 143;

    /** Whether it ended because somebody stopped it, as far as can be told. */
    boolean cutOff() {
      return outOfMemory.isEmpty()
          && exitCode.map(code -> code == KILLED || code == TERMINATED).orElse(true);
    }
  }
}
