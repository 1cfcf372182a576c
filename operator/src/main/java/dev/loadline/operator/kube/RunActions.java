package dev.loadline.operator.kube;

import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.run.Conclusion;
import dev.loadline.operator.run.Reason;
import dev.loadline.operator.run.RunDecision;
import dev.loadline.operator.run.RunFacts;
import dev.loadline.operator.run.RunLifecycle;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what was decided for a run, and records it. */
final class RunActions {
  private static final Logger LOG = LoggerFactory.getLogger(RunActions.class);
  private static final int ALREADY_EXISTS = 409;
  private static final Duration SOON = Duration.ofSeconds(1);

  private final RunnerJob jobs;
  private final Events events;
  private final Tally tally;
  private final TargetClaims targets;
  private final RunAdmission admission;
  private final Consumer<LoadTestRun> ended;

  /** Runs whose end is being written, by UID. */
  private final Map<String, LoadTestRun> finishing = new ConcurrentHashMap<>();

  /**
   * Starts runners through these Jobs.
   *
   * @param ended told of each run whose end was written
   */
  RunActions(
      RunnerJob jobs,
      Events events,
      Tally tally,
      TargetClaims targets,
      RunAdmission admission,
      Consumer<LoadTestRun> ended) {
    this.jobs = jobs;
    this.events = events;
    this.tally = tally;
    this.targets = targets;
    this.admission = admission;
    this.ended = ended;
  }

  /** Carries the decision out, writes the status and says when to look again. */
  UpdateControl<LoadTestRun> carryOut(RunPass pass, RunFacts facts, RunDecision decision) {
    RunStatus status = pass.status();
    if (TestRuns.finishedAt(pass.run()).isPresent()) {
      over(pass);
    }
    return switch (decision) {
      case RunDecision.Nothing nothing -> Requeue.ended(nothing.until(), pass.now()).control();
      case RunDecision.Admit ignored -> admit(pass, facts);
      case RunDecision.CreateRunner create -> create(pass, facts, create.attempt());
      case RunDecision.Await await -> {
        announce(pass, await);
        status.waits(await);
        pass.lateResult(facts).ifPresent(status::results);
        pass.lateWords(facts).ifPresent(status::says);
        yield write(
            pass, Requeue.at(await.until(), pass.now()).or(new TargetWatch(pass).beforeWindow()));
      }
      case RunDecision.EndAttempt end -> {
        events.warning(pass.run(), end.reason().name(), end.message());
        status.attemptEnded(end.reason(), end.message());
        new RunVerdict(status.conditions()).attemptEnded(end.reason(), end.message());
        yield write(pass, Requeue.now());
      }
      case RunDecision.DeleteRunner ignored -> delete(pass, facts);
      case RunDecision.Conclude conclude -> conclude(pass, conclude.conclusion());
      case RunDecision.Finish ignored -> {
        pass.lateResult(facts).ifPresent(status::results);
        pass.lateWords(facts).ifPresent(status::says);
        yield finish(pass);
      }
      case RunDecision.DeleteRun ignored -> {
        if (pass.owedToItsTest()) {
          yield Requeue.heartbeat().control();
        }
        pass.context().getClient().resource(pass.run()).lockResourceVersion().delete();
        yield UpdateControl.noUpdate();
      }
    };
  }

  /**
   * Records that the target is the run's before anything is made. From then on the run's deadlines
   * count: the server may refuse its Job for ever.
   */
  private UpdateControl<LoadTestRun> admit(RunPass pass, RunFacts facts) {
    RunDecision decision = admission.decide(pass);
    if (!(decision instanceof RunDecision.Admit)) {
      return carryOut(pass, facts, decision);
    }
    pass.status().admitted(admission.limits(pass), pass.startupDeadline());
    Owners.claimedTest(pass.run()).ifPresent(test -> disown(pass, test));
    return write(pass.marked(), Requeue.now());
  }

  private void disown(RunPass pass, String test) {
    String words =
        "names LoadTest " + test + ", which did not make this run: it runs, but not as that test's";
    pass.status().conditions().note(RunCondition.Admitted, words);
    events.warning(pass.run(), "NotOfThisTest", words);
  }

