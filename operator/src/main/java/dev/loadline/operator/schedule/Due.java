package dev.loadline.operator.schedule;

import dev.loadline.operator.schedule.RunTiming.Concurrency;
import dev.loadline.operator.schedule.RunTiming.Recurrence;
import dev.loadline.operator.schedule.ScheduleDecision.Skip;
import java.time.Instant;
import java.util.Optional;

/**
 * What has become due and was not handled.
 *
 * @param first the earliest
 * @param last the latest, the only one that may still start
 * @param following the first that is still to come
 * @param recurrence where they come from
 * @param since all but the first are due later than that
 */
record Due(
    Occurrence first,
    Occurrence last,
    Optional<Occurrence> following,
    Recurrence recurrence,
    Instant since) {

  /**
   * The first, and all from then until now that the schedule names since it is in force; the timing
   * has a recurrence.
   */
  static Due upTo(Instant now, Occurrence first, RunTiming timing, RunHistory history) {
    Recurrence recurrence = timing.recurrence().orElseThrow();
    Instant since = history.countedSince();
    Occurrence last = first;
    Optional<Occurrence> following = recurrence.firstDueAfter(since, last.scheduledTime());
    while (following.isPresent() && !following.get().due().isAfter(now)) {
      last = following.get();
      following = recurrence.firstDueAfter(since, last.scheduledTime());
    }
    Instant handled = last.scheduledTime();
    return new Due(
        first,
        last.notBefore(first.due()),
        Scheduler.withoutRun(recurrence, since, handled, history),
        recurrence,
        since);
  }

  /**
   * The earliest of those before the last, as many in a row as share a reason. Those that did lead
   * to a run (its record was lost) are passed over.
   */
  Optional<Skip> superseded(RunHistory history, RunTiming timing) {
    Optional<MissedReason> shared = Optional.empty();
    long count = 0;
    Instant lastMissed = first.scheduledTime();
    Occurrence at = first;
    while (at.scheduledTime().isBefore(last.scheduledTime())) {
      if (!history.hasRun(at)) {
        MissedReason reason = reason(at, history, timing);
        if (shared.isPresent() && shared.get() != reason) {
          break;
        }
        shared = Optional.of(reason);
        count++;
        lastMissed = at.scheduledTime();
      }
      at = recurrence.firstDueAfter(since, at.scheduledTime()).orElse(last).notBefore(first.due());
    }
    if (shared.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Skip(shared.get(), count, lastMissed, Optional.of(at)));
  }

  /** Why nothing was started for this one. */
  static MissedReason reason(Occurrence missed, RunHistory history, RunTiming timing) {
    long blocking =
        history.runs().stream()
            .filter(run -> run.activeAt(missed.due()) && blocks(run, timing))
            .count();
    if (blocking >= (timing.concurrency() == Concurrency.ALLOW ? Scheduler.MOST_ACTIVE : 1)) {
      return MissedReason.CONCURRENCY;
    }
    return missed.due().isBefore(history.watchingSince())
        ? MissedReason.OPERATOR_DOWN
        : MissedReason.DEADLINE_EXCEEDED;
  }

  /** A run that is replaced is in the way only from when it was told to stop. */
  private static boolean blocks(RunHistory.PastRun run, RunTiming timing) {
    return switch (timing.concurrency()) {
      case ALLOW, FORBID -> true;
      case REPLACE -> run.toldToStop();
    };
  }
}
