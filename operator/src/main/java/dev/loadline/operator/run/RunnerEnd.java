package dev.loadline.operator.run;

import dev.loadline.operator.run.Conclusion.End;
import dev.loadline.operator.run.RunDecision.Conclude;
import dev.loadline.runner.contract.ResultCodec;
import dev.loadline.runner.contract.RunResult;
import java.util.Optional;
import java.util.function.BiFunction;

/** What follows from the end of a runner's container: its exit code, its result, its last words. */
final class RunnerEnd {
  private static final int MOST_OUTPUT = 300;

  private final RunProgress progress;
  private final RunFacts.Pod pod;
  private final PodHealth.Ended ended;
  private final ResultCodec.Decoded decoded;

  RunnerEnd(RunProgress progress, RunFacts.Pod pod, PodHealth.Ended ended) {
    this.progress = progress;
    this.pod = pod;
    this.ended = ended;
    this.decoded = ResultCodec.decode(ended.output());
  }

  RunDecision decision(BiFunction<Reason, String, RunDecision> retry) {
    if (ended.exitCode().isEmpty()) {
      return lost(Reason.RunnerDisrupted, words("the runner's pod ended without running"), retry);
    }
    return switch (ended.exitCode().get()) {
      case 0 -> measured();
      case 64 -> failed(Reason.InvalidSpec, "the load runner refused its plan: " + said());
      case 77 -> failed(Reason.Unauthorized, said());
      case 69 -> retry.apply(Reason.TargetUnreachable, said());
      case 75, 76 -> retry.apply(Reason.RunnerDisrupted, said());
      case 143 -> lost(Reason.RunnerDisrupted, words("the runner was told to stop"), retry);
      default -> crashed(retry);
    };
  }

  private RunDecision measured() {
    return switch (decoded) {
      case ResultCodec.Decoded.Read read -> {
        String message = "all stages ran";
        yield new Conclude(
            Conclusion.of(End.Completed, Reason.Measured, message)
                .from(pod, Optional.of(read.result())));
      }
      case ResultCodec.Decoded.Missing ignored ->
          damaged(Reason.ResultMissing, "the runner ended well but left no result");
      case ResultCodec.Decoded.Corrupt corrupt ->
          damaged(Reason.ResultCorrupt, "the runner's result cannot be read: " + corrupt.why());
    };
  }

  private RunDecision crashed(BiFunction<Reason, String, RunDecision> retry) {
    int code = ended.exitCode().orElseThrow();
    if (ended.outOfMemory()) {
      String message =
          "the runner was killed for its memory: raise spec.runner.resources.limits.memory";
      return loadSent()
          ? damaged(Reason.RunnerLost, message + "; it had sent load")
          : failed(Reason.RunnerOutOfMemory, message);
    }
    return lost(Reason.CrashedBeforeLoad, words("the runner ended with exit code " + code), retry);
  }

  private RunDecision lost(
      Reason before, String message, BiFunction<Reason, String, RunDecision> retry) {
    return loadSent()
        ? damaged(Reason.RunnerLost, message + "; it had sent load")
        : retry.apply(before, message);
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

  private String words(String otherwise) {
    return ended.disruption().map(why -> "the runner was disrupted: " + why).orElse(otherwise);
  }

  /** The runner's own sentence. */
  private String said() {
    Optional<String> message = result().flatMap(RunResult::message);
    if (message.isPresent()) {
      return message.get();
    }
    String output = ended.output().strip();
    if (output.isEmpty()) {
      return "the runner ended with exit code " + ended.exitCode().orElse(-1) + " and said nothing";
    }
    return output.length() > MOST_OUTPUT ? output.substring(0, MOST_OUTPUT) : output;
  }
}
