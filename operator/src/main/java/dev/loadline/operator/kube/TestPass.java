package dev.loadline.operator.kube;

import dev.loadline.operator.api.LoadTest;
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
}
