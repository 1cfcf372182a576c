package dev.loadline.operator.kube;

import dev.loadline.operator.api.LoadTestStatus;
import dev.loadline.operator.schedule.Occurrence;
import dev.loadline.operator.schedule.RunHistory.ScheduleInForce;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a test's status remembers of its schedule. */
record Remembered(LoadTestStatus status) {

  /** The first run that was not handled. */
  Optional<Occurrence> next() {
    Optional<Instant> minute = instant(status.nextScheduledMinute());
    return instant(status.nextScheduleTime()).map(due -> new Occurrence(minute.orElse(due), due));
  }

  /** The schedule that was followed. */
  Optional<ScheduleInForce> inForce() {
    Optional<String> schedule = Optional.ofNullable(status.scheduleInForce());
    return instant(status.scheduleInForceSince())
        .flatMap(since -> schedule.map(text -> new ScheduleInForce(text, since)));
  }

  private static Optional<Instant> instant(@Nullable String text) {
    return Optional.ofNullable(text).map(Instant::parse);
  }
}
