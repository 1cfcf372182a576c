package dev.loadline.operator.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When to look at an object again; the only place that gives the framework a delay. A delay is
 * whole milliseconds, rounded up (so that a wake-up is never before its due time), at least 1 ms
 * (the framework's timer thread dies of a negative one, and 0 is a hot loop) and at most {@link
 * #LONGEST}: an object is looked at every five minutes whatever was or was not announced, and its
 * due times are worked out afresh each time. What has ended is looked at once an hour.
 *
 * @param delay already rounded and bounded
 */
public record Requeue(Duration delay) {
  /** The longest time without a look at an object. */
  public static final Duration LONGEST = Duration.ofMinutes(5);

  /** The same for what has ended and of which nothing is expected but its deletion. */
  private static final Duration LONGEST_AFTER_THE_END = Duration.ofHours(1);

  private static final Duration SHORTEST = Duration.ofMillis(1);

  /** Rounds and bounds the delay. */
  public Requeue {
    if (delay.compareTo(SHORTEST) < 0) {
      delay = SHORTEST;
    } else if (delay.compareTo(LONGEST_AFTER_THE_END) > 0) {
      delay = LONGEST_AFTER_THE_END;
    } else {
      delay = Duration.ofMillis(delay.plusNanos(999_999).toMillis());
    }
  }

  /** At once. */
  public static Requeue now() {
    return new Requeue(SHORTEST);
  }

  /** After this long. */
  public static Requeue after(Duration delay) {
    return new Requeue(delay.compareTo(LONGEST) > 0 ? LONGEST : delay);
  }

  /** When {@code due} comes; at once if it is past. */
  public static Requeue at(Instant due, Instant now) {
    boolean far = due.isAfter(now.plus(LONGEST));
    return new Requeue(far ? LONGEST : Duration.between(now, due));
  }

  /** When {@code due} comes, or at the next heartbeat if nothing is due. */
  public static Requeue at(Optional<Instant> due, Instant now) {
    return due.map(instant -> at(instant, now)).orElseGet(Requeue::heartbeat);
  }

  /**
   * The same for what has ended: thousands of those may be kept, and their caches tell of changes.
   */
  public static Requeue ended(Optional<Instant> due, Instant now) {
    Instant longest = now.plus(LONGEST_AFTER_THE_END);
    Instant until = due.filter(longest::isAfter).orElse(longest);
    return new Requeue(Duration.between(now, until));
  }

  /** Nothing is expected: only the regular look. */
  public static Requeue heartbeat() {
    return new Requeue(LONGEST);
  }

  /** Whichever comes first. */
  public Requeue or(Requeue other) {
    return delay.compareTo(other.delay) <= 0 ? this : other;
  }

  /** What a reconciler returns: everything is written already, look again after the delay. */
  public <P extends HasMetadata> UpdateControl<P> control() {
    return UpdateControl.<P>noUpdate().rescheduleAfter(delay);
  }
}
