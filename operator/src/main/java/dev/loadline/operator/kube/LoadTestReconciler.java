package dev.loadline.operator.kube;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.plan.Limits;
import dev.loadline.operator.plan.Problem;
import dev.loadline.operator.plan.TestPlan;
import dev.loadline.operator.plan.Timing;
import dev.loadline.operator.schedule.MissedReason;
import dev.loadline.operator.schedule.RunHistory;
import dev.loadline.operator.schedule.RunTiming;
import dev.loadline.operator.schedule.ScheduleDecision;
import dev.loadline.operator.schedule.Scheduler;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * One test: what is due, what was missed, and what of it is to be remembered. What to do is decided
 * in {@link Scheduler}.
 */
@ControllerConfiguration(name = "loadtest")
final class LoadTestReconciler implements Reconciler<LoadTest> {
  private static final String CAP_EXCEEDED = "CapExceeded";

  /** The other controller starts at the same time. */
  private static final Requeue RUNS_BEING_LISTED = Requeue.after(Duration.ofMillis(500));

  /** The watch tells of a new run long before. */
  private static final Requeue SEEN_AT_THE_LATEST = Requeue.after(Duration.ofSeconds(2));

  /** What was just written is seen within the moment. */
  private static final Requeue RECORDED_SOON = Requeue.after(Duration.ofSeconds(1));

  private final TestRunStarter starter;
  private final Events events;
  private final FailedPasses failures;
  private final Tally tally;
  private final RunsOfTests runs;
  private final Seen<LoadTest> seen;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Limits caps;
  private final Watching watching;

  /**
   * Looks at tests from when its event sources are prepared.
   *
   * @param caps a test whose runs may spend more is refused
   */
  LoadTestReconciler(
      TestRunStarter starter,
      Events events,
      Tally tally,
      RunsOfTests runs,
      Seen<LoadTest> seen,
      Watching watching,
      InstantSource clock,
      LongSupplier nanoTime,
      Limits caps) {
    this.starter = starter;
    this.events = events;
    this.failures = new FailedPasses(events);
    this.tally = tally;
    this.runs = runs;
    this.seen = seen;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.caps = caps;
    this.watching = watching;
  }

  @Override
  public List<EventSource<?, LoadTest>> prepareEventSources(EventSourceContext<LoadTest> context) {
    watching.begins();
    seen.through(context.getPrimaryCache());
    return List.of(new ClockSteps<>(seen::stream, clock, nanoTime), runs);
  }

  @Override
  public UpdateControl<LoadTest> reconcile(LoadTest test, Context<LoadTest> context) {
    try {
      if (!runs.filled()) {
        return RUNS_BEING_LISTED.control();
      }
      Instant now = clock.instant();
      events.unreadable(test);
      TestRuns made = TestRuns.of(test, runs.of(test), now);
      TestStatus status = new TestStatus(test, made);
      TestPass pass = new TestPass(test, context, made, status, now);
      Optional<Requeue> next =
          switch (TestPlan.parse(
              test.getSpec(), test.getMetadata().getNamespace(), test.unreadable())) {
            case TestPlan.Parsed.Refused refused ->
                Optional.of(refused(pass, reason(refused.problems()), refused.problems()));
            case TestPlan.Parsed.Valid valid -> usable(pass, valid.plan());
          };
      if (next.isEmpty()) {
        return SEEN_AT_THE_LATEST.control();
      }
      missed(pass);
      UpdateControl<LoadTest> control =
          StatusWriter.write(context, test, status.intended(), next.get());
      pass.skipped().forEach(skip -> tally.missed(skip.reason().reason(), skip.count()));
      return control;
    } finally {
      seen.beat();
    }
  }

  /** When to look again; empty if the rest of this pass waits for the next one. */
  private Optional<Requeue> usable(TestPass pass, TestPlan plan) {
    List<Problem> above = plan.limits().refusal(caps, plan.load());
    return above.isEmpty()
        ? follow(pass, plan.timing()).map(next -> next.or(prune(pass, plan.timing())))
        : Optional.of(refused(pass, CAP_EXCEEDED, above));
  }

  private Requeue refused(TestPass pass, String reason, List<Problem> problems) {
    String message = Problem.text(problems);
    if (!pass.status().saysNotReady(reason)) {
      events.warning(pass.test(), reason, message);
    }
    pass.status().notReady(reason, message);
    pass.status().nothingDue();
    return Requeue.heartbeat();
  }

  private static String reason(List<Problem> problems) {
    if (problems.stream().allMatch(problem -> problem.field().equals("spec.schedule"))) {
      return "InvalidSchedule";
    }
    return problems.stream().allMatch(problem -> problem.field().equals("spec.timeZone"))
        ? "UnknownTimeZone"
        : "InvalidSpec";
  }

  /**
   * Does what is due, one decision after the other, until there is only waiting. A token whose run
   * cannot be made holds up nothing that is due by the clock.
   */
  private Optional<Requeue> follow(TestPass pass, Timing timing) {
    RunTiming when = timing.toRunTiming(pass.test().getMetadata().getUid());
    RunHistory history = past(pass, when);
    pass.status().ready(readiness(timing), pass.readinessMessage(timing));
    if (timing.schedule().isPresent() && !timing.suspend()) {
      pass.status().follows();
    }
    return carryOut(pass, when, history);
  }

