package dev.loadline.operator.run;

import dev.loadline.operator.plan.Lifecycle;
import dev.loadline.operator.run.Conclusion.End;
import dev.loadline.operator.run.RunDecision.Admit;
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
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The state machine of a run, whole. Rules that always hold: terminal is terminal and asked first;
 * a run is not finished before its last pod is gone or has ended; what is known goes into the
 * status before anything is deleted; a run that has sent load, or may have, is never repeated.
 */
public final class RunLifecycle {
  /** A Job without a pod is asked about when it is this old: by then an event says why. */
  public static final Duration DENIAL_EXPECTED = Duration.ofSeconds(3);

  static final Duration IMAGE_PATIENCE = Duration.ofMinutes(2);
  static final Duration CONFIG_PATIENCE = Duration.ofSeconds(60);
  static final Duration NODE_PATIENCE = Duration.ofSeconds(90);
  static final Duration SHORTEST_KEPT = Duration.ofSeconds(60);

  private final Lifecycle plan;
  private final RunProgress progress;
  private final RunFacts facts;
  private final Instant now;
  private final Patience patience;

  private RunLifecycle(Lifecycle plan, RunProgress progress, RunFacts facts, Instant now) {
    this.plan = plan;
    this.progress = progress;
    this.facts = facts;
    this.now = now;
    this.patience = new Patience(plan, progress, now);
  }

  /** When a Job's pod is expected at the latest. */
  public static Duration podExpected() {
    return Patience.POD_EXPECTED;
  }

  /** When load has to be seen at the latest; in whole seconds, as a status has it. */
  public static Instant startupDeadline(Lifecycle plan, RunProgress progress, Instant now) {
    return new Patience(plan, progress, now).startupDeadline().truncatedTo(ChronoUnit.SECONDS);
  }

  /** The next decision. */
  public static RunDecision next(
      Lifecycle plan, RunProgress progress, RunFacts facts, Instant now) {
    return new RunLifecycle(plan, progress, facts, now).next();
  }

  /** Whether a deadline has passed by which a run that sends no load is given up. */
  public static boolean isTooLate(Lifecycle plan, RunProgress progress, Instant now) {
    Patience patience = new Patience(plan, progress, now);
    return !now.isBefore(patience.startupDeadline()) || !now.isBefore(patience.activeDeadline());
  }

  /**
   * What follows from the API server's no to a Job; empty where it may be of the moment.
   *
   * @param code HTTP status of the answer
   * @param said the server's words
   */
  public static Optional<RunDecision> jobRefused(
      Lifecycle plan, RunProgress progress, int code, String said, Instant now) {
    return new Patience(plan, progress, now).jobRefused(code, said);
  }

  /** What follows from a Job or a pod that an earlier run of the same name has left behind. */
  public static RunDecision leftBehind(
      Lifecycle plan, RunProgress progress, String what, Instant now) {
    return new Patience(plan, progress, now).leftBehind(what);
  }

  private RunDecision next() {
    if (progress.finishedAt().isPresent()) {
      return afterwards(progress.finishedAt().get());
    }
    if (progress.concluded()) {
      return hindsight().orElseGet(this::collecting);
    }
    if (progress.startTime().isEmpty()) {
      return facts.stopRequested() ? stopped() : new Admit();
    }
    Optional<RunProgress.Attempt> attempt = progress.last();
    boolean current = attempt.isPresent() && attempt.get().ended().isEmpty();
    boolean late = !now.isBefore(patience.activeDeadline());
    Optional<PodHealth.Ended> ended = current ? facts.lastEnded() : Optional.empty();
    if (ended.isPresent() && !(ended.get().cutOff() && (late || facts.stopRequested()))) {
      // Before stop and deadline: what was measured is not lost because it was seen late.
      return ended(ended.get());
    }
    if (facts.stopRequested()) {
      return stopped();
    }
    if (late) {
      return Conclude.of(
          current && loadPossible() ? End.Damaged : End.Failed,
          Reason.ActiveDeadlineExceeded,
          "the run took longer than its active deadline of "
              + Patience.text(plan.activeDeadline())
              + ": set lifecycle.activeDeadline if it needs more");
    }
    if (attempt.isEmpty()) {
      return new CreateRunner(1);
    }
    return current
        ? active()
        : clearedAway(Phase.Waiting, "a new attempt follows").orElseGet(patience::again);
  }

  private static RunDecision stopped() {
    return Conclude.of(End.Stopped, Reason.Stopped, "the run was told to stop");
  }

  private RunDecision ended(PodHealth.Ended ended) {
    return runnerEnd(ended).decision(this::retry);
  }

  private RunnerEnd runnerEnd(PodHealth.Ended ended) {
    return new RunnerEnd(progress, facts.job(), facts.pods().getLast(), ended);
  }

  /** What the runner's end says of a run that was given up before it as one without load. */
  private Optional<RunDecision> hindsight() {
    return progress
        .ending()
        .filter(given -> given.end() == End.Failed)
        .flatMap(given ->
            facts.lastEnded().flatMap(ended -> runnerEnd(ended).hindsight(given.reason())));
  }

  private RunDecision collecting() {
    return clearedAway(Phase.Collecting, "its end is recorded").orElseGet(Finish::new);
  }

  private RunDecision active() {
    return switch (facts.job()) {
      case RunFacts.JobFact.Absent ignored -> jobGone();
      case RunFacts.JobFact.Foreign foreign ->
          Conclude.of(
              End.Damaged,
              Reason.JobNameTaken,
              "the runner's Job was deleted, and another one has its name: " + foreign.name());
      case RunFacts.JobFact.Present job when job.deleting() -> jobGone();
      case RunFacts.JobFact.Present job -> facts.pods().isEmpty() ? noPod(job) : pod();
    };
  }

