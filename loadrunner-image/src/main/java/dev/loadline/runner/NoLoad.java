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
          0,
          OptionalLong.empty(),
          OptionalLong.empty(),
          0,
          OptionalLong.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalInt.empty(),
          0,
          false);

  private NoLoad() {}

  /**
   * A result without stages.
   *
   * @param message what happened, for the user; shortened where it is very long
   */
  static RunResult result(Outcome outcome, String message, Clocks clocks) {
    return result(outcome, Optional.empty(), message, clocks);
  }

  /**
   * A run whose plan or files cannot be used.
   *
   * @param problems all that is wrong, each a sentence; the first ones are in the message
   */
  static RunResult result(List<String> problems, Clocks clocks) {
    StringBuilder message = new StringBuilder(problems.getFirst());
    int told = 1;
    while (told < problems.size()
        && message.length() + problems.get(told).length() < LONGEST_MESSAGE - 60) {
      message.append(separator(message)).append(problems.get(told++));
    }
    if (told < problems.size()) {
      message
          .append(separator(message))
          .append("%d more, see the log.".formatted(problems.size() - told));
    }
    return result(Outcome.BAD_CONFIGURATION, message.toString(), clocks);
  }

  private static String separator(StringBuilder before) {
    return before.charAt(before.length() - 1) == '.' ? " " : "; ";
  }

  /**
   * A run that was stopped before its first request.
   *
   * @param waitsFor what was wrong with the target then, if it waited for that
   */
  static RunResult stopped(Optional<ProbeResult.NotReady> waitsFor, Clocks clocks) {
    String message = "The run was stopped before it sent load.";
    return waitsFor
        .map(found ->
            result(
                Outcome.STOPPED,
                reason(found),
                message + " It waited for the target: " + found.sentence(),
                clocks))
        .orElseGet(() -> result(Outcome.STOPPED, message, clocks));
  }

  /** A target that cannot be loaded. */
  static RunResult result(ProbeResult.NotReady found, Clocks clocks) {
    Outcome outcome =
        found instanceof ProbeResult.Unauthorized
            ? Outcome.UNAUTHORIZED
            : Outcome.TARGET_UNREACHABLE;
    return result(outcome, reason(found), found.sentence(), clocks);
  }

  private static Optional<String> reason(ProbeResult.NotReady found) {
    return Optional.of(
        switch (found) {
          case ProbeResult.NotFound ignored -> "TargetNotFound";
          case ProbeResult.Unreachable ignored -> "TargetUnreachable";
          case ProbeResult.ModelNotServed ignored -> "ModelNotServed";
          case ProbeResult.Timeout ignored -> "Timeout";
          case ProbeResult.Unauthorized ignored -> "Unauthorized";
        });
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
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** A message that leaves room for figures in a termination message. */
  static String shortened(String message) {
    return message.length() <= LONGEST_MESSAGE
        ? message
        : message.substring(0, LONGEST_MESSAGE - 1) + "…";
  }
}