  private Optional<Requeue> carryOut(TestPass pass, RunTiming when, RunHistory past) {
    RunHistory history = past;
    while (true) {
      ScheduleDecision decision = Scheduler.decide(when, history, pass.now());
      switch (decision) {
        case ScheduleDecision.Start start -> {
          TestRunStarter.Started started = starter.start(pass, start);
          if (started instanceof TestRunStarter.Started.Obstacle obstacle) {
            return obstructed(pass, when, history.without(start), obstacle);
          }
          if (started instanceof TestRunStarter.Started.Created && mayWait(pass, start)) {
            return Optional.empty();
          }
          starter.tell(pass, start);
        }
        case ScheduleDecision.Skip skip -> skip(pass, skip);
        case ScheduleDecision.Replace replace -> {
          Optional<TestRunStarter.Started.Obstacle> obstacle =
              Scheduler.asked(when, history).flatMap(name -> starter.obstacle(pass, name));
          if (obstacle.isPresent()) {
            return obstructed(pass, when, history, obstacle.get());
          }
          starter.stop(pass, replace.runs());
          pass.status().remembers(history.after(decision));
          return Optional.of(Requeue.heartbeat());
        }
        case ScheduleDecision.Wait wait -> {
          pass.status().remembers(history.after(decision));
          return Optional.of(Requeue.at(wait.until(), pass.now()));
        }
      }
      history = history.after(decision);
    }
  }

  /** A run could not be made; if a token asks for it, all else goes on without that token. */
  private Optional<Requeue> obstructed(
      TestPass pass, RunTiming when, RunHistory history, TestRunStarter.Started.Obstacle obstacle) {
    pass.status().notReady(FailedPasses.RECONCILE_ERROR, obstacle.message());
    if (Scheduler.asked(when, history).isPresent()) {
      return carryOut(pass, when.withoutToken(), history)
          .map(next -> next.or(obstacle.lookAgain()));
    }
    pass.status().remembers(history);
    return Optional.of(obstacle.lookAgain());
  }

  /**
   * Whether what is to be said of a new run waits for the pass that the run's appearance brings, in
   * which it is decided again: thousands may be due at the same minute, and their runs come before
   * the first event.
   */
  private static boolean mayWait(TestPass pass, ScheduleDecision.Start start) {
    return start.trigger() instanceof ScheduleDecision.Trigger.Clock && pass.skipped().isEmpty();
  }

  private RunHistory past(TestPass pass, RunTiming timing) {
    return pass.status().history(watching.since(pass.now())).following(timing, pass.now());
  }

  private static String readiness(Timing timing) {
    if (timing.suspend()) {
      return "Suspended";
    }
    return timing.schedule().isPresent() ? "Scheduled" : "Manual";
  }

  private void skip(TestPass pass, ScheduleDecision.Skip skip) {
    pass.status().skipped(skip);
    pass.skipped().add(skip);
    events.warning(pass.test(), "MissedSchedule", pass.missed(skip));
  }

  /**
   * Counts the runs that were not admitted in time, each in the very status that shows it as no
   * longer active: a crash before that repeats all, one after it nothing.
   */
  private void missed(TestPass pass) {
    for (LoadTestRun run : pass.status().uncounted()) {
      pass.status().missed(run);
      MissedReason why = MissedReason.named(run.getStatus().failure().reason());
      pass.skipped().add(new ScheduleDecision.Skip(why, 1, pass.now(), Optional.empty()));
      events.warning(pass.test(), "MissedSchedule", TestPass.missed(run));
    }
  }

  /** Deletes finished runs beyond the limits, once the status says what became of them. */
  private static Requeue prune(TestPass pass, Timing timing) {
    List<LoadTestRun> beyond =
        pass.runs().beyond(timing.successfulRunsHistoryLimit(), timing.failedRunsHistoryLimit());
    List<LoadTestRun> recorded = beyond.stream().filter(pass.status()::recorded).toList();
    recorded.forEach(
        run -> pass.context().getClient().resource(run).lockResourceVersion().delete());
    return recorded.size() == beyond.size() ? Requeue.heartbeat() : RECORDED_SOON;
  }

  /** Says so if the API server keeps refusing; the framework goes on trying. */
  @Override
  public ErrorStatusUpdateControl<LoadTest> updateErrorStatus(
      LoadTest test, Context<LoadTest> context, Exception failure) {
    failures
        .failed(test, context, failure)
        .ifPresent(lasting -> {
          TestRuns made = TestRuns.of(test, runs.of(test), clock.instant());
          TestStatus status = new TestStatus(test, made);
          StatusWriter.attempt(
              context, test, status.failing(FailedPasses.RECONCILE_ERROR, lasting));
        });
    return ErrorStatusUpdateControl.defaultErrorProcessing();
  }
}
