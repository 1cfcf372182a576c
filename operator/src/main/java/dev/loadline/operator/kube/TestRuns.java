package dev.loadline.operator.kube;

import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.api.LoadTestRunStatus.Summary;
import dev.loadline.operator.api.LoadTestStatus;
import dev.loadline.operator.api.LoadTestStatus.LastRun;
import dev.loadline.operator.schedule.RunHistory;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The runs that a test owns, oldest first.
 *
 * @param now the time of the pass that looks at them
 */
record TestRuns(List<LoadTestRun> all, Instant now) {
  private static final String COMPLETED = "Completed";

  /** Those of {@code candidates} that this very test made. */
  static TestRuns of(LoadTest test, Stream<LoadTestRun> candidates, Instant now) {
    return new TestRuns(
        candidates
            .filter(run -> Owners.owns(test, run))
            .sorted(
                Comparator.comparing((LoadTestRun run) -> run.getMetadata().getCreationTimestamp())
                    .thenComparing(run -> run.getMetadata().getName()))
            .toList(),
        now);
  }

  Optional<LoadTestRun> find(String name) {
    return all.stream().filter(run -> run.getMetadata().getName().equals(name)).findFirst();
  }

  /** Names of those that have not finished. */
  List<String> active() {
    return all.stream()
        .filter(run -> finishedAt(run).isEmpty())
        .map(run -> run.getMetadata().getName())
        .toList();
  }

  List<RunHistory.PastRun> history() {
    return all.stream()
        .map(run ->
            new RunHistory.PastRun(
                run.getMetadata().getName(),
                Instant.parse(run.getMetadata().getCreationTimestamp()),
                finishedAt(run).map(any -> ended(run, now)),
                TestRunStarter.STOPPED.equals(run.getSpec().desiredState()),
                scheduledTime(run)))
        .toList();
  }

  /** The minute of the schedule that it is for; empty if no schedule started it. */
  static Optional<Instant> scheduledTime(LoadTestRun run) {
    String time = run.getSpec().scheduledTime();
    if (time == null || !Api.TRIGGER_SCHEDULE.equals(run.getSpec().trigger())) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(time));
    } catch (DateTimeParseException writtenByHand) {
      return Optional.empty();
    }
  }

  /** Generation of the test that it is a copy of, where it says so. */
  static Optional<Long> generation(LoadTestRun run) {
    try {
      return Optional.ofNullable(run.getMetadata().getAnnotations())
          .map(annotations -> annotations.get(Api.GENERATION_ANNOTATION))
          .map(Long::valueOf);
    } catch (NumberFormatException writtenByHand) {
      return Optional.empty();
    }
  }

  /** Those that are a result, in the order in which they finished; one that was missed is none. */
  List<LoadTestRun> results() {
    return finished().stream().filter(run -> !LoadTestRun.missed(run)).toList();
  }

  /** Those that were not admitted in time. */
  List<LoadTestRun> missed() {
    return all.stream().filter(LoadTestRun::missed).toList();
  }

  /** Finished runs beyond the limits, the oldest of each kind; active ones never. */
  List<LoadTestRun> beyond(int measuredLimit, int failedLimit) {
    List<LoadTestRun> beyond = new ArrayList<>(oldest(TestRuns::measured, measuredLimit));
    beyond.addAll(oldest(run -> !measured(run), failedLimit));
    return beyond;
  }

  private List<LoadTestRun> oldest(Predicate<LoadTestRun> kind, int limit) {
    List<LoadTestRun> finished = finished().stream().filter(kind).toList();
    return finished.subList(0, Math.max(0, finished.size() - limit));
  }

  private List<LoadTestRun> finished() {
    return all.stream()
        .filter(run -> finishedAt(run).isPresent())
        .sorted(
            Comparator.comparing((LoadTestRun run) -> ended(run, now))
                .thenComparing(run -> run.getMetadata().getCreationTimestamp())
                .thenComparing(run -> run.getMetadata().getName()))
        .toList();
  }

  private static boolean measured(LoadTestRun run) {
    return COMPLETED.equals(run.getStatus().phase());
  }

  static boolean successful(LoadTestRun run) {
    String verdict = run.getStatus().verdict();
    return measured(run) && ("Pass".equals(verdict) || "None".equals(verdict));
  }

  /**
   * Whether the status of its test knows of this finished run; one that was missed is no result.
   */
  static boolean recorded(Optional<LoadTestStatus> status, LoadTestRun run, Instant now) {
    if (LoadTestRun.missed(run)) {
      List<String> active = status.map(LoadTestStatus::active).orElse(List.of());
      return status.isPresent() && !active.contains(run.getMetadata().getName());
    }
    return LastResults.known(status, run, now);
  }

  /**
   * When a finished run ended, for the order among others: a time that is still to come was written
   * by a clock that was wrong. Such a run counts from its creation, which the API server's clock
   * tells, or as the oldest if that one was wrong too.
   */
  static Instant ended(LoadTestRun run, Instant now) {
    return Stream.of(
            finishedAt(run).orElseThrow(), Instant.parse(run.getMetadata().getCreationTimestamp()))
        .filter(time -> !time.isAfter(now))
        .findFirst()
        .orElse(Instant.EPOCH);
  }

  /** A finished run in short. */
  static LastRun summary(LoadTestRun run) {
    LoadTestRunStatus status = run.getStatus();
    Optional<Summary> summary = Optional.ofNullable(status.summary());
    return new LastRun(
        run.getMetadata().getName(),
        status.verdict(),
        status.verdictReason(),
        status.completionTime(),
        summary.map(Summary::ttftP95).orElse(null),
        summary.map(Summary::tpotP95).orElse(null),
        summary.map(Summary::latencyP95).orElse(null),
        summary.map(Summary::outputTokensPerSecond).orElse(null),
        summary.map(Summary::errorRate).orElse(null));
  }

  /** When a run finished; empty while it is active. */
  static Optional<Instant> finishedAt(LoadTestRun run) {
    return Optional.ofNullable(run.getStatus())
        .map(LoadTestRunStatus::completionTime)
        .map(Instant::parse);
  }
}
