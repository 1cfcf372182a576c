package dev.loadline.operator.verdict;

import java.time.Duration;
import java.time.Instant;

/**
 * The endpoints of the target's Service at one instant.
 *
 * @param ready how many were ready
 * @param version changes with anything about them: one more, one less, one that was not ready for a
 *     while
 * @param seen when they were looked at
 */
public record TargetEndpoints(int ready, String version, Instant seen) {

  /** What is known of the endpoints over the time of a measurement. */
  public sealed interface Observation {
    /**
     * They were looked at about when the first window began and after the last request.
     *
     * @param windowStart when the first window began
     * @param loadEnd the latest instant at which load may have been sent
     */
    record Compared(
        TargetEndpoints before, TargetEndpoints after, Instant windowStart, Instant loadEnd)
        implements Observation {
      private static final Duration LATE = Duration.ofSeconds(30);

      /** Two clocks may differ by so much. */
      private static final Duration INTO_THE_WINDOW = Duration.ofSeconds(3);

      boolean changed() {
        return !before.version().equals(after.version());
      }

      /** Whether the first look was only at what the first window had come to: nobody was there. */
      boolean begunUnseen() {
        return before.seen().isAfter(windowStart.plus(INTO_THE_WINDOW));
      }

      /** Whether what changed may have done so when the load was over. */
      boolean late() {
        return after.seen().isAfter(loadEnd.plus(LATE));
      }
    }

    /** They were not, for this reason. */
    record NotCompared(String why) implements Observation {}
  }
}
