package dev.loadline.operator.kube;

import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestStatus;
import dev.loadline.operator.api.LoadTestStatus.LastRun;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a test shows of its results: of the runs that exist, or as the last status remembers it,
 * since runs come and go.
 *
 * <p>A time that is remembered and still to come was written by a clock that was wrong. It becomes
 * now, once: the run did end before. So the next result is later, and what existed before is not.
 */
record LastResults(Optional<LoadTestStatus> before, TestRuns runs) {

  /** The run that finished last, in short. */
  Optional<LastRun> lastRun() {
    return lastOf(news()).map(run -> endedBy(TestRuns.summary(run))).or(this::known);
  }

  /** When the last run ended that was measured and of which no objective was missed. */
  Optional<Instant> lastSuccessful() {
    Optional<Instant> known =
        before.map(LoadTestStatus::lastSuccessfulTime).map(Instant::parse).map(this::orNow);
    return lastOf(news().stream().filter(TestRuns::successful).toList())
        .flatMap(TestRuns::finishedAt)
        .map(this::orNow)
        .filter(found -> known.isEmpty() || found.isAfter(known.get()))
        .or(() -> known);
  }

  private Optional<LastRun> known() {
    return before.map(LoadTestStatus::lastRun).map(this::endedBy);
  }

  /** Results that the last status does not know, and its last run as it is now. */
  private List<LoadTestRun> news() {
    Optional<LastRun> known = known();
    return runs.results().stream()
        .filter(run -> known.isEmpty() || isNew(run, known.get()))
        .toList();
  }

  private boolean isNew(LoadTestRun run, LastRun last) {
    Instant end = Instant.parse(last.completionTime());
    Instant ended = TestRuns.ended(run, runs.now());
    boolean known = run.getMetadata().getName().equals(last.name()) && ended.equals(end);
    return known || (!ended.isBefore(end) && mayBeLater(before, run, end));
  }

  /**
   * A run that the last status does not have as active and that was made before the last result is
   * no later one, whatever time it names.
   */
  private static boolean mayBeLater(
      Optional<LoadTestStatus> before, LoadTestRun run, Instant lastEnd) {
    Instant created = Instant.parse(run.getMetadata().getCreationTimestamp());
    return !created.isBefore(lastEnd)
        || before
            .map(LoadTestStatus::active)
            .filter(active -> active.contains(run.getMetadata().getName()))
            .isPresent();
  }

  /**
   * Whether the status knows of this result. One whose last run is from the future knows of none:
   * that time is put right first.
   */
  static boolean known(Optional<LoadTestStatus> status, LoadTestRun run, Instant now) {
    return status
        .map(LoadTestStatus::lastRun)
        .map(last -> Instant.parse(last.completionTime()))
        .filter(end -> !end.isAfter(now))
        .filter(end -> !TestRuns.ended(run, now).isAfter(end) || !mayBeLater(status, run, end))
        .isPresent();
  }

  private static Optional<LoadTestRun> lastOf(List<LoadTestRun> runs) {
    return runs.isEmpty() ? Optional.empty() : Optional.of(runs.getLast());
  }

  private LastRun endedBy(LastRun run) {
    return new LastRun(
        run.name(),
        run.verdict(),
        run.verdictReason(),
        TestStatus.text(orNow(Instant.parse(run.completionTime()))),
        run.ttft(),
        run.tpot(),
        run.latency(),
        run.outputTokensPerSecond(),
        run.errorRate());
  }

  private Instant orNow(Instant time) {
    return time.isAfter(runs.now()) ? runs.now() : time;
  }
}
