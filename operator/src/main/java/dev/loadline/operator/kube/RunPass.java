package dev.loadline.operator.kube;

import dev.loadline.operator.api.LifecycleSpec;
import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.plan.Lifecycle;
import dev.loadline.operator.plan.Load;
import dev.loadline.operator.plan.Objective;
import dev.loadline.operator.plan.Problem;
import dev.loadline.operator.plan.TestPlan;
import dev.loadline.operator.run.Conclusion;
import dev.loadline.operator.run.Contender;
import dev.loadline.operator.run.PodHealth;
import dev.loadline.operator.run.Reason;
import dev.loadline.operator.run.RunDecision;
import dev.loadline.operator.run.RunFacts;
import dev.loadline.operator.run.RunLifecycle;
import dev.loadline.runner.contract.ResultCodec;
import dev.loadline.runner.contract.RunResult;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What one pass over a run works with. */
record RunPass(
    LoadTestRun run,
    Context<LoadTestRun> context,
    RunStatus status,
    TestPlan.Parsed parsed,
    RunTime time) {
  private static final Duration USUAL_DEADLINE = Duration.ofHours(1);

  /** By the clock that the run goes by. */
  Instant now() {
    return time.now();
  }

  /** The same pass; copies of its run are known as such. */
  RunPass marked() {
    return new RunPass(RunCopy.marked(context.getClient(), run), context, status, parsed, time);
  }

  /** The plan, within what the run may spend; only for runs whose spec can be used. */
  TestPlan plan() {
    return switch (parsed) {
      case TestPlan.Parsed.Valid valid -> valid.plan().limitedTo(status.limits());
      case TestPlan.Parsed.Refused refused ->
          throw new IllegalStateException("a refused run has no plan: " + refused.problems());
    };
  }

  /**
   * Deadlines and retention; the run's own time to live wins over that of its test. A spec that
   * cannot be used (any more: the operator may be newer than the run) still has an end to come to.
   */
  Lifecycle lifecycle() {
    String own = run.getSpec().ttlAfterFinished();
    return switch (parsed) {
      case TestPlan.Parsed.Valid ignored ->
          (own == null ? plan() : plan().withTimeToLive(own)).lifecycle();
      case TestPlan.Parsed.Refused ignored ->
          new Lifecycle(
              jobDeadline(),
              jobDeadline(),
              1,
              TestPlan.timeToLive(
                  own != null
                      ? own
                      : Optional.ofNullable(run.getSpec().test().lifecycle())
                          .map(LifecycleSpec::ttlAfterFinished)
                          .orElse(null)),
              retention());
    };
  }

  /** When load has to be seen at the latest. */
  Instant startupDeadline() {
    return RunLifecycle.startupDeadline(lifecycle(), status.progress(), now());
  }

  /** The Job of the next attempt is there. */
  void started(Job job) {
    Instant made = Instant.parse(job.getMetadata().getCreationTimestamp());
    status.started(job, made.plus(time.ofStamps()), startupDeadline());
  }

  private Lifecycle.PodRetention retention() {
    return Optional.ofNullable(run.getSpec().test().lifecycle())
        .map(LifecycleSpec::podRetention)
        .flatMap(text ->
            Stream.of(Lifecycle.PodRetention.values())
                .filter(retention -> retention.name().equals(text))
                .findFirst())
        .orElse(Lifecycle.PodRetention.OnFailure);
  }

  /** What the plan gave the runner when it could still be used. */
  private Duration jobDeadline() {
    return context
        .getSecondaryResourcesAsStream(Job.class)
        .filter(job -> Owners.owns(run, job))
        .flatMap(job -> Stream.ofNullable(job.getSpec().getActiveDeadlineSeconds()))
        .max(Comparator.naturalOrder())
        .map(Duration::ofSeconds)
        .orElse(USUAL_DEADLINE);
  }

  /**
   * Why the run cannot go on, if its spec cannot be used: it has no runner yet, or no longer. One
   * that has is watched to its end, whatever this program thinks of the spec; of one that has
   * finished the spec is not even known any more.
   */
  Optional<String> refusal() {
    boolean watched =
        status.progress().concluded()
            || status.progress().finishedAt().isPresent()
            || status.progress().attempts().stream().anyMatch(is -> is.ended().isEmpty());
    return switch (parsed) {
      case TestPlan.Parsed.Valid ignored -> Optional.empty();
      case TestPlan.Parsed.Refused refused ->
          watched ? Optional.empty() : Optional.of(Problem.text(refused.problems()));
    };
  }

  /**
   * A pod that an earlier run of this name has left and that may still send load: where its run was
   * deleted and made anew, its Job may be gone before it.
   */
  Optional<String> podLeftBehind() {
    Set<String> own =
        context
            .getSecondaryResourcesAsStream(Job.class)
            .filter(job -> Owners.owns(run, job))
            .map(job -> job.getMetadata().getUid())
            .collect(Collectors.toSet());
    return context
        .getSecondaryResourcesAsStream(Pod.class)
        .filter(pod ->
            Owners.jobOf(pod)
                .filter(job -> job.getName().startsWith(run.getMetadata().getName() + "-a"))
                .filter(job -> !own.contains(job.getUid()))
                .isPresent())
        .map(pod -> new PodReader(pod, time.wall()).read())
        .filter(pod -> !(pod.health() instanceof PodHealth.Ended))
        .map(RunFacts.Pod::name)
        .findFirst();
  }

  /** What was measured cannot be judged without a load and objectives that can be used. */
  Conclusion judgeable(Conclusion conclusion) {
    return switch (parsed) {
      case TestPlan.Parsed.Valid ignored -> conclusion;
      case TestPlan.Parsed.Refused refused
          when conclusion.end() != Conclusion.End.Completed
              || (refused.load().isPresent() && refused.objectives().isPresent()) ->
          conclusion;
      case TestPlan.Parsed.Refused refused ->
          new Conclusion(
              Conclusion.End.Damaged,
              Reason.InvalidSpec,
              "all stages ran, but this version of the operator cannot use the spec and so cannot"
                  + " judge them; the figures are in the "
                  + (refused.load().isPresent() ? "status" : "runner's log")
                  + ": "
                  + Problem.text(refused.problems()),
              conclusion.pod(),
              conclusion.exitCode(),
              conclusion.result());
    };
  }

  /** What is to be said of a verdict on a run that would not be started any more. */
  Optional<String> reservation() {
    return switch (parsed) {
      case TestPlan.Parsed.Valid ignored -> Optional.empty();
      case TestPlan.Parsed.Refused refused ->
          Optional.of(
              "judged as it was planned, although this version of the operator would not start it: "
                  + Problem.text(refused.problems()));
    };
  }

  /** The result of a conclusion, judged; what came from a runner that sent nothing is none. */
  Optional<Results> results(Conclusion conclusion) {
    return conclusion.result().flatMap(this::judged);
  }

  private Optional<Results> judged(RunResult result) {
    if (result.outcome() != RunResult.Outcome.MEASURED && result.loadStartedMillis().isEmpty()) {
      return Optional.empty();
    }
    return switch (parsed) {
      case TestPlan.Parsed.Valid valid ->
          Optional.of(judged(valid.plan().load(), valid.plan().objectives(), result));
      case TestPlan.Parsed.Refused refused ->
          refused.load().map(load -> judged(load, refused.objectives().orElse(List.of()), result));
    };
  }

  private Results judged(Load load, List<Objective> objectives, RunResult result) {
    return Results.of(load, objectives, result, new TargetWatch(this).observation(load, result));
  }

  /** A runner that was stopped leaves what it had measured until then, if it had the time. */
  Optional<Results> lateResult(RunFacts facts) {
    if (!status.progress().concluded() || status.hasResults()) {
      return Optional.empty();
    }
    return facts.pods().stream()
        .flatMap(pod -> last(pod).flatMap(this::judged).stream())
        .findFirst();
  }

  /** What a runner that was stopped before its load says that it waited for. */
  Optional<String> lateWords(RunFacts facts) {
    boolean stopped =
        status.progress().ending().filter(is -> is.reason() == Reason.Stopped).isPresent();
    return facts.pods().stream()
        .filter(ignored -> stopped)
        .flatMap(pod -> last(pod).stream())
        .filter(result -> result.loadStartedMillis().isEmpty())
        .flatMap(result -> result.message().stream())
        .map(Conditions::bounded)
        .findFirst();
  }

  private static Optional<RunResult> last(RunFacts.Pod pod) {
    return pod.health() instanceof PodHealth.Ended ended
            && ResultCodec.decode(ended.output()) instanceof ResultCodec.Decoded.Read read
        ? Optional.of(read.result())
        : Optional.empty();
  }

  /** Why the run, which was not admitted yet, never will be; empty if it may be. */
  Optional<RunDecision> missed(Contender contender, Instant watchingSince) {
    if (status.conditions().says(RunCondition.Admitted, Reason.TargetBusy.name())) {
      String said = status.conditions().message(RunCondition.Admitted);
      return contender.waitedTooLong(said, now()).or(this::replaced);
    }
    // Nobody has set a time at which a run that the clock did not start begins.
    return Contenders.due(run)
        .flatMap(ignored -> contender.missed(watchingSince, now()))
        .or(this::replaced);
  }

  private Optional<RunDecision> replaced() {
    return TestRunStarter.makesRoom(run)
        ? Optional.of(
            new RunDecision.Conclude(
                failed(
                    Reason.TargetBusy,
                    "it did not have its target before the next run of its test was due")))
        : Optional.empty();
  }

  /**
   * Whether the status of its test does not know of this finished run yet. Deleted before, the run
   * would be due again. The test is asked for at the server: once a run, at the end of its time.
   */
  boolean owedToItsTest() {
    return itsTest()
        .filter(test -> !TestRuns.recorded(Optional.ofNullable(test.getStatus()), run, now()))
        .isPresent();
  }

  /** The test that made this run, as the server has it. */
  Optional<LoadTest> itsTest() {
    return Optional.ofNullable(run.getSpec().loadTest())
        .map(name ->
            context
                .getClient()
                .resources(LoadTest.class)
                .inNamespace(run.getMetadata().getNamespace())
                .withName(name)
                .get())
        .filter(found -> Owners.owns(found, run));
  }

  /** Whether the run itself was deleted, and with it its Job: the watch may tell that later. */
  boolean runIsGone() {
    LoadTestRun there = context.getClient().resource(run).get();
    return there == null
        || there.isMarkedForDeletion()
        || !there.getMetadata().getUid().equals(run.getMetadata().getUid());
  }

  static Conclusion failed(Reason reason, String message) {
    return Conclusion.of(Conclusion.End.Failed, reason, message);
  }
}
