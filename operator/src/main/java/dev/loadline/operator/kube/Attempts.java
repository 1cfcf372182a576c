package dev.loadline.operator.kube;

import dev.loadline.operator.api.LoadTestRunStatus.AttemptStatus;
import dev.loadline.operator.run.Reason;
import dev.loadline.operator.run.RunProgress;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The attempts of a run as its status lists them. */
final class Attempts {
  private static final int MOST_BYTES = 300;

  private final List<AttemptStatus> attempts;
  private final Instant now;

  Attempts(List<AttemptStatus> before, Instant now) {
    this.attempts = new ArrayList<>(before);
    this.now = now;
  }

  List<RunProgress.Attempt> progress() {
    return attempts.stream()
        .map(attempt ->
            new RunProgress.Attempt(
                attempt.number(),
                Optional.ofNullable(attempt.loadStartTime()).map(Instant::parse),
                Optional.ofNullable(attempt.endTime()).map(Instant::parse),
                cause(attempt)))
        .toList();
  }

  private static Optional<RunProgress.Cause> cause(AttemptStatus attempt) {
    return Optional.ofNullable(attempt.outcome())
        .flatMap(Reason::named)
        .flatMap(reason ->
            Optional.ofNullable(attempt.message())
                .map(message -> new RunProgress.Cause(reason, message)));
  }

  /** Number of the last one, 0 if there is none. */
  int number() {
    return attempts.isEmpty() ? 0 : attempts.getLast().number();
  }

  /** UID of the last one's Job. */
  Optional<String> jobUid() {
    return attempts.isEmpty() ? Optional.empty() : Optional.ofNullable(attempts.getLast().jobUid());
  }

  /** When the last one was first seen sending load. */
  Optional<Instant> loadStarted() {
    return attempts.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(attempts.getLast().loadStartTime()).map(Instant::parse);
  }

  /** Another one, since its Job was made: which may be a while ago, if nobody could record it. */
  void started(Job job, Instant made) {
    ObjectMeta metadata = job.getMetadata();
    attempts.add(
        new AttemptStatus(
            number() + 1,
            metadata.getName(),
            metadata.getUid(),
            made.toString(),
            null,
            null,
            null,
            null));
  }

  /** Only the first time counts. */
  void loadStarted(Instant since) {
    if (!attempts.isEmpty() && attempts.getLast().loadStartTime() == null) {
      AttemptStatus last = attempts.removeLast();
      attempts.add(
          new AttemptStatus(
              last.number(),
              last.job(),
              last.jobUid(),
              last.startTime(),
              since.toString(),
              last.endTime(),
              last.outcome(),
              last.message()));
    }
  }

  /** The last one is given up, and another one may follow: why is kept of that one alone. */
  void givenUp(Reason outcome, String message) {
    attempts.replaceAll(attempt -> with(attempt, attempt.endTime(), attempt.outcome(), null));
    ended(outcome, Conditions.bounded(message, MOST_BYTES));
  }

  /** The last one ends with the run, whose status says why; if it has not ended before. */
  void ended(Reason outcome) {
    ended(outcome, null);
  }

  private void ended(Reason outcome, @Nullable String message) {
    if (!attempts.isEmpty() && attempts.getLast().endTime() == null) {
      attempts.add(with(attempts.removeLast(), now.toString(), outcome.name(), message));
    }
  }

  private static AttemptStatus with(
      AttemptStatus attempt,
      @Nullable String endTime,
      @Nullable String outcome,
      @Nullable String message) {
    return new AttemptStatus(
        attempt.number(),
        attempt.job(),
        attempt.jobUid(),
        attempt.startTime(),
        attempt.loadStartTime(),
        endTime,
        outcome,
        message);
  }

  /** Null where there is none, as in the status. */
  @Nullable List<AttemptStatus> list() {
    return attempts.isEmpty() ? null : attempts;
  }
}
