package dev.loadline.runner;

import dev.loadline.runner.contract.RunResult;
import dev.loadline.runner.contract.RunResult.Generator;
import dev.loadline.runner.contract.RunResult.Outcome;
import dev.loadline.runner.drive.Clocks;
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
    return new RunResult(
        RunResult.VERSION,
        outcome,
        Optional.of(shortened(message)),
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