  /** Whether load was sent, or nobody knows that it was not. */
  private boolean loadPossible() {
    boolean unknown =
        facts.pods().isEmpty()
            ? !(facts.job() instanceof RunFacts.JobFact.Present job) || job.failure().isPresent()
            : facts.pods().stream().anyMatch(pod -> pod.health().mayHaveSent());
    return progress.loadSeen() || unknown;
  }

  /** The Job and its pods out of the way, or what has to happen until they are. */
  private Optional<RunDecision> clearedAway(Phase phase, String why) {
    boolean present = facts.job() instanceof RunFacts.JobFact.Present;
    if (facts.quietlyKept(progress) || (!present && facts.quiet())) {
      return Optional.empty();
    }
    if (facts.job() instanceof RunFacts.JobFact.Present job && !job.deleting()) {
      return Optional.of(new DeleteRunner("the runner's Job is deleted: " + why));
    }
    return Optional.of(patience.clearing(phase));
  }

  private RunDecision afterwards(Instant finished) {
    // Its test has to see the end first.
    Optional<Instant> end =
        plan.ttlAfterFinished()
            .map(ttl -> finished.plus(ttl.compareTo(SHORTEST_KEPT) < 0 ? SHORTEST_KEPT : ttl));
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
    return Conclude.of(
        End.Damaged,
        Reason.RunnerJobDeleted,
        "somebody deleted the runner's Job; "
            + (progress.loadSeen()
                ? "a test that has sent load is never repeated"
                : "whether it had sent load is not known, so it is not repeated"));
  }

  private RunDecision noPod(RunFacts.JobFact.Present job) {
    if (progress.loadSeen() || job.failure().isPresent()) {
      return Conclude.of(
          End.Damaged,
          Reason.RunnerLost,
          progress.loadSeen()
              ? "the runner's pod is gone although it was sending load"
              : "the runner's pod is gone; whether it had sent load is not known, so it is not"
                  + " repeated: "
                  + job.failure().orElseThrow());
    }
    String warning = facts.warning().orElse("no event says why");
    if (Denial.isFinal(warning)) {
      return Conclude.of(
          End.Failed, Reason.PodsNotCreated, "the runner's pod is not allowed: " + warning);
    }
    Instant expected = patience.podLookedFor(job.created());
    return facts.warning().isEmpty() && now.isBefore(expected)
        ? patience.startup(Phase.Waiting, Reason.Starting, "waits for the runner's pod", expected)
        : patience.startup(
            Phase.Waiting,
            Reason.PodsNotCreated,
            "the runner's pod is not created: " + warning,
            now.plus(Patience.POD_EXPECTED));
  }

  private RunDecision pod() {
    return switch (facts.pods().getLast().health()) {
      case PodHealth.Unschedulable waiting ->
          patience.starting(
              Reason.Unschedulable, "no node takes the runner's pod: " + waiting.message());
      case PodHealth.ImageTrouble image ->
          trouble(
              Reason.ImagePullFailed,
              "the runner's image cannot be pulled: " + image.message(),
              image.hopeless()
                  ? now
                  : patience.since(Reason.ImagePullFailed, image.scheduled()).plus(IMAGE_PATIENCE));
      case PodHealth.ConfigTrouble config ->
          trouble(
              Reason.ConfigError,
              "the runner's container cannot be made: " + config.message(),
              patience.since(Reason.ConfigError, config.scheduled()).plus(CONFIG_PATIENCE));
      case PodHealth.Starting ignored ->
          patience.starting(
              Reason.Starting, "the runner starts, warms its client up or waits for the target");
      case PodHealth.Ready ignored -> patience.running();
      case PodHealth.NodeLost lost -> nodeLost(lost);
      case PodHealth.Ended ended -> ended(ended);
    };
  }

  /** Trouble that may pass: given up at {@code end}, or at the startup deadline if it is sooner. */
  private RunDecision trouble(Reason reason, String message, Instant end) {
    if (!now.isBefore(end)) {
      return concludeWithPod(End.Failed, reason, message);
    }
    String sooner = end.isBefore(patience.startupDeadline()) ? "; given up at " + end : "";
    return patience.startup(Phase.Starting, reason, message + sooner, end);
  }

  /** A node that does not answer may go on sending load, whatever its pod was last seen to do. */
  private RunDecision nodeLost(PodHealth.NodeLost lost) {
    Instant end = patience.since(Reason.RunnerLost, lost.since()).plus(NODE_PATIENCE);
    return now.isBefore(end)
        ? new Await(
            lost.wasReady() || progress.loadSeen() ? Phase.Running : Phase.Starting,
            Reason.RunnerLost,
            "the runner's node does not answer; given up at " + end,
            end)
        : concludeWithPod(End.Damaged, Reason.RunnerLost, "the runner's node was lost");
  }

  /** Another attempt, if one is left. */
  private RunDecision retry(Reason reason, String message) {
    if (patience.another()) {
      return new EndAttempt(reason, message);
    }
    return concludeWithPod(End.Failed, reason, message + patience.noOther());
  }

  private RunDecision concludeWithPod(End end, Reason reason, String message) {
    return new Conclude(
        Conclusion.of(end, reason, message).from(facts.pods().getLast(), Optional.empty()));
  }
}
