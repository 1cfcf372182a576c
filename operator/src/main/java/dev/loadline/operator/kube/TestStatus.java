package dev.loadline.operator.kube;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestStatus;
import dev.loadline.operator.api.LoadTestStatus.LastRun;
import dev.loadline.operator.schedule.Occurrence;
import dev.loadline.operator.schedule.RunHistory;
import dev.loadline.operator.schedule.RunHistory.ScheduleInForce;
import dev.loadline.operator.schedule.ScheduleDecision;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The next status of a test: what the last one remembered, and what this pass found and did. Made
 * afresh in each pass.
 */
final class TestStatus {
  /** Reason of a condition that nothing was said of yet. */
  private static final String PENDING = "Pending";

  private final LoadTest test;
  private final Optional<LoadTestStatus> before;
  private final TestRuns runs;
  private final Conditions<TestCondition> conditions;
  private final List<String> active;
  private final Set<String> started = new HashSet<>();
  private Optional<ScheduleInForce> inForce;
  private Optional<Occurrence> next;
  private Optional<Instant> last;
  private Optional<String> token;
  private Optional<Instant> missedTime;
  private Optional<String> missedReason;
  private long missed;
  private boolean followed;

  TestStatus(LoadTest test, TestRuns runs) {
    this.test = test;
    this.before = Optional.ofNullable(test.getStatus());
    this.runs = runs;
    this.conditions =
        new Conditions<>(
            TestCondition.class,
            before.map(LoadTestStatus::conditions).orElse(List.<Condition>of()),
            test.getMetadata().getGeneration(),
            runs.now());
    this.active = new ArrayList<>(runs.active());
    this.inForce = before.map(Remembered::new).flatMap(Remembered::inForce);
    this.next = before.map(Remembered::new).flatMap(Remembered::next);
    this.last = before.map(LoadTestStatus::lastScheduleTime).map(Instant::parse);
    this.token = before.map(LoadTestStatus::lastHandledRunToken);
    this.missedTime = before.map(LoadTestStatus::lastMissedTime).map(Instant::parse);
    this.missedReason = before.map(LoadTestStatus::lastMissedReason);
    this.missed = before.map(LoadTestStatus::missedRuns).orElse(0L);
    this.followed = !conditions.says(TestCondition.Healthy, PENDING);
  }

  /** The past as status and runs tell it. */
  RunHistory history(Instant watchingSince) {
    return new RunHistory(
        test.getMetadata().getName(),
        test.getMetadata().getUid(),
        Instant.parse(test.getMetadata().getCreationTimestamp()),
        sight(),
        inForce,
        next,
        last,
        missedTime,
        token,
        watchingSince,
        runs.history());
  }

  /** Healthy is Pending for as long as nothing could have started: the status remembers by that. */
  private RunHistory.Sight sight() {
    Optional<Long> observed = before.map(LoadTestStatus::observedGeneration);
    if (observed.isEmpty()) {
      return RunHistory.Sight.NEW;
    }
    if (!followed) {
      return RunHistory.Sight.SEEN;
    }
    return observed.get().equals(test.getMetadata().getGeneration())
        ? RunHistory.Sight.FOLLOWED
        : RunHistory.Sight.EDITED;
  }

  /** The schedule is followed: from now on this is no test that has yet to run once. */
  void follows() {
    followed = true;
  }

  /** Remembers what is to be remembered of the past. */
  void remembers(RunHistory history) {
    inForce = history.inForce();
    next = history.next();
    last = history.lastScheduleTime();
    if (missedTime.isPresent() && history.lastMissedTime().isEmpty()) {
      missedTime = Optional.empty();
      missedReason = Optional.empty();
    }
    token = history.lastHandledToken();
  }

  void ready(String reason, String message) {
    conditions.yes(TestCondition.Ready, reason, message);
  }

  void notReady(String reason, String message) {
    conditions.no(TestCondition.Ready, reason, message);
  }

  /** Due times no longer count: what is owed while the spec cannot be used is nothing. */
  void nothingDue() {
    inForce = Optional.empty();
    next = Optional.empty();
  }

  boolean saysNotReady(String reason) {
    return conditions.is(TestCondition.Ready, "False")
        && conditions.says(TestCondition.Ready, reason);
  }

  void started(String run) {
    started.add(run);
    if (!active.contains(run) && runs.find(run).isEmpty()) {
      active.add(run);
    }
  }

  void skipped(ScheduleDecision.Skip skip) {
    missed += skip.count();
    missedTime = Optional.of(skip.last());
    missedReason = Optional.of(skip.reason().reason());
  }

  /**
   * The run was not admitted in time. Only a minute of the schedule goes into lastMissedTime, and
   * none before the one that is there: nothing up to it is due again. The reason is that minute's.
   */
  void missed(LoadTestRun run) {
    missed++;
    Optional<Instant> minute = TestRuns.scheduledTime(run);
    boolean later =
        missedTime.isEmpty() || minute.filter(is -> is.isAfter(missedTime.get())).isPresent();
    if (later) {
      missedTime = minute;
      missedReason = Optional.of(run.getStatus().failure().reason());
    }
  }

