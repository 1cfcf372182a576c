package dev.loadline.operator.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * {@code @every}: a fixed distance, counted from the last due time or else from the creation of the
 * test, as Kubernetes counts it; a changed distance counts from when the change is seen. Clocks and
 * zones do not matter.
 *
 * @param expression as it was written
 * @param interval whole seconds, at least a minute
 */
record EveryInterval(String expression, Duration interval) implements CronSchedule {
  /** Runs are named by their minute, so two due times must never share one. */
  static final Duration SHORTEST = Duration.ofMinutes(1);

  EveryInterval {
    if (interval.compareTo(SHORTEST) < 0
        || !interval.equals(interval.truncatedTo(ChronoUnit.SECONDS))) {
      throw new IllegalArgumentException("not whole seconds of at least a minute: " + interval);
    }
  }

  @Override
  public boolean isEverDue() {
    return true;
  }

  @Override
  public Optional<Instant> next(Instant after, ZoneId zone) {
    return Optional.of(Instant.ofEpochSecond(after.getEpochSecond()).plus(interval));
  }
}
