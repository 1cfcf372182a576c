package dev.loadline.operator.kube;

import dev.loadline.operator.api.LoadTestRunStatus.AttemptStatus;
import dev.loadline.operator.run.Reason;
import dev.loadline.operator.run.RunProgress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The attempts of a run as its status lists them. */
final class Attempts {
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
                Optional.ofNullable(attempt.endTime()).map(Instant::parse)))
        .toList();
  }

  /** Number of the last one, 0 if there is none. */
  int number() {
    return attempts.isEmpty() ? 0 : attempts.getLast().number();
  }

  /** UID of the last one's Job. */
  Optional<String> jobUid() {
    return attempts.isEmpty() ? Optional.empty() : Optional.ofNullable(attempts.getLast().jobUid());
  }

  void started(int number, String job, String uid) {
    attempts.add(new AttemptStatus(number, job, uid, now.toString(), null, null, null));
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
              last.outcome()));
    }
  }

  /** The last one ends, if it has not ended before. */
  void ended(Reason outcome) {
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
              outcome.name()));
    }
  }

  /** Null where there is none, as in the status. */
  @Nullable List<AttemptStatus> list() {
    return attempts.isEmpty() ? null : attempts;
  }
}
