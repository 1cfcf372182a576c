package dev.loadline.operator.run;

import dev.loadline.operator.run.Conclusion.End;
import dev.loadline.operator.run.RunDecision.Conclude;
import dev.loadline.operator.verdict.LimitCheck;
import dev.loadline.runner.contract.ResultCodec;
import dev.loadline.runner.contract.RunResult;
import java.util.Optional;
import java.util.function.BiFunction;

/** What follows from the end of a runner's container: its exit code, its result, its last words. */
final class RunnerEnd {
  private static final int NEVER_RAN = -1;
  private static final int TERMINATED = 143;
  private final RunProgress progress;
  private final RunFacts.JobFact job;
  private final RunFacts.Pod pod;
  private final PodHealth.Ended ended;
  private final ResultCodec.Decoded decoded;

  RunnerEnd(RunProgress progress, RunFacts.JobFact job, RunFacts.Pod pod, PodHealth.Ended ended) {
    this.progress = progress;
    this.job = job;
    this.pod = pod;
    this.ended = ended;
    this.decoded = ResultCodec.decode(ended.output());
  }

  RunDecision decision(BiFunction<Reason, String, RunDecision> retry) {
    int code = ended.exitCode().orElse(NEVER_RAN);
    if (code == 0) {
      return measured();
    }
    if (deleted() && ended.cutOff()) {
      return damaged(Reason.RunnerJobDeleted, "somebody deleted the runner's Job");
    }
    if (loadSent()) {
      return damaged(
          Reason.RunnerLost,
          ended.outOfMemory().map(RunnerEnd::outOfMemory).orElseGet(this::how)
              + "; it had sent load");
    }
    if (ended.outOfMemory().isPresent()) {
      return failed(Reason.RunnerOutOfMemory, outOfMemory(ended.outOfMemory().get()));
    }
    return switch (code) {
      case 64 -> failed(Reason.InvalidSpec, "the load runner refused its plan: " + said());
      case 77 -> failed(Reason.Unauthorized, said());
      case 69 -> unreachable(retry);
      case 75, 76 ->
          retry.apply(
              Reason.RunnerDisrupted,
              words().map(is -> is + " (exit code " + code + ")").orElseGet(this::said));
      case NEVER_RAN, TERMINATED -> retry.apply(Reason.RunnerDisrupted, how());
      default ->
          retry.apply(
              ended.disruption().isPresent() ? Reason.RunnerDisrupted : Reason.CrashedBeforeLoad,
              how());
    };
  }

  /**
   * What follows from it for a run that was given up before it as one without load: its pod was not
   * seen ready in time, but the runner knows better.
   */
  Optional<RunDecision> hindsight(Reason given) {
    if (loadSent()) {
      return Optional.of(
          damaged(
              given == Reason.ActiveDeadlineExceeded ? given : Reason.StartupDeadlineExceeded,
              "the runner had just begun to send load when the run was given up: "
                  + "a test that has sent load is never repeated"));
    }
    return given == Reason.StartupDeadlineExceeded
        ? ofTarget().map(reason -> failed(reason, said() + " (the startup deadline was exceeded)"))
        : Optional.empty();
  }

  /** The runner has waited for the model as long as it may: another one would wait in vain. */
  private RunDecision unreachable(BiFunction<Reason, String, RunDecision> retry) {
    Reason reason = ofTarget().orElse(Reason.TargetUnreachable);
    return reason == Reason.ModelNotServed ? failed(reason, said()) : retry.apply(reason, said());
  }

  /** What the runner says that is wrong with the target. */
  private Optional<Reason> ofTarget() {
    return result().flatMap(RunResult::reason).flatMap(Reason::named).filter(Reason::ofTarget);
  }

  /** Somebody deleted the Job, so that its pod had to go. */
  private boolean deleted() {
    return switch (job) {
      case RunFacts.JobFact.Absent ignored -> true;
      case RunFacts.JobFact.Foreign ignored -> true;
      case RunFacts.JobFact.Present present -> present.deleting();
    };
  }

  private RunDecision measured() {
    return switch (decoded) {
      case ResultCodec.Decoded.Read read -> measured(read.result());
      case ResultCodec.Decoded.Missing ignored ->
          damaged(Reason.ResultMissing, "the runner ended well but left no result");
      case ResultCodec.Decoded.Corrupt corrupt ->
          damaged(Reason.ResultCorrupt, "the runner's result cannot be read: " + corrupt.why());
    };
  }

  private RunDecision measured(RunResult result) {
    Optional<String> limit = LimitCheck.words(result);
    if (limit.isPresent() && result.loadStartedMillis().isEmpty()) {
      return failed(
          Reason.LimitReached, limit.get() + ": the runner had to wait too long for the target");
    }
    String message = limit.orElse("all stages ran") + result.message().map("; "::concat).orElse("");
    return new Conclude(
        Conclusion.of(End.Completed, Reason.Measured, message).from(pod, Optional.of(result)));
  }

  /** Certain only if the result says so; else readiness decides, and doubt counts as sent. */
  private boolean loadSent() {
    return switch (decoded) {
      case ResultCodec.Decoded.Read read -> read.result().loadStartedMillis().isPresent();
      case ResultCodec.Decoded.Missing ignored -> progress.loadSeen() || ended.wasReady();
      case ResultCodec.Decoded.Corrupt ignored -> progress.loadSeen() || ended.wasReady();
    };
  }

  private Optional<RunResult> result() {
    return decoded instanceof ResultCodec.Decoded.Read read
        ? Optional.of(read.result())
        : Optional.empty();
  }

  private RunDecision failed(Reason reason, String message) {
    return new Conclude(Conclusion.of(End.Failed, reason, message).from(pod, result()));
  }

  private RunDecision damaged(Reason reason, String message) {
    return new Conclude(Conclusion.of(End.Damaged, reason, message).from(pod, result()));
  }

  private String how() {
    return ended
        .disruption()
        .map(why -> "the runner was disrupted: " + why)
        .orElseGet(() ->
            switch (ended.exitCode().orElse(NEVER_RAN)) {
              case NEVER_RAN -> "the runner's pod ended without running";
              case TERMINATED -> "the runner was told to stop";
              default ->
                  "the runner ended with exit code "
                      + ended.exitCode().orElseThrow()
                      + words().map(": "::concat).orElse("");
            });
  }

  private String said() {
    return words()
        .orElseGet(() ->
            "the runner ended with exit code " + ended.exitCode().orElse(-1) + " and said nothing");
  }

  /** The runner's own sentence, without its full stop: more may follow; else its log's end. */
  private Optional<String> words() {
    return result()
        .flatMap(RunResult::message)
        .map(text -> text.endsWith(".") ? text.substring(0, text.length() - 1) : text)
        .or(() ->
            decoded instanceof ResultCodec.Decoded.Missing
                ? LastWords.of(ended.output())
                : Optional.empty());
  }

  private static String outOfMemory(String limit) {
    return "the runner was killed for its memory, which was limited to "
        + limit
        + ": raise spec.runner.resources.limits.memory";
  }
}
