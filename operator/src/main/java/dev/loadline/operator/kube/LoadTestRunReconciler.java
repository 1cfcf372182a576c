package dev.loadline.operator.kube;

import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.kube.RunConditions.RunCondition;
import dev.loadline.operator.plan.Problem;
import dev.loadline.operator.plan.TestPlan;
import dev.loadline.operator.run.Conclusion;
import dev.loadline.operator.run.PodHealth;
import dev.loadline.operator.run.Reason;
import dev.loadline.operator.run.RunDecision;
import dev.loadline.operator.run.RunFacts;
import dev.loadline.operator.run.RunLifecycle;
import dev.loadline.runner.contract.ResultCodec;
import dev.loadline.runner.contract.RunResult;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run: facts, decision, deed, record. What to do is decided in {@link RunLifecycle}. */
@ControllerConfiguration(name = "loadtestrun")
public final class LoadTestRunReconciler implements Reconciler<LoadTestRun> {
  private static final Logger LOG = LoggerFactory.getLogger(LoadTestRunReconciler.class);
  private static final int ALREADY_EXISTS = 409;

  private final RunnerJob jobs;
  private final Events events;
  private final InstantSource clock;

  /** Starts runners through these Jobs. */
  public LoadTestRunReconciler(RunnerJob jobs, Events events, InstantSource clock) {
    this.jobs = jobs;
    this.events = events;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, LoadTestRun>> prepareEventSources(
      EventSourceContext<LoadTestRun> context) {
    return List.of(children(Job.class, context), children(Pod.class, context));
  }

  private static <R extends HasMetadata> InformerEventSource<R, LoadTestRun> children(
      Class<R> type, EventSourceContext<LoadTestRun> context) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(type, LoadTestRun.class)
            .withLabelSelector(Api.RUN_LABEL)
            .withSecondaryToPrimaryMapper(LoadTestRunReconciler::runOf)
            .withNamespacesInheritedFromController()
            .build(),
        context);
  }

  private static Set<ResourceID> runOf(HasMetadata child) {
    return Set.of(
        new ResourceID(
            child.getMetadata().getLabels().get(Api.RUN_LABEL),
            child.getMetadata().getNamespace()));
  }

  @Override
  public UpdateControl<LoadTestRun> reconcile(LoadTestRun run, Context<LoadTestRun> context) {
    Instant now = clock.instant();
    RunStatus status = new RunStatus(run, now);
    TestPlan.Parsed parsed = TestPlan.parse(run.getSpec().test(), run.getMetadata().getNamespace());
    return switch (parsed) {
      case TestPlan.Parsed.Refused refused -> refused(new Pass(run, context, status, now), refused);
      case TestPlan.Parsed.Valid valid -> valid(new Pass(run, context, status, now), valid.plan());
    };
  }

  /** What one pass works with. */
  private record Pass(
      LoadTestRun run, Context<LoadTestRun> context, RunStatus status, Instant now) {}

  private UpdateControl<LoadTestRun> refused(Pass pass, TestPlan.Parsed.Refused refused) {
    if (pass.status().progress().finishedAt().isPresent()) {
      return Requeue.heartbeat().control();
    }
    String problems =
        refused.problems().stream().map(Problem::toString).collect(Collectors.joining("; "));
    pass.status().refused(problems);
    pass.status()
        .concluded(
            new Conclusion(
                Conclusion.End.Failed,
                Reason.InvalidSpec,
                problems,
                Optional.empty(),
                Optional.empty(),
                Optional.empty()),
            new RunStatus.Verdicts("None", Reason.InvalidSpec.name()),
            Optional.empty());
    finish(pass);
    return write(pass, Requeue.heartbeat());
  }

  private UpdateControl<LoadTestRun> valid(Pass pass, TestPlan plan) {
    RunStatus status = pass.status();
    RunFacts facts = new RunFactsReader(pass.context(), pass.run()).read(status.attempt());
    status.admitted(plan);
    status.observed(facts);
    RunDecision decision =
        RunLifecycle.next(
            effective(plan, pass.run()).lifecycle(), status.progress(), facts, pass.now());
    return switch (decision) {
      case RunDecision.Nothing nothing -> Requeue.at(nothing.until(), pass.now()).control();
      case RunDecision.CreateRunner create -> create(pass, plan, create.attempt());
      case RunDecision.Await await -> {
        announce(pass, await);
        status.waits(await);
        lateResult(pass, plan, facts);
        yield write(pass, Requeue.at(await.until(), pass.now()));
      }
      case RunDecision.EndAttempt end -> {
        events.warning(pass.run(), end.reason().name(), end.message());
        status.attemptEnded(end.reason().name());
        status.conditions().no(RunCondition.RunnersReady, end.reason().name(), end.message());
        yield write(pass, Requeue.now());
      }
      case RunDecision.DeleteRunner ignored -> delete(pass);
      case RunDecision.Conclude conclude -> conclude(pass, plan, conclude.conclusion());
      case RunDecision.Finish ignored -> {
        lateResult(pass, plan, facts);
        finish(pass);
        yield write(pass, Requeue.now());
      }
      case RunDecision.DeleteRun ignored -> {
        pass.context().getClient().resource(pass.run()).delete();
        yield UpdateControl.noUpdate();
      }
    };
  }

  /** The run's own time to live wins over that of its test. */
  private static TestPlan effective(TestPlan plan, LoadTestRun run) {
    return run.getSpec().ttlAfterFinished() == null
        ? plan
        : plan.withTimeToLive(run.getSpec().ttlAfterFinished());
  }

  private UpdateControl<LoadTestRun> create(Pass pass, TestPlan plan, int attempt) {
    Job job = jobs.of(plan, pass.run(), attempt);
    Job made;
    try {
      made = pass.context().getClient().resource(job).create();
      log(pass, "the runner's Job was created", job.getMetadata().getName());
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != ALREADY_EXISTS) {
        throw refused;
      }
      made = pass.context().getClient().resource(job).get();
    }
    if (made == null || !new RunFactsReader(pass.context(), pass.run()).ours(made)) {
      return conclude(
          pass,
          plan,
          new Conclusion(
              Conclusion.End.Failed,
              Reason.JobNameTaken,
              "a Job named "
                  + job.getMetadata().getName()
                  + " exists and is not this run's: delete or rename it",
              Optional.empty(),
              Optional.empty(),
              Optional.empty()));
    }
    pass.status().started(attempt, job.getMetadata().getName(), made.getMetadata().getUid());
    return write(pass, Requeue.after(RunLifecycle.podExpected()));
  }

  private static UpdateControl<LoadTestRun> delete(Pass pass) {
    pass.context()
        .getClient()
        .batch()
        .v1()
        .jobs()
        .inNamespace(pass.run().getMetadata().getNamespace())
        .withName(RunnerJob.name(pass.run().getMetadata().getName(), pass.status().attempt()))
        .withPropagationPolicy(DeletionPropagation.FOREGROUND)
        .delete();
    return write(pass, Requeue.after(java.time.Duration.ofSeconds(1)));
  }

  private UpdateControl<LoadTestRun> conclude(Pass pass, TestPlan plan, Conclusion conclusion) {
    Optional<Results> results = conclusion.result().map(result -> Results.of(plan, result));
    new RunVerdict(pass.status().conditions()).record(conclusion, results);
    pass.status().concluded(conclusion, RunVerdict.of(conclusion, results), results);
    if (conclusion.end() == Conclusion.End.Completed) {
      RunVerdict.announce(pass.run(), events, results.orElseThrow());
    } else {
      events.warning(pass.run(), conclusion.reason().name(), conclusion.message());
    }
    return write(pass, Requeue.now());
  }

  /** A runner that was stopped leaves what it had measured until then, if it had the time. */
  private static void lateResult(Pass pass, TestPlan plan, RunFacts facts) {
    if (!pass.status().progress().concluded() || pass.status().hasResults()) {
      return;
    }
    for (RunFacts.Pod pod : facts.pods()) {
      if (pod.health() instanceof PodHealth.Ended ended
          && ResultCodec.decode(ended.output()) instanceof ResultCodec.Decoded.Read read
          && read.result().loadStartedMillis().isPresent()) {
        RunResult result = read.result();
        pass.status().results(Optional.of(Results.of(plan, result)));
      }
    }
  }

  private void finish(Pass pass) {
    pass.status().finished();
    events.normal(pass.run(), "RunFinished", "the run has ended: " + pass.status().phase());
    log(pass, "the run has ended", pass.status().phase());
  }

  private void announce(Pass pass, RunDecision.Await await) {
    if (await.phase() == RunDecision.Phase.Running
        && !pass.status().conditions().is(RunCondition.RunnersReady, "True")) {
      log(pass, "load has started", await.phase().name());
    }
    boolean trouble =
        switch (await.reason()) {
          case PodsNotCreated, Unschedulable, ImagePullFailed, ConfigError, RunnerLost -> true;
          default -> false;
        };
    if (trouble
        && !pass.status().conditions().says(RunCondition.RunnersReady, await.reason().name())) {
      events.warning(pass.run(), await.reason().name(), await.message());
    }
  }

  private static UpdateControl<LoadTestRun> write(Pass pass, Requeue next) {
    LoadTestRun intended = new LoadTestRun();
    intended.getMetadata().setName(pass.run().getMetadata().getName());
    intended.getMetadata().setNamespace(pass.run().getMetadata().getNamespace());
    intended.setStatus(pass.status().build());
    return StatusWriter.write(pass.context(), pass.run(), intended, next);
  }

  private static void log(Pass pass, String what, String reason) {
    LOG.atInfo()
        .addKeyValue("namespace", pass.run().getMetadata().getNamespace())
        .addKeyValue("name", pass.run().getMetadata().getName())
        .addKeyValue("generation", pass.run().getMetadata().getGeneration())
        .addKeyValue("reason", reason)
        .log(what);
  }
}