  /**
   * Makes the Job, then records it. A crash between the two is mended by the next pass: it finds a
   * Job of the same name that this run owns and records that one.
   */
  private UpdateControl<LoadTestRun> create(RunPass pass, RunFacts facts, int attempt) {
    Optional<String> pod = pass.podLeftBehind();
    if (pod.isPresent()) {
      return carryOut(pass, facts, leftBehind(pass, "pod " + pod.get()));
    }
    Job job = jobs.of(pass.plan(), pass.run(), attempt);
    String name = job.getMetadata().getName();
    Job made;
    try {
      made = pass.context().getClient().resource(job).create();
      log(pass, "the runner's Job was created", name);
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != ALREADY_EXISTS) {
        return carryOut(pass, facts, jobRefused(pass, refused));
      }
      made = pass.context().getClient().resource(job).get();
      if (made == null) {
        // A conflict of another kind, such as a quota's, or the other one has just gone.
        throw refused;
      }
    }
    if (Owners.leftBehind(pass.run(), made)) {
      return carryOut(pass, facts, leftBehind(pass, "Job " + name));
    }
    if (!Owners.owns(pass.run(), made)) {
      String taken = "a Job named " + name + " exists and is not this run's: delete or rename it";
      return conclude(pass, RunPass.failed(Reason.JobNameTaken, taken));
    }
    pass.started(made);
    return write(pass, Requeue.after(RunLifecycle.DENIAL_EXPECTED));
  }

  private static RunDecision leftBehind(RunPass pass, String what) {
    return RunLifecycle.leftBehind(pass.lifecycle(), pass.status().progress(), what, pass.now());
  }

  private static RunDecision jobRefused(RunPass pass, KubernetesClientException refused) {
    String said = ApiFailure.message(refused);
    return RunLifecycle.jobRefused(
            pass.lifecycle(), pass.status().progress(), refused.getCode(), said, pass.now())
        .orElseThrow(() -> refused);
  }

  private UpdateControl<LoadTestRun> delete(RunPass pass, RunFacts facts) {
    String run = pass.run().getMetadata().getName();
    pass.context()
        .getClient()
        .batch()
        .v1()
        .jobs()
        .inNamespace(pass.run().getMetadata().getNamespace())
        .withName(
            facts.job() instanceof RunFacts.JobFact.Present job
                ? job.name()
                : RunnerJob.name(run, pass.status().attempts().number()))
        .withPropagationPolicy(DeletionPropagation.FOREGROUND)
        .delete();
    return write(pass, Requeue.after(SOON));
  }

  /** Records what became of the run; its pods may still have to go. */
  UpdateControl<LoadTestRun> conclude(RunPass pass, Conclusion reached) {
    Conclusion conclusion = pass.judgeable(reached);
    Optional<Results> results = pass.results(conclusion);
    new RunVerdict(pass.status().conditions()).record(conclusion, results);
    pass.status().concluded(conclusion, RunVerdict.of(conclusion, results), results);
    switch (conclusion.end()) {
      case Completed -> {
        pass.reservation()
            .ifPresent(
                words -> pass.status().conditions().note(RunCondition.ResultsCollected, words));
        RunVerdict.announce(pass.run(), events, results.orElseThrow());
      }
      case Stopped -> events.normal(pass.run(), conclusion.reason().name(), conclusion.message());
      case Failed, Damaged ->
          events.warning(pass.run(), conclusion.reason().name(), conclusion.message());
    }
    return write(pass.marked(), Requeue.now());
  }

  private UpdateControl<LoadTestRun> finish(RunPass pass) {
    RunStatus status = pass.status();
    status.finished();
    String message = "the run has ended: " + status.phase() + ", verdict " + status.verdict();
    events.normal(pass.run(), "RunFinished", message);
    finishing.put(pass.run().getMetadata().getUid(), pass.run());
    UpdateControl<LoadTestRun> control = write(pass, Requeue.now());
    over(pass);
    ended.accept(pass.run());
    log(pass, "the run has ended", status.phase());
    return control;
  }

  /** The run is gone; nobody will tell whether its end was written. */
  void forget(LoadTestRun gone) {
    finishing.remove(gone.getMetadata().getUid());
  }

  /** Told once, by the pass that wrote the end, or by the next if the answer to that was lost. */
  private void over(RunPass pass) {
    LoadTestRun whole = finishing.remove(pass.run().getMetadata().getUid());
    if (whole != null) {
      targets.released(whole);
      if (!pass.status().missed()) {
        tally.finished(pass.status().verdict());
      }
    }
  }

  private void announce(RunPass pass, RunDecision.Await await) {
    if (await.phase() == RunDecision.Phase.Running
        && !pass.status().conditions().is(RunCondition.TargetReady, "True")) {
      log(pass, "load has started", await.phase().name());
    }
    if (await.reason() == Reason.TargetBusy
        && !pass.status().conditions().says(RunCondition.Admitted, await.reason().name())) {
      events.normal(pass.run(), await.reason().name(), await.message());
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

  /** Of a run that has finished nothing is written any more; not all of it is known either. */
  private UpdateControl<LoadTestRun> write(RunPass pass, Requeue next) {
    if (TestRuns.finishedAt(pass.run()).isPresent()) {
      return next.control();
    }
    events.unreadable(pass.run());
    return StatusWriter.write(
        pass.context(), pass.run(), intended(pass.run(), pass.status()), next);
  }

  /** A fresh object that holds the whole status. */
  static LoadTestRun intended(LoadTestRun run, RunStatus status) {
    LoadTestRun intended = new LoadTestRun();
    intended.getMetadata().setName(run.getMetadata().getName());
    intended.getMetadata().setNamespace(run.getMetadata().getNamespace());
    intended.setStatus(status.build());
    return intended;
  }

  private static void log(RunPass pass, String what, String reason) {
    LOG.atInfo()
        .addKeyValue("namespace", pass.run().getMetadata().getNamespace())
        .addKeyValue("name", pass.run().getMetadata().getName())
        .addKeyValue("generation", pass.run().getMetadata().getGeneration())
        .addKeyValue("reason", reason)
        .log(what);
  }
}
