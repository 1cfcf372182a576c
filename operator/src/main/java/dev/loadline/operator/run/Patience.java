package dev.loadline.operator.run;

import dev.loadline.operator.plan.Lifecycle;
import dev.loadline.operator.run.Conclusion.End;
import dev.loadline.operator.run.RunDecision.Await;
import dev.loadline.operator.run.RunDecision.Conclude;
import dev.loadline.operator.run.RunDecision.CreateRunner;
import dev.loadline.operator.run.RunDecision.Phase;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/** How long a run waits for what, and what it says meanwhile. */
record Patience(Lifecycle plan, RunProgress progress, Instant now) {
  static final Duration POD_EXPECTED = Duration.ofSeconds(30);
  private static final Duration RETRY_PAUSE = Duration.ofSeconds(10);
  private static final Duration LEFT_BEHIND_LOOKED_AT_AGAIN = Duration.ofSeconds(1);
  private static final int BAD_REQUEST = 400;
  private static final int FORBIDDEN = 403;
  private static final int UNPROCESSABLE = 422;

  Instant startupDeadline() {
    return progress.startTime().orElse(now).plus(plan.startupDeadline());
  }

  Instant activeDeadline() {
    return progress.startTime().orElse(now).plus(plan.activeDeadline());
  }

  /** When a Job that has no pod is looked at again. */
  Instant podLookedFor(Instant created) {
    Instant denied = created.plus(RunLifecycle.DENIAL_EXPECTED);
    return now.isBefore(denied) ? denied : created.plus(POD_EXPECTED);
  }

  /** Wait for the first request, but not beyond the startup deadline. */
  RunDecision startup(Phase phase, Reason reason, String message, Instant until) {
    // Readiness came and went, as while a busy runner misses a probe: it still sends load.
    return progress.loadSeen() ? running() : beforeLoad(phase, reason, message, until);
  }

  RunDecision starting(Reason reason, String message) {
    return startup(Phase.Starting, reason, message, now.plus(POD_EXPECTED));
  }

  RunDecision running() {
    return new Await(
        Phase.Running,
        Reason.Running,
        "sends load; deadline " + activeDeadline(),
        activeDeadline());
  }

  /**
   * Since when the runner has this trouble: from when it was first seen, but not before it could
   * begin. A stamp that is still to come is another clock's and says nothing.
   *
   * @param earliest as Kubernetes has stamped it
   */
  Instant since(Reason trouble, Instant earliest) {
    Instant seen =
        progress
            .trouble()
            .filter(is -> is.reason() == trouble)
            .map(RunProgress.Trouble::since)
            .orElse(now.truncatedTo(ChronoUnit.SECONDS));
    return seen.isBefore(earliest) && !earliest.isAfter(now) ? earliest : seen;
  }

  /** Whether another attempt is left and can begin before the startup deadline. */
  boolean another() {
    int attempts = progress.attempts().size();
    return attempts < plan.maxStartAttempts()
        && now.plus(RETRY_PAUSE.multipliedBy(attempts)).isBefore(startupDeadline());
  }

  /** The next attempt, after a pause that grows with the attempts. */
  RunDecision again() {
    RunProgress.Attempt last = progress.attempts().getLast();
    int next = last.number() + 1;
    Instant due = last.ended().orElse(now).plus(RETRY_PAUSE.multipliedBy(last.number()));
    if (now.isBefore(startupDeadline()) && !now.isBefore(due)) {
      return new CreateRunner(next);
    }
    return beforeLoad(
        Phase.Waiting,
        Reason.Starting,
        "attempt %d of %d was given up, the next one follows at %s%s"
            .formatted(
                last.number(),
                plan.maxStartAttempts(),
                due,
                last.cause().map(cause -> ": " + cause.message()).orElse("")),
        due);
  }

  /**
   * The API server's no to the Job. Empty where it may be of the moment: the same is asked again.
   *
   * @param code HTTP status of the answer
   * @param said the server's words
   */
  Optional<RunDecision> jobRefused(int code, String said) {
    String message = "the API server refuses the runner's Job: " + said;
    return switch (code) {
      case FORBIDDEN -> Optional.of(refusedForNow(message));
      case BAD_REQUEST, UNPROCESSABLE ->
          Optional.of(
              Denial.byWebhook(said)
                  ? refusedForNow(message)
                  : Conclude.of(End.Failed, Reason.InvalidSpec, message));
      default -> Optional.empty();
    };
  }

  /**
   * Nobody knows when a pod is gone: what is said stays the same, so that it is written once. The
   * next attempt cannot begin before that, so it is waited for until the startup deadline alone.
   */
  RunDecision clearing(Phase phase) {
    String since =
        progress.last().flatMap(RunProgress.Attempt::ended).map(end -> " since " + end).orElse("");
    String message =
        "waits"
            + since
            + " for the runner's pods to go, as long as they may send load; looked at every 30 s";
    Instant until = now.plus(POD_EXPECTED).truncatedTo(ChronoUnit.SECONDS);
    return phase == Phase.Waiting
        ? beforeLoad(phase, Reason.StoppingRunner, message, until)
        : new Await(phase, Reason.StoppingRunner, message, until);
  }

  /** It goes by itself; if it never does, the name is taken. */
  RunDecision leftBehind(String what) {
    String message = "waits until " + what + " of an earlier run of this name is gone";
    return now.isBefore(startupDeadline())
        ? beforeLoad(
            Phase.Waiting, Reason.StoppingRunner, message, now.plus(LEFT_BEHIND_LOOKED_AT_AGAIN))
        : tooLate(Reason.JobNameTaken, message);
  }

  /** A quota may be freed, a right given, a policy changed. */
  private RunDecision refusedForNow(String message) {
    return beforeLoad(Phase.Waiting, Reason.PodsNotCreated, message, now.plus(POD_EXPECTED));
  }

  private RunDecision beforeLoad(Phase phase, Reason reason, String message, Instant until) {
    Instant deadline = startupDeadline();
    if (!now.isBefore(deadline)) {
      return reason == Reason.Starting || reason == Reason.StoppingRunner
          ? progress
              .cause()
              .map(this::tooLate)
              .orElseGet(() -> tooLate(Reason.StartupDeadlineExceeded, message))
          : tooLate(reason, message);
    }
    return new Await(
        phase,
        reason,
        message + "; deadline " + deadline,
        until.isBefore(deadline) ? until : deadline);
  }

  private RunDecision tooLate(Reason reason, String message) {
    return Conclude.of(
        End.Failed, reason, "no load was seen within " + startupDeadlineInWords() + ": " + message);
  }

  /** What an earlier attempt ended with is all that is known of the last one. */
  private RunDecision tooLate(RunProgress.Cause cause) {
    int attempts = progress.attempts().size();
    return Conclude.of(
        End.Failed,
        cause.reason(),
        "%s (%s exceeded after %d %s)"
            .formatted(
                cause.message(),
                startupDeadlineInWords(),
                attempts,
                attempts == 1 ? "attempt" : "attempts"));
  }

  /** What is said of the last attempt that there is. */
  String noOther() {
    int attempts = progress.attempts().size();
    String number = "attempt " + attempts + " of " + plan.maxStartAttempts();
    if (attempts < plan.maxStartAttempts()) {
      return " (" + number + "; " + startupDeadlineInWords() + " leaves no time for another)";
    }
    return attempts > 1 ? " (" + number + ")" : "";
  }

  private String startupDeadlineInWords() {
    return "the startup deadline of " + text(plan.startupDeadline());
  }

  static String text(Duration duration) {
    return duration.toString().substring(2).toLowerCase(Locale.ROOT);
  }
}
