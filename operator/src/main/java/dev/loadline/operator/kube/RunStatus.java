package dev.loadline.operator.kube;

import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.api.LoadTestRunStatus.AttemptStatus;
import dev.loadline.operator.api.LoadTestRunStatus.FailureStatus;
import dev.loadline.operator.api.LoadTestRunStatus.RunnersStatus;
import dev.loadline.operator.api.LoadTestRunStatus.TargetStatus;
import dev.loadline.operator.plan.TestPlan;
import dev.loadline.operator.run.Conclusion;
import dev.loadline.operator.run.PodHealth;
import dev.loadline.operator.run.Reason;
import dev.loadline.operator.run.RunDecision;
import dev.loadline.operator.run.RunFacts;
import dev.loadline.operator.run.RunProgress;
import dev.loadline.operator.verdict.Verdict;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The next status of a run: what the last one remembered, and what this pass found and decided.
 * Made afresh in each pass.
 */
final class RunStatus {
  private final Optional<LoadTestRunStatus> before;
  private final Conditions<RunCondition> conditions;
  private final long generation;
  private final Instant now;
  private String phase;
  private List<AttemptStatus> attempts;
  private @Nullable FailureStatus failure;
  private @Nullable String completionTime;
  private Optional<Results> results = Optional.empty();
  private Optional<TargetStatus> target;
  private Optional<RunnersStatus> runners;
  private Optional<Verdicts> verdict = Optional.empty();

  /** Verdict and why. */
  record Verdicts(String verdict, String reason) {}

  RunStatus(LoadTestRun run, Instant now) {
    this.before = Optional.ofNullable(run.getStatus());
    this.generation = run.getMetadata().getGeneration();
    this.now = now;
    this.conditions =
        new Conditions<>(
            RunCondition.class,
            before.map(LoadTestRunStatus::conditions).orElse(List.<Condition>of()),
            generation,
            now);
    this.phase = before.map(LoadTestRunStatus::phase).orElse("Pending");
    this.attempts = new ArrayList<>(before.map(LoadTestRunStatus::attempts).orElse(List.of()));
    this.failure = before.map(LoadTestRunStatus::failure).orElse(null);
    this.completionTime = before.map(LoadTestRunStatus::completionTime).orElse(null);
    this.target = before.map(LoadTestRunStatus::target);
    this.runners = before.map(LoadTestRunStatus::runners);
  }

  /** What the last status remembers. */
  RunProgress progress() {
    return new RunProgress(
        before.map(LoadTestRunStatus::startTime).map(Instant::parse).orElse(now),
        attempts.stream()
            .map(attempt ->
                new RunProgress.Attempt(
                    attempt.number(),
                    Optional.ofNullable(attempt.loadStartTime()).map(Instant::parse),
                    attempt.endTime() != null))
            .toList(),
        before.map(LoadTestRunStatus::verdict).isPresent(),
        failure != null,
        Optional.ofNullable(completionTime).map(Instant::parse));
  }

  int attempt() {
    return attempts.isEmpty() ? 0 : attempts.getLast().number();
  }

