package dev.loadline.runner;

import dev.loadline.runner.contract.RunResult;
import dev.loadline.runner.contract.RunResult.Generator;
import dev.loadline.runner.contract.RunResult.Outcome;
import dev.loadline.runner.drive.Clocks;
import dev.loadline.runner.http.ProbeResult;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Results of runs that sent no load. */
final class NoLoad {
  private static final int LONGEST_MESSAGE = 600;
  private static final Generator NO_GENERATOR =
      new Generator(
          0, OptionalLong.empty(), 0, OptionalDouble.empty(), OptionalInt.empty(), 0, false);

  private NoLoad() {}

  /**
   * A result without stages.
   *
   * @param message what happened, for the user; shortened where it is very long
   */
  static RunResult result(Outcome outcome, String message, Clocks clocks) {
    return result(outcome, Optional.empty(), message, clocks);
  }

  /** A target that cannot be loaded. */
  static RunResult result(ProbeResult.NotReady found, Clocks clocks) {
    return switch (found) {
      case ProbeResult.NotFound(String sentence) -> unreachable("TargetNotFound", sentence, clocks);
      case ProbeResult.Unreachable(String sentence) ->
          unreachable("TargetUnreachable", sentence, clocks);
      case ProbeResult.ModelNotServed(String sentence) ->
          unreachable("ModelNotServed", sentence, clocks);
      case ProbeResult.Timeout(String sentence) -> unreachable("Timeout", sentence, clocks);
      case ProbeResult.Unauthorized(String sentence) ->
          result(Outcome.UNAUTHORIZED, Optional.of("Unauthorized"), sentence, clocks);
    };
  }

  private static RunResult unreachable(String reason, String sentence, Clocks clocks) {
    return result(Outcome.TARGET_UNREACHABLE, Optional.of(reason), sentence, clocks);
  }

  private static RunResult result(
      Outcome outcome, Optional<String> reason, String message, Clocks clocks) {
    return new RunResult(
        RunResult.VERSION,
        outcome,
        Optional.of(shortened(message)),
        reason,
        Optional.empty(),
        OptionalLong.empty(),
        clocks.wall().millis(),
        List.of(),
        NO_GENERATOR,
        List.of());
  }

  /** A message that leaves room for figures in a termination message. */
  static String shortened(String message) {
    return message.length() <= LONGEST_MESSAGE
        ? message
        : message.substring(0, LONGEST_MESSAGE - 1) + "…";
  }
}
