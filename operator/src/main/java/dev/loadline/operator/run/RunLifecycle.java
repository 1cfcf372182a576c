package dev.loadline.operator.run;

import dev.loadline.operator.plan.Lifecycle;
import dev.loadline.operator.run.Conclusion.End;
import dev.loadline.operator.run.RunDecision.Await;
import dev.loadline.operator.run.RunDecision.Conclude;
import dev.loadline.operator.run.RunDecision.CreateRunner;
import dev.loadline.operator.run.RunDecision.DeleteRun;
import dev.loadline.operator.run.RunDecision.DeleteRunner;
import dev.loadline.operator.run.RunDecision.EndAttempt;
import dev.loadline.operator.run.RunDecision.Finish;
import dev.loadline.operator.run.RunDecision.Nothing;
import dev.loadline.operator.run.RunDecision.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The state machine of a run, whole. Rules that always hold: terminal is terminal and asked first;
 * a run is not finished before its last pod is gone or has ended; what is known goes into the
 * status before anything is deleted; a run that has sent load, or may have, is never repeated.
 */
public final class RunLifecycle {
  static final Duration POD_EXPECTED = Duration.ofSeconds(30);
  static final Duration IMAGE_PATIENCE = Duration.ofMinutes(2);
  static final Duration CONFIG_PATIENCE = Duration.ofSeconds(60);
  static final Duration NODE_PATIENCE = Duration.ofSeconds(90);

  private final Lifecycle plan;
  private final RunProgress progress;
  private final RunFacts facts;
  private final Instant now;

  private RunLifecycle(Lifecycle plan, RunProgress progress, RunFacts facts, Instant now) {
    this.plan = plan;
    this.progress = progress;
    this.facts = facts;
    this.now = now;
  }

  /** When a Job's pod is expected at the latest. */
  public static Duration podExpected() {
    return POD_EXPECTED;
  }

  /** The next decision. */
  public static RunDecision next(
      Lifecycle plan, RunProgress progress, RunFacts facts, Instant now) {
    return new RunLifecycle(plan, progress, facts, now).next();
  }

  private RunDecision next() {
    if (progress.finishedAt().isPresent()) {
      return afterwards(progress.finishedAt().get());
    }
    if (progress.concluded()) {
      return clearedAway("its end is recorded").orElseGet(Finish::new);
    }
    if (facts.stopRequested()) {
      return conclude(End.Stopped, Reason.Stopped, "the run was told to stop");
    }
    if (!now.isBefore(activeDeadline())) {
      return conclude(
          progress.loadSeen() ? End.Damaged : End.Failed,
          Reason.ActiveDeadlineExceeded,
          "the run took longer than its active deadline of " + text(plan.activeDeadline()));
    }
    Optional<RunProgress.Attempt> attempt = progress.last();
    if (attempt.isEmpty()) {
      return created(1);
    }
    if (attempt.get().ended()) {
      return clearedAway("a new attempt follows")
          .orElseGet(() -> new CreateRunner(attempt.get().number() + 1));
    }
    return switch (facts.job()) {
      case RunFacts.JobFact.Absent ignored -> jobGone();
      case RunFacts.JobFact.Foreign foreign -> foreign(foreign);
      case RunFacts.JobFact.Present job -> facts.pods().isEmpty() ? noPod(job) : pod(job);
    };
  }

  private RunDecision created(int attempt) {
    return facts.job() instanceof RunFacts.JobFact.Foreign foreign
        ? foreign(foreign)
        : new CreateRunner(attempt);
  }

  private RunDecision foreign(RunFacts.JobFact.Foreign job) {
    return conclude(
        End.Failed,
        Reason.JobNameTaken,
        "a Job named " + job.name() + " exists and is not this run's: delete or rename it");
  }