  /** UID of the last attempt's Job. */
  Optional<String> jobUid() {
    return attempts.isEmpty() ? Optional.empty() : Optional.ofNullable(attempts.getLast().jobUid());
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

  void admitted(TestPlan plan) {
    conditions.yes(RunCondition.Admitted, "SpecUsable", "the spec can be used");
    if (target.isEmpty()) {
      target =
          Optional.of(
              new TargetStatus(
                  plan.target().url(),
                  plan.target().model().orElse(null),
                  plan.target().engine().equals("Auto") ? null : plan.target().engine(),
                  null));
    }
  }

  /** Counts pods and remembers when load began: that must survive a restart. */
  void observed(RunFacts facts) {
    int ready = 0;
    int succeeded = 0;
    int failed = 0;
    int lost = 0;
    for (RunFacts.Pod pod : facts.pods()) {
      switch (pod.health()) {
        case PodHealth.Ready is -> {
          ready++;
          loadStarted(is.since());
        }
        case PodHealth.Ended ended -> {
          succeeded += ended.exitCode().equals(Optional.of(0)) ? 1 : 0;
          failed += ended.exitCode().equals(Optional.of(0)) ? 0 : 1;
        }
        case PodHealth.NodeLost is -> {
          lost++;
          if (is.wasReady()) {
            loadStarted(is.since());
          }
        }
        case PodHealth.Unschedulable ignored -> {}
        case PodHealth.ImageTrouble ignored -> {}
        case PodHealth.ConfigTrouble ignored -> {}
        case PodHealth.Starting ignored -> {}
      }
    }
    if (!facts.pods().isEmpty() || runners.isEmpty()) {
      runners = Optional.of(new RunnersStatus(1, ready, succeeded, failed, lost));
    }
  }

  private void loadStarted(Instant since) {
    AttemptStatus last = attempts.getLast();
    if (last.loadStartTime() == null) {
      attempts.set(
          attempts.size() - 1,
          new AttemptStatus(
              last.number(),
              last.job(),
              last.jobUid(),
              last.startTime(),
              since.toString(),
              last.endTime(),
              last.outcome()));
    }
  }

  void started(int number, String job, String uid) {
    attempts.add(new AttemptStatus(number, job, uid, now.toString(), null, null, null));
    phase = RunDecision.Phase.Waiting.name();
    conditions.no(
        RunCondition.RunnersReady, Reason.Starting.name(), "the runner's Job was created");
  }

  void waits(RunDecision.Await await) {
    phase = await.phase().name();
    switch (await.phase()) {
      case Running -> {
        conditions.yes(
            RunCondition.TargetReady, "Answered", "the target answers and serves the model");
        if (await.reason() == Reason.Running) {
          conditions.yes(RunCondition.RunnersReady, await.reason().name(), await.message());
        } else {
          conditions.no(RunCondition.RunnersReady, await.reason().name(), await.message());
        }
      }
      case Pending, Waiting, Starting ->
          conditions.no(RunCondition.RunnersReady, await.reason().name(), await.message());
      case Collecting -> {}
    }
  }

  void attemptEnded(String outcome) {
    if (!attempts.isEmpty() && attempts.getLast().endTime() == null) {
      AttemptStatus last = attempts.removeLast();
      attempts.add(
          new AttemptStatus(
              last.number(),
              last.job(),
              last.jobUid(),
              last.startTime(),
              last.loadStartTime(),
              now.toString(),
              outcome));
    }
  }

  void concluded(Conclusion conclusion, Verdicts said, Optional<Results> found) {
    phase = RunDecision.Phase.Collecting.name();
    attemptEnded(conclusion.reason().name());
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

  void results(Results found) {
    results = Optional.of(found);
    found.target(target).ifPresent(is -> target = Optional.of(is));
  }

  void finished() {
    completionTime = now.toString();
    phase =
        failure == null
            ? "Completed"
            : failure.reason().equals(Reason.Stopped.name()) ? "Stopped" : "Failed";
    String reason = failure == null ? Reason.Measured.name() : failure.reason();
    String message = failure == null ? "all stages were measured" : failure.message();
    if (failure == null) {
      conditions.yes(RunCondition.Succeeded, reason, message);
    } else {
      conditions.no(RunCondition.Succeeded, reason, message);
    }
    conditions.yes(RunCondition.Finished, phase, message);
  }

  LoadTestRunStatus build() {
    return new LoadTestRunStatus(
        generation,
        phase,
        verdict.map(Verdicts::verdict).or(() -> known(LoadTestRunStatus::verdict)).orElse(null),
        verdict
            .map(Verdicts::reason)
            .or(() -> known(LoadTestRunStatus::verdictReason))
            .orElse(null),
        known(LoadTestRunStatus::startTime).orElse(now.toString()),
        resultOr(Results::measurementStart, LoadTestRunStatus::measurementStartTime),
        resultOr(Results::measurementEnd, LoadTestRunStatus::measurementEndTime),
        completionTime,
        resultOr(Results::summary, LoadTestRunStatus::summary),
        resultOr(is -> Optional.of(is.stages()), LoadTestRunStatus::stages),
        resultOr(is -> Optional.of(is.objectives()), LoadTestRunStatus::objectives),
        resultOr(is -> Optional.of(is.validity()), LoadTestRunStatus::validity),
        target.orElse(null),
        runners.orElse(null),
        attempts.isEmpty() ? null : attempts,
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
