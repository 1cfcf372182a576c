package dev.loadline.operator.kube;

import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.plan.TestPlan;
import dev.loadline.operator.run.Conclusion;
import dev.loadline.operator.run.Reason;
import dev.loadline.operator.run.RunDecision;
import dev.loadline.operator.run.RunFacts;
import dev.loadline.operator.run.RunLifecycle;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** One run: facts, decision, deed, record. What to do is decided in {@link RunLifecycle}. */
@ControllerConfiguration(name = "loadtestrun")
final class LoadTestRunReconciler implements Reconciler<LoadTestRun> {
  private final RunActions actions;
  private final FailedPasses failures;
  private final TargetClaims targets;
  private final RunsOfTests runsOfTests;
  private final Seen<LoadTestRun> seen;
  private final ClockSteps<LoadTestRun> steps;
  private final RunClocks clocks;
  private final WatchedPods watchedPods = new WatchedPods();

  /** Does what is decided by these actions. */
  LoadTestRunReconciler(
      RunActions actions,
      FailedPasses failures,
      TargetClaims targets,
      RunsOfTests runsOfTests,
      Seen<LoadTestRun> seen,
      ClockSteps<LoadTestRun> steps,
      RunClocks clocks) {
    this.actions = actions;
    this.failures = failures;
    this.targets = targets;
    this.runsOfTests = runsOfTests;
    this.seen = seen;
    this.steps = steps;
    this.clocks = clocks;
  }

  @Override
  public List<EventSource<?, LoadTestRun>> prepareEventSources(
      EventSourceContext<LoadTestRun> context) {
    seen.through(context.getPrimaryCache());
    InformerEventSource<Job, LoadTestRun> jobs =
        new InformerEventSource<>(
            children(Job.class).withOnDeleteFilter(this::freed).build(), context);
    InformerEventSource<Pod, LoadTestRun> pods =
        new InformerEventSource<>(
            children(Pod.class)
                .withOnAddFilter(this::seen)
                .withOnUpdateFilter(this::seen)
                .withOnDeleteFilter(this::gone)
                .build(),
            context);
    Turns turns = new Turns(targets, this::forget);
    targets.through(new TargetCaches(context.getPrimaryCache(), jobs, pods), turns::propagateEvent);
    return List.of(jobs, pods, turns, runsOfTests.through(context.getPrimaryCache()), steps);
  }

  private void forget(LoadTestRun gone) {
    clocks.forget(gone);
    actions.forget(gone);
  }

  private static <R extends HasMetadata> InformerEventSourceConfiguration.Builder<R> children(
      Class<R> type) {
    return InformerEventSourceConfiguration.from(type, LoadTestRun.class)
        .withLabelSelector(Api.RUN_LABEL)
        .withInformerListLimit(Controllers.PAGE)
        .withSecondaryToPrimaryMapper(LoadTestRunReconciler::runOf)
        .withNamespacesInheritedFromController();
  }

  private boolean seen(Pod pod) {
    watchedPods.seen(pod);
    return true;
  }

  private boolean seen(Pod pod, Pod before) {
    Instant now = clocks.wall();
    boolean ended = new PodReader(pod, now).hasEnded() && !new PodReader(before, now).hasEnded();
    return seen(pod) && (!ended || freed(pod, false));
  }

  private boolean gone(Pod pod, Boolean lastStateUnknown) {
    watchedPods.gone(pod);
    return freed(pod, lastStateUnknown);
  }

  /** Of what the run was deleted nobody else hears that it is gone. */
  private boolean freed(HasMetadata child, Boolean lastStateUnknown) {
    TargetCaches.target(child).ifPresent(targets::freed);
    return true;
  }

  private static Set<ResourceID> runOf(HasMetadata child) {
    return Set.of(
        new ResourceID(
            child.getMetadata().getLabels().get(Api.RUN_LABEL),
            child.getMetadata().getNamespace()));
  }

  @Override
  public UpdateControl<LoadTestRun> reconcile(LoadTestRun run, Context<LoadTestRun> context) {
    try {
      RunTime now = clocks.now(run);
      TestPlan.Parsed parsed =
          TestPlan.parse(run.getSpec().test(), run.getMetadata().getNamespace(), run.unreadable());
      RunPass pass = new RunPass(run, context, new RunStatus(run, now.now()), parsed, now);
      if (parsed instanceof TestPlan.Parsed.Valid valid && !pass.status().progress().concluded()) {
        pass.status().describes(valid.plan());
      }
      RunFactsReader reader = new RunFactsReader(pass, watchedPods);
      reader.unrecorded(pass).ifPresent(pass::started);
      return pass.refusal()
          .map(problems -> actions.conclude(pass, RunPass.failed(Reason.InvalidSpec, problems)))
          .orElseGet(() -> follow(pass, reader));
    } finally {
      seen.beat();
    }
  }

  private UpdateControl<LoadTestRun> follow(RunPass pass, RunFactsReader reader) {
    RunStatus status = pass.status();
    RunFacts facts = reader.read(status).moved(pass.time().ofStamps());
    status.observed(facts);
    RunDecision decision =
        RunLifecycle.next(pass.lifecycle(), status.progress(), facts, pass.now());
    return decision instanceof RunDecision.Conclude(Conclusion reached)
            && reached.reason() == Reason.RunnerJobDeleted
            && pass.runIsGone()
        ? UpdateControl.noUpdate()
        : actions.carryOut(pass, facts, decision);
  }

  @Override
  public ErrorStatusUpdateControl<LoadTestRun> updateErrorStatus(
      LoadTestRun run, Context<LoadTestRun> context, Exception failure) {
    failures
        .failed(run, context, failure)
        .filter(lasting -> TestRuns.finishedAt(run).isEmpty())
        .ifPresent(lasting -> {
          RunStatus status = new RunStatus(run, clocks.now(run).now());
          status.reconcileError(lasting);
          StatusWriter.attempt(context, run, RunActions.intended(run, status));
        });
    return ErrorStatusUpdateControl.defaultErrorProcessing();
  }
}
