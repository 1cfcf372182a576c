package dev.loadline.operator.kube;

import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunSpec;
import dev.loadline.operator.schedule.ScheduleDecision;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the runs of a test, and tells them to stop. */
final class TestRunStarter {
  private static final Logger LOG = LoggerFactory.getLogger(TestRunStarter.class);
  private static final String RUNNING = "Running";
  private static final String STOPPED = "Stopped";
  private static final int ALREADY_EXISTS = 409;

  private final Events events;

  TestRunStarter(Events events) {
    this.events = events;
  }

  /** The run of a decision: a copy of the test as it is now. */
  static LoadTestRun of(LoadTest test, ScheduleDecision.Start start) {
    LoadTestRun run = new LoadTestRun();
    run.setMetadata(
        new ObjectMetaBuilder()
            .withName(start.name())
            .withNamespace(test.getMetadata().getNamespace())
            .withLabels(Map.of(Api.TEST_LABEL, test.getMetadata().getName()))
            .withOwnerReferences(Owners.reference(test))
            .build());
    run.setSpec(
        new LoadTestRunSpec(
            test.getMetadata().getName(),
            switch (start.trigger()) {
              case ScheduleDecision.Trigger.Clock ignored -> Api.TRIGGER_SCHEDULE;
              case ScheduleDecision.Trigger.Once ignored -> Api.TRIGGER_ONCE;
              case ScheduleDecision.Trigger.Token ignored -> Api.TRIGGER_RUN_NOW;
            },
            TestStatus.text(start.scheduledTime()),
            RUNNING,
            null,
            test.getSpec()));
    return run;
  }

  /** Creates the run; false if its name belongs to somebody else. One that is there is done. */
  boolean start(TestPass pass, ScheduleDecision.Start start) {
    if (pass.runs().find(start.name()).isEmpty() && !created(pass, start)) {
      return false;
    }
    pass.status().started(start.name());
    return true;
  }

  private boolean created(TestPass pass, ScheduleDecision.Start start) {
    LoadTestRun run = of(pass.test(), start);
    try {
      pass.context().resourceOperations().create(run);
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != ALREADY_EXISTS) {
        throw refused;
      }
      LoadTestRun there = pass.context().getClient().resource(run).get();
      if (there != null && Owners.owns(pass.test(), there)) {
        return true;
      }
      if (there != null && !Owners.leftBehind(pass.test(), there)) {
        events.warning(pass.test(), "RunNameTaken", taken(start.name()));
      }
      return false;
    }
    events.normal(pass.test(), "RunCreated", "created " + start.name() + ": " + cause(start));
    LOG.atInfo()
        .addKeyValue("namespace", pass.test().getMetadata().getNamespace())
        .addKeyValue("name", pass.test().getMetadata().getName())
        .addKeyValue("run", start.name())
        .addKeyValue("generation", pass.test().getMetadata().getGeneration())
        .addKeyValue("reason", run.getSpec().trigger())
        .log("a run was created");
    return true;
  }

  static String taken(String name) {
    return "a LoadTestRun named "
        + name
        + " exists and does not belong to this test: delete it; looked at again every 2 s";
  }

  private static String cause(ScheduleDecision.Start start) {
    return switch (start.trigger()) {
      case ScheduleDecision.Trigger.Clock ignored ->
          "due at " + TestStatus.text(start.scheduledTime());
      case ScheduleDecision.Trigger.Once ignored -> "the test has no schedule and runs once";
      case ScheduleDecision.Trigger.Token ignored -> "spec.runNow.token is new";
    };
  }

  /** Tells these runs to stop, unless they know. */
  void stop(TestPass pass, List<String> runs) {
    for (String name : runs) {
      Optional<LoadTestRun> run = pass.runs().find(name);
      if (run.isEmpty() || STOPPED.equals(run.get().getSpec().desiredState())) {
        continue;
      }
      pass.context()
          .getClient()
          .resources(LoadTestRun.class)
          .inNamespace(pass.test().getMetadata().getNamespace())
          .withName(name)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"spec\":{\"desiredState\":\"" + STOPPED + "\"}}");
      events.normal(pass.test(), "RunStopped", "told " + name + " to stop: the next run is due");
    }
  }
}
