package dev.loadline.operator.kube;

import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.api.LoadTestRunStatus.FailureStatus;
import dev.loadline.operator.api.LoadTestRunStatus.RunnersStatus;
import dev.loadline.operator.api.LoadTestRunStatus.StageStatus;
import dev.loadline.operator.api.LoadTestRunStatus.TargetStatus;
import dev.loadline.operator.api.LoadTestRunStatus.WorkloadStatus;
import dev.loadline.operator.plan.Limits;
import dev.loadline.operator.plan.TestPlan;
import dev.loadline.operator.run.Conclusion;
import dev.loadline.operator.run.Reason;
import dev.loadline.operator.run.RunDecision;
import dev.loadline.operator.run.RunFacts;
import dev.loadline.operator.run.RunProgress;
import dev.loadline.operator.verdict.TargetEndpoints;
import dev.loadline.operator.verdict.Verdict;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A run's next status: what the last one remembered, what this pass found and decided. */
final class RunStatus {
  private final Optional<LoadTestRunStatus> before;
  private final Conditions<RunCondition> conditions;
  private final LoadTestRun run;
  private final Instant now;
  private final boolean concludedBefore;
  private String phase;
  private final Attempts attempts;
  private @Nullable FailureStatus failure;
  private @Nullable String startTime;
  private @Nullable String completionTime;
  private Optional<Results> results = Optional.empty();
  private Optional<TargetStatus> target;
  private Optional<WorkloadStatus> workload;
  private Optional<RunnersStatus> runners;
  private Limits limits;
  private Optional<Verdicts> verdict = Optional.empty();

  /** Verdict and why. */
  record Verdicts(String verdict, String reason) {}

  RunStatus(LoadTestRun run, Instant now) {
    this.before = Optional.ofNullable(run.getStatus());
    this.run = run;
    this.now = now;
    this.conditions =
        new Conditions<>(
            RunCondition.class,
            before.map(LoadTestRunStatus::conditions).orElse(List.<Condition>of()),
            run.getMetadata().getGeneration(),
            now);
    if (conditions.says(RunCondition.Finished, FailedPasses.RECONCILE_ERROR)) {
      conditions.unknown(RunCondition.Finished, "Pending", "not known yet");
    }
    this.concludedBefore = before.map(LoadTestRunStatus::verdict).isPresent();
    this.phase = before.map(LoadTestRunStatus::phase).orElse("Pending");
    this.attempts = new Attempts(before.map(LoadTestRunStatus::attempts).orElse(List.of()), now);
    this.failure = before.map(LoadTestRunStatus::failure).orElse(null);
    this.startTime = before.map(LoadTestRunStatus::startTime).orElse(null);
    this.completionTime = before.map(LoadTestRunStatus::completionTime).orElse(null);
    this.target = before.map(LoadTestRunStatus::target);
    this.workload = before.map(LoadTestRunStatus::workload);
    this.runners = before.map(LoadTestRunStatus::runners);
    this.limits = Limits.of(before.map(LoadTestRunStatus::limits).orElse(null));
  }

  /** What the last status remembers. */
  RunProgress progress() {
    return new RunProgress(
        Optional.ofNullable(startTime).map(Instant::parse),
        attempts.progress(),
        concludedBefore ? Optional.of(RunVerdict.ending(verdict(), failure)) : Optional.empty(),
        Optional.ofNullable(completionTime).map(Instant::parse),
        trouble());
  }

  /** The condition is Unknown while the runner starts and False from the first trouble on. */
  private Optional<RunProgress.Trouble> trouble() {
    return before.map(LoadTestRunStatus::conditions).stream()
        .flatMap(List::stream)
        .filter(is -> is.getType().equals(RunCondition.RunnersReady.name()))
        .filter(is -> is.getStatus().equals("False"))
        .flatMap(is ->
            Reason.named(is.getReason())
                .map(reason ->
                    new RunProgress.Trouble(reason, Instant.parse(is.getLastTransitionTime())))
                .stream())
        .findFirst();
  }

  /** The API server or this program fails all the time. */
  void reconcileError(String message) {
    if (completionTime == null) {
      conditions.unknown(RunCondition.Finished, FailedPasses.RECONCILE_ERROR, message);
    }
  }

  Attempts attempts() {
    return attempts;
  }

  Conditions<RunCondition> conditions() {
    return conditions;
  }

  boolean hasResults() {
    return before.map(LoadTestRunStatus::stages).isPresent();
  }

  String phase() {
    return phase;
  }

  /** The verdict, None if there is none. */
  String verdict() {
    return verdict
        .map(Verdicts::verdict)
        .or(() -> before.map(LoadTestRunStatus::verdict))
        .orElse(Verdict.None.name());
  }

  /** What was allowed when the run was admitted. */
  Limits limits() {
    return limits;
  }

  /** The target is the run's, whose time begins to count. */
  void admitted(Limits allowed, Instant deadline) {
    limits = allowed;
    startTime = now.toString();
    conditions.yes(RunCondition.Admitted, "Admitted", "the spec can be used, the target is free");
    new RunWait(conditions).starting("the runner's Job is made next; deadline " + deadline);
  }

  /** What will be loaded, and with what. */
  void describes(TestPlan plan) {
    if (target.isEmpty()) {
      target = Optional.of(TargetUnderLoad.asked(plan.target()));
    }
    workload = workload.or(() -> Optional.of(SentWorkload.status(run, plan.workload())));
  }