  /** The Job and its pods out of the way, or what has to happen until they are. */
  private Optional<RunDecision> clearedAway(String why) {
    if (facts.job() instanceof RunFacts.JobFact.Present job && !facts.quietlyKept(progress)) {
      return Optional.of(
          job.deleting()
              ? await(
                  Phase.Collecting,
                  Reason.StoppingRunner,
                  "waits until the runner is gone",
                  now.plus(POD_EXPECTED))
              : new DeleteRunner("the runner's Job is deleted: " + why));
    }
    if (!facts.quiet()) {
      return Optional.of(
          await(
              Phase.Collecting,
              Reason.StoppingRunner,
              "waits until the runner's pods are gone",
              now.plus(POD_EXPECTED)));
    }
    return Optional.empty();
  }

  private RunDecision afterwards(Instant finished) {
    Optional<Instant> end = plan.ttlAfterFinished().map(finished::plus);
    if (end.isPresent() && !now.isBefore(end.get())) {
      return new DeleteRun();
    }
    boolean kept =
        switch (plan.podRetention()) {
          case Always -> true;
          case OnFailure -> progress.failed();
          case Never -> false;
        };
    if (!kept && facts.job() instanceof RunFacts.JobFact.Present job && !job.deleting()) {
      return new DeleteRunner("the run is over");
    }
    return new Nothing(end);
  }

  private RunDecision jobGone() {
    return progress.loadSeen()
        ? conclude(
            End.Damaged,
            Reason.RunnerJobDeleted,
            "somebody deleted the runner's Job while it sent load; a test that has sent load is never repeated")
        : conclude(
            End.Damaged,
            Reason.RunnerJobDeleted,
            "somebody deleted the runner's Job; whether it had sent load is not known, so it is not repeated");
  }

  private RunDecision noPod(RunFacts.JobFact.Present job) {
    if (progress.loadSeen()) {
      return conclude(
          End.Damaged, Reason.RunnerLost, "the runner's pod is gone although it was sending load");
    }
    String warning = facts.warning().orElse("no event says why");
    if (Denial.isFinal(warning)) {
      return conclude(
          End.Failed, Reason.PodsNotCreated, "the runner's pod is not allowed: " + warning);
    }
    if (job.failure().isPresent()) {
      return retry(
          Reason.RunnerDisrupted,
          "the runner's pod was deleted before the first request: " + job.failure().get());
    }
    if (job.deleting()) {
      return jobGone();
    }
    if (now.isBefore(job.created().plus(POD_EXPECTED)) && facts.warning().isEmpty()) {
      return startup(
          Phase.Waiting,
          Reason.Starting,
          "waits for the runner's pod",
          job.created().plus(POD_EXPECTED));
    }
    return startup(
        Phase.Waiting,
        Reason.PodsNotCreated,
        "the runner's pod is not created: " + warning,
        now.plus(POD_EXPECTED));
  }

  private RunDecision pod(RunFacts.JobFact.Present job) {
    RunFacts.Pod pod = facts.pods().getLast();
    return switch (pod.health()) {
      case PodHealth.Unschedulable waiting ->
          startup(
              Phase.Starting,
              Reason.Unschedulable,
              "no node takes the runner's pod: " + waiting.message(),
              now.plus(POD_EXPECTED));
      case PodHealth.ImageTrouble image -> image(image, pod);
      case PodHealth.ConfigTrouble config -> config(config, pod);
      case PodHealth.Starting ignored ->
          job.deleting()
              ? jobGone()
              : startup(
                  Phase.Starting,
                  Reason.Starting,
                  "the runner starts or waits for the target",
                  now.plus(POD_EXPECTED));
      case PodHealth.Ready ignored ->
          job.deleting()
              ? jobGone()
              : await(
                  Phase.Running,
                  Reason.Running,
                  "sends load; deadline " + activeDeadline(),
                  activeDeadline());
      case PodHealth.NodeLost lost -> nodeLost(lost, pod);
      case PodHealth.Ended ended -> new RunnerEnd(progress, pod, ended).decision(this::retry);
    };
  }

