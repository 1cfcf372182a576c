package dev.loadline.operator.kube;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.plan.Timing;
import dev.loadline.operator.schedule.ScheduleDecision;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What one pass over a test works with.
 *
 * @param skipped what this pass gave up
 */
record TestPass(
    LoadTest test,
    Context<LoadTest> context,
    TestRuns runs,
    TestStatus status,
    Instant now,
    List<ScheduleDecision.Skip> skipped) {

  TestPass(
      LoadTest test, Context<LoadTest> context, TestRuns runs, TestStatus status, Instant now) {
    this(test, context, runs, status, now, new ArrayList<>());
  }

  /** Why the test is ready, for a person. */
  String readinessMessage(Timing timing) {
    if (timing.suspend()) {
      return "suspended: nothing starts by the schedule until spec.suspend is false";
    }
    return timing.schedule().isPresent()
        ? "runs by its schedule, read in " + timing.zone()
        : "has no schedule: runs once, then whenever spec.runNow.token changes";
  }

  /** That the run was missed and why, for a person. */
  static String missed(LoadTestRun run) {
    return run.getMetadata().getName() + " was missed: " + run.getStatus().failure().message();
  }

  /** What was missed and why, for a person. */
  String missed(ScheduleDecision.Skip skip) {
    String runs = skip.count() == 1 ? "a scheduled run was" : skip.count() + " scheduled runs were";
    boolean superseded = skip.next().filter(next -> !next.due().isAfter(now)).isPresent();
    String why =
        switch (skip.reason()) {
          case CONCURRENCY ->
              superseded
                  ? "another run was active, and a later time became due"
                  : "another run was active when it was due, and the starting deadline has passed";
          case DEADLINE_EXCEEDED ->
              superseded
                  ? "it could not be started before a later time became due"
                  : "it could not be started within the starting deadline";
          case OPERATOR_DOWN -> "no operator was running";
          case TARGET_BUSY -> "its target was busy until the starting deadline";
        };
    return runs
        + " missed, scheduled for "
        + TestStatus.text(skip.last())
        + " at the latest: "
        + why;
  }
}