  Optional<TargetEndpoints> endpoints() {
    return target.flatMap(TargetUnderLoad::endpoints);
  }

  void endpoints(TargetEndpoints seen) {
    target = target.map(is -> TargetUnderLoad.seen(is, seen));
  }

  /** Counts pods and remembers when load began: that must survive a restart. */
  void observed(RunFacts facts) {
    facts.loadSince().ifPresent(attempts::loadStarted);
    if (!facts.pods().isEmpty() || runners.isEmpty()) {
      runners = Optional.of(RunnerCounts.of(facts.pods()));
    }
    if (concludedBefore) {
      runners = runners.map(RunnerCounts::noneReady);
    }
  }

  void started(Job job, Instant made, Instant deadline) {
    attempts.started(job, made);
    phase = RunDecision.Phase.Waiting.name();
    new RunWait(conditions).starting("the runner's Job was created; deadline " + deadline);
  }

  void waits(RunDecision.Await await) {
    phase = await.phase().name();
    new RunWait(conditions).record(await);
  }

  void attemptEnded(Reason outcome, String message) {
    attempts.givenUp(outcome, message);
    phase = RunDecision.Phase.Waiting.name();
  }

  void concluded(Conclusion conclusion, Verdicts said, Optional<Results> found) {
    attempts.ended(conclusion.reason());
    phase = RunDecision.Phase.Collecting.name();
    runners = runners.map(RunnerCounts::noneReady);
    if (conclusion.reason() == Reason.RunnerLost) {
      runners = runners.map(RunnerCounts::lost);
    }
    verdict = Optional.of(said);
    found.ifPresent(this::results);
    if (conclusion.end() != Conclusion.End.Completed) {
      failure =
          new FailureStatus(
              conclusion.reason().name(),
              Conditions.bounded(conclusion.message()),
              conclusion.pod().orElse(null),
              conclusion.exitCode().orElse(null));
    }
  }

  /** The runner's own words on its end know more. */
  void says(String words) {
    failure = failure == null ? null : failure.saying(words);
  }

  void results(Results found) {
    results = Optional.of(found);
    found.notes(workload).forEach(note -> conditions.note(RunCondition.ResultsCollected, note));
    found.target(target).ifPresent(is -> target = Optional.of(is));
  }

  /** Whether the run ended without having begun, since it was not admitted in time. */
  boolean missed() {
    return failure != null && Api.MISSED_RUN.contains(failure.reason());
  }

  void finished() {
    completionTime = now.toString();
    phase =
        failure == null
            ? "Completed"
            : failure.reason().equals(Reason.Stopped.name()) ? "Stopped" : "Failed";
    String message =
        failure == null
            ? Results.end(resultOr(Results::spent, LoadTestRunStatus::spent))
            : failure.message();
    if (failure == null) {
      conditions.yes(RunCondition.Succeeded, Reason.Measured.name(), message);
    } else {
      conditions.no(RunCondition.Succeeded, failure.reason(), message);
    }
    conditions.yes(RunCondition.Finished, phase, message);
  }

  /** The status, without the least important figures if they do not fit. */
  LoadTestRunStatus build() {
    List<StageStatus> stages = resultOr(is -> Optional.of(is.stages()), LoadTestRunStatus::stages);
    if (stages == null) {
      return with(null);
    }
    StatusSize.Fitting fitting = StatusSize.fit(stages, this::with);
    if (!fitting.omitted().isEmpty()) {
      conditions.note(
          RunCondition.ResultsCollected,
          "left out of the status to keep it small: " + String.join(", ", fitting.omitted()));
    }
    return with(fitting.stages());
  }

  private LoadTestRunStatus with(@Nullable List<StageStatus> stages) {
    return new LoadTestRunStatus(
        run.getMetadata().getGeneration(),
        phase,
        verdict.map(Verdicts::verdict).or(() -> known(LoadTestRunStatus::verdict)).orElse(null),
        verdict
            .map(Verdicts::reason)
            .or(() -> known(LoadTestRunStatus::verdictReason))
            .orElse(null),
        startTime,
        resultOr(Results::measurementStart, LoadTestRunStatus::measurementStartTime),
        resultOr(Results::measurementEnd, LoadTestRunStatus::measurementEndTime),
        completionTime,
        resultOr(Results::summary, LoadTestRunStatus::summary),
        stages,
        resultOr(is -> Optional.of(is.objectives()), LoadTestRunStatus::objectives),
        resultOr(is -> Optional.of(is.validity()), LoadTestRunStatus::validity),
        target.orElse(null),
        workload.orElse(null),
        limits.toSpec(),
        runners.orElse(null),
        resultOr(Results::generator, LoadTestRunStatus::generator),
        resultOr(Results::spent, LoadTestRunStatus::spent),
        attempts.list(),
        failure,
        conditions.list());
  }

  private <T> Optional<T> known(Function<LoadTestRunStatus, @Nullable T> field) {
    return before.flatMap(status -> Optional.ofNullable(field.apply(status)));
  }

  /** From this pass's result, else what an earlier pass wrote. */
  private <T> @Nullable T resultOr(
      Function<Results, Optional<T>> result, Function<LoadTestRunStatus, @Nullable T> field) {
    return results.flatMap(result).or(() -> known(field)).orElse(null);
  }
}
