package dev.loadline.operator.schedule;

import dev.loadline.operator.schedule.RunTiming.Recurrence;
import dev.loadline.operator.schedule.ScheduleDecision.Skip;
import java.time.Instant;
import java.util.Optional;

/**
 * The due times that have come and were not handled.
 *
 * @param first the earliest
 * @param last the latest, the only one that may still start
 * @param following the first that is still to come
 * @param recurrence where they come from
 */
record Due(Instant first, Instant last, Optional<Instant> following, Recurrence recurrence) {

  /** All from {@code first} until now; the timing has a recurrence. */
  static Due upTo(Instant now, Instant first, RunTiming timing) {
    Recurrence recurrence = timing.recurrence().orElseThrow();
    Instant last = first;
    Optional<Instant> following = recurrence.next(last);
    while (following.isPresent() && !following.get().isAfter(now)) {
      last = following.get();
      following = recurrence.next(last);
    }
    return new Due(first, last, following, recurrence);
  }

  /**
   * The earliest of those before the last, as many in a row as share a reason. Those that did lead
   * to a run (its record was lost) are passed over.
   */
  Optional<Skip> superseded(RunHistory history, RunTiming timing) {
    Optional<MissedReason> shared = Optional.empty();
    long count = 0;
    Instant lastMissed = first;
    Instant due = first;
    while (due.isBefore(last)) {
      if (!history.hasRun(RunNames.ofMinute(history.test(), due))) {
        MissedReason reason = reason(due, history, timing);
        if (shared.isPresent() && shared.get() != reason) {
          break;
        }
        shared = Optional.of(reason);
        count++;
        lastMissed = due;
      }
      due = recurrence.next(due).orElse(last);
    }
    if (shared.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Skip(shared.get(), count, lastMissed, Optional.of(due)));
  }

  /** Why nothing was started at {@code due}. */
  static MissedReason reason(Instant due, RunHistory history, RunTiming timing) {
    boolean blocked =
        history.runs().stream().anyMatch(run -> run.activeAt(due) && blocks(run, timing));
    if (blocked) {
      return MissedReason.CONCURRENCY;
    }
    return due.isBefore(history.watchingSince())
        ? MissedReason.OPERATOR_DOWN
        : MissedReason.DEADLINE_EXCEEDED;
  }

  /** A run that is replaced is in the way only from when it was told to stop. */
  private static boolean blocks(RunHistory.PastRun run, RunTiming timing) {
    return switch (timing.concurrency()) {
      case ALLOW -> false;
      case FORBID -> true;
      case REPLACE -> run.toldToStop();
    };
  }
}