  private RunDecision image(PodHealth.ImageTrouble trouble, RunFacts.Pod pod) {
    Instant end = trouble.since().plus(IMAGE_PATIENCE);
    if (trouble.hopeless() || !now.isBefore(end)) {
      return new Conclude(
          Conclusion.of(
                  End.Failed,
                  Reason.ImagePullFailed,
                  "the runner's image cannot be pulled: " + trouble.message())
              .from(pod, Optional.empty()));
    }
    return startup(
        Phase.Starting,
        Reason.ImagePullFailed,
        "the runner's image cannot be pulled, given up at " + end + ": " + trouble.message(),
        end);
  }

  private RunDecision config(PodHealth.ConfigTrouble trouble, RunFacts.Pod pod) {
    Instant end = trouble.since().plus(CONFIG_PATIENCE);
    if (!now.isBefore(end)) {
      return new Conclude(
          Conclusion.of(
                  End.Failed,
                  Reason.ConfigError,
                  "the runner's container cannot be made: " + trouble.message())
              .from(pod, Optional.empty()));
    }
    return startup(
        Phase.Starting,
        Reason.ConfigError,
        "the runner's container cannot be made, given up at " + end + ": " + trouble.message(),
        end);
  }

  private RunDecision nodeLost(PodHealth.NodeLost lost, RunFacts.Pod pod) {
    Instant end = lost.since().plus(NODE_PATIENCE);
    if (now.isBefore(end)) {
      return await(
          progress.loadSeen() ? Phase.Running : Phase.Starting,
          Reason.RunnerLost,
          "the runner's node does not answer; given up at " + end,
          end);
    }
    if (progress.loadSeen() || lost.wasReady()) {
      return new Conclude(
          Conclusion.of(
                  End.Damaged, Reason.RunnerLost, "the runner's node was lost while it sent load")
              .from(pod, Optional.empty()));
    }
    return retry(Reason.RunnerDisrupted, "the runner's node was lost before the first request");
  }

  /** Another attempt, if one is left. */
  private RunDecision retry(Reason reason, String message) {
    int attempts = progress.attempts().size();
    if (attempts < plan.maxStartAttempts() && now.isBefore(startupDeadline())) {
      return new EndAttempt(reason, message);
    }
    String more =
        attempts > 1 ? " (attempt " + attempts + " of " + plan.maxStartAttempts() + ")" : "";
    return conclude(End.Failed, reason, message + more);
  }

  /** Wait, but not beyond the startup deadline. */
  private RunDecision startup(Phase phase, Reason reason, String message, Instant until) {
    Instant deadline = startupDeadline();
    if (progress.loadSeen()) {
      // Readiness came and went, as while a busy runner misses a probe: it still sends load.
      return await(Phase.Running, Reason.Running, "sends load", activeDeadline());
    }
    if (!now.isBefore(deadline)) {
      return conclude(
          End.Failed,
          reason == Reason.Starting ? Reason.StartupDeadlineExceeded : reason,
          "no request was sent within the startup deadline of "
              + text(plan.startupDeadline())
              + ": "
              + message);
    }
    return await(
        phase,
        reason,
        message + "; deadline " + deadline,
        until.isBefore(deadline) ? until : deadline);
  }

  private Instant startupDeadline() {
    return progress.startTime().plus(plan.startupDeadline());
  }

  private Instant activeDeadline() {
    return progress.startTime().plus(plan.activeDeadline());
  }

  private static RunDecision conclude(End end, Reason reason, String message) {
    return new Conclude(Conclusion.of(end, reason, message));
  }

  private static RunDecision await(Phase phase, Reason reason, String message, Instant until) {
    return new Await(phase, reason, message, until);
  }

  private static String text(Duration duration) {
    return duration.toString().substring(2).toLowerCase(java.util.Locale.ROOT);
  }
}
