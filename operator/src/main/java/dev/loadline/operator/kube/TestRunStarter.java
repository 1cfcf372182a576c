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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the runs of a test, and tells them to stop. */
final class TestRunStarter {
  private static final Logger LOG = LoggerFactory.getLogger(TestRunStarter.class);
  private static final String RUNNING = "Running";
  static final String STOPPED = "Stopped";
  private static final int ALREADY_EXISTS = 409;

  /** Answers that stay the same until somebody changes something: no reason to hurry. */
  private static final Set<Integer> FOR_GOOD = Set.of(400, 403, 422);

  private static final Requeue GOES_BY_ITSELF = Requeue.after(Duration.ofSeconds(2));
  private static final Requeue STAYS = Requeue.after(Duration.ofSeconds(30));

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
            .withAnnotations(
                Map.of(Api.GENERATION_ANNOTATION, test.getMetadata().getGeneration().toString()))
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

  /** What became of a run that is to start. */
  sealed interface Started {
    /** It is there since an earlier pass. */
    record Exists() implements Started {}

    /** It was created just now. */
    record Created() implements Started {}

    /**
     * It could not be created.
     *
     * @param message for the status
     * @param lookAgain when it is tried again
     */
    record Obstacle(String message, Requeue lookAgain) implements Started {}
  }

  /** Creates the run; one that is there is done. */
  Started start(TestPass pass, ScheduleDecision.Start start) {
    return pass.runs().find(start.name()).isPresent() ? new Started.Exists() : create(pass, start);
  }

  /** Says that the run exists, in an event and in the status. */
  void tell(TestPass pass, ScheduleDecision.Start start) {
    events.normal(pass.test(), "RunCreated", "created " + start.name() + ": " + cause(start));
    pass.status().started(start.name());
  }

  private Started create(TestPass pass, ScheduleDecision.Start start) {
    LoadTestRun run = of(pass.test(), start);
    try {
      pass.context().getClient().resource(run).create();
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == ALREADY_EXISTS) {
        return nameTaken(pass, start, refused);
      }
      if (FOR_GOOD.contains(refused.getCode())) {
        return refused(pass, start.name(), refused);
      }
      throw refused;
    }
    LOG.atInfo()
        .addKeyValue("namespace", pass.test().getMetadata().getNamespace())
        .addKeyValue("name", pass.test().getMetadata().getName())
        .addKeyValue("run", start.name())
        .addKeyValue("generation", pass.test().getMetadata().getGeneration())
        .addKeyValue("reason", run.getSpec().trigger())
        .log("a run was created");
    return new Started.Created();
  }

  private Started nameTaken(
      TestPass pass, ScheduleDecision.Start start, KubernetesClientException refused) {
    boolean asked = start.trigger() instanceof ScheduleDecision.Trigger.Token;
    // A conflict of another kind, such as a quota's, or the other one has just gone.
    LoadTestRun there = stored(pass, start.name()).orElseThrow(() -> refused);
    return Owners.owns(pass.test(), there) ? new Started.Exists() : taken(pass, there, asked);
  }

  /** What keeps a token's run from being, before others are stopped to make room for it. */
  Optional<Started.Obstacle> obstacle(TestPass pass, String name) {
    return stored(pass, name)
        .filter(there -> !Owners.owns(pass.test(), there))
        .map(there -> taken(pass, there, true));
  }

  private static Optional<LoadTestRun> stored(TestPass pass, String name) {
    return Optional.ofNullable(
        pass.context()
            .getClient()
            .resources(LoadTestRun.class)
            .inNamespace(pass.test().getMetadata().getNamespace())
            .withName(name)
            .get());
  }

  private Started.Obstacle taken(TestPass pass, LoadTestRun there, boolean asked) {
    boolean goes = Owners.leftBehind(pass.test(), there);
    String name = "a LoadTestRun named " + there.getMetadata().getName();
    String message =
        goes
            ? name
                + " of an earlier test of this name exists and goes by itself; looked at again"
                + " every 2 s"
            : name
                + " exists and does not belong to this test: delete it"
                + (asked ? " or give another token" : "")
                + "; looked at again every 30 s";
    if (!goes) {
      events.warning(pass.test(), "RunNameTaken", message);
    }
    return new Started.Obstacle(message, goes ? GOES_BY_ITSELF : STAYS);
  }

  private Started refused(TestPass pass, String name, KubernetesClientException refusal) {
    String message =
        "the API server refuses to create " + name + ": " + ApiFailure.message(refusal);
    events.warning(pass.test(), "RunRefused", message);
    return new Started.Obstacle(message + "; tried again every 30 s", STAYS);
  }

  private static String cause(ScheduleDecision.Start start) {
    return switch (start.trigger()) {
      case ScheduleDecision.Trigger.Clock(Instant due) -> "due at " + TestStatus.text(due);
      case ScheduleDecision.Trigger.Once ignored -> "the test has no schedule and runs once";
      case ScheduleDecision.Trigger.Token ignored -> "spec.runNow.token is new";
    };
  }

  /** Whether the run was told to stop since the next one of its test is due. */
  static boolean makesRoom(LoadTestRun run) {
    return STOPPED.equals(run.getSpec().desiredState())
        && run.getMetadata().getAnnotations() != null
        && run.getMetadata().getAnnotations().containsKey(Api.REPLACED_ANNOTATION);
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
              "{\"metadata\":{\"annotations\":{\""
                  + Api.REPLACED_ANNOTATION
                  + "\":\"true\"}},\"spec\":{\"desiredState\":\""
                  + STOPPED
                  + "\"}}");
      events.normal(pass.test(), "RunStopped", "told " + name + " to stop: the next run is due");
    }
  }
}