  /**
   * Runs that were not admitted in time and are not counted yet: this status is the first that
   * knows of their end, since the last one has them active or does not know that they were started.
   */
  List<LoadTestRun> uncounted() {
    return runs.missed().stream().filter(run -> !recorded(run)).toList();
  }

  /** Whether the last status knows of this finished run already, so that it may go. */
  boolean recorded(LoadTestRun run) {
    boolean late = LoadTestRun.missed(run) && started.contains(run.getMetadata().getName());
    return TestRuns.recorded(before, run, runs.now()) && (!late || isOfASpecBefore(run));
  }

  /** A later spec was followed since, so the run was recorded then: an old token was set again. */
  private boolean isOfASpecBefore(LoadTestRun run) {
    return TestRuns.generation(run)
        .flatMap(of -> before.map(LoadTestStatus::observedGeneration).filter(is -> is > of))
        .isPresent();
  }

  /**
   * What the last status says, but for why nothing goes on: what a pass found that failed half way
   * counts for nothing. It would take a due time for handled that was only seen.
   */
  LoadTest failing(String reason, String message) {
    conditions.no(TestCondition.Ready, reason, message);
    return holding(
        new LoadTestStatus(
            remembered(LoadTestStatus::observedGeneration),
            conditions.list(),
            remembered(LoadTestStatus::active),
            remembered(LoadTestStatus::scheduleInForce),
            remembered(LoadTestStatus::scheduleInForceSince),
            remembered(LoadTestStatus::nextScheduleTime),
            remembered(LoadTestStatus::nextScheduledMinute),
            remembered(LoadTestStatus::lastScheduleTime),
            remembered(LoadTestStatus::lastMissedTime),
            remembered(LoadTestStatus::lastMissedReason),
            remembered(LoadTestStatus::missedRuns),
            remembered(LoadTestStatus::lastRun),
            remembered(LoadTestStatus::lastSuccessfulTime),
            remembered(LoadTestStatus::lastHandledRunToken)));
  }

  private <T> @Nullable T remembered(Function<LoadTestStatus, @Nullable T> field) {
    return before.flatMap(status -> Optional.ofNullable(field.apply(status))).orElse(null);
  }

  private LoadTest holding(LoadTestStatus status) {
    LoadTest holder = new LoadTest();
    holder.getMetadata().setName(test.getMetadata().getName());
    holder.getMetadata().setNamespace(test.getMetadata().getNamespace());
    holder.setStatus(status);
    return holder;
  }

  /** A fresh object that holds the whole status. */
  LoadTest intended() {
    LastResults results = new LastResults(before, runs);
    Optional<LastRun> lastRun = results.lastRun();
    activity();
    health(lastRun);
    return holding(
        new LoadTestStatus(
            test.getMetadata().getGeneration(),
            conditions.list(),
            active.isEmpty() ? null : active.stream().limit(LoadTestStatus.MOST_ACTIVE).toList(),
            inForce.map(ScheduleInForce::schedule).orElse(null),
            inForce.map(ScheduleInForce::since).map(TestStatus::text).orElse(null),
            next.map(Occurrence::due).map(TestStatus::text).orElse(null),
            next.filter(is -> !is.due().equals(is.scheduledTime()))
                .map(Occurrence::scheduledTime)
                .map(TestStatus::text)
                .orElse(null),
            last.map(TestStatus::text).orElse(null),
            missedTime.map(TestStatus::text).orElse(null),
            missedReason.orElse(null),
            missed == 0 ? null : missed,
            lastRun.orElse(null),
            results.lastSuccessful().map(TestStatus::text).orElse(null),
            token.orElse(null)));
  }

  private void activity() {
    if (active.isEmpty()) {
      conditions.no(TestCondition.Active, "NoActiveRun", "no run is active");
    } else {
      conditions.yes(TestCondition.Active, "RunActive", "active: " + String.join(", ", active));
    }
  }

  private void health(Optional<LastRun> lastRun) {
    if (lastRun.isEmpty()) {
      if (!followed && last.isEmpty() && token.isEmpty() && active.isEmpty()) {
        return;
      }
      conditions.unknown(TestCondition.Healthy, "NoRuns", "no run has finished yet");
      return;
    }
    String verdict = Optional.ofNullable(lastRun.get().verdict()).orElse("None");
    String message =
        "the last run, "
            + lastRun.get().name()
            + ", ended with verdict "
            + verdict
            + reason(lastRun);
    switch (verdict) {
      case "Pass" -> conditions.yes(TestCondition.Healthy, "Passing", message);
      case "Fail" -> conditions.no(TestCondition.Healthy, "Failing", message);
      default -> conditions.unknown(TestCondition.Healthy, "Inconclusive", message);
    }
  }

  private static String reason(Optional<LastRun> lastRun) {
    return lastRun.map(LastRun::verdictReason).map(reason -> " (" + reason + ")").orElse("");
  }

  static String text(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
