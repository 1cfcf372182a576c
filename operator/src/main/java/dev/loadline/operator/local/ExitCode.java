package dev.loadline.operator.local;

import dev.loadline.operator.api.LoadTestRun;
import java.util.List;

/** What the commands say to a pipeline; of several runs the worst counts. */
final class ExitCode {
  /** Every objective met, or none asked for. */
  static final int PASSED = 0;

  /** An objective was missed. */
  static final int FAILED = 1;

  /** The measurement cannot be trusted. */
  static final int INVALID = 2;

  /** Nothing was measured. */
  static final int NOT_RUN = 3;

  /** The input cannot be used. */
  static final int BAD_INPUT = 64;

  private ExitCode() {}

  static int of(List<RunOutcome> outcomes) {
    return outcomes.stream().mapToInt(ExitCode::of).max().orElse(NOT_RUN);
  }

  private static int of(RunOutcome outcome) {
    return switch (outcome) {
      case RunOutcome.Finished finished -> of(finished.run());
      case RunOutcome.NotRun not -> not.badInput() ? BAD_INPUT : NOT_RUN;
    };
  }

  private static int of(LoadTestRun run) {
    if (run.getStatus() == null || run.getStatus().verdict() == null) {
      return NOT_RUN;
    }
    return switch (run.getStatus().verdict()) {
      case "Pass" -> PASSED;
      case "Fail" -> FAILED;
      case "Invalid" -> INVALID;
      default -> run.getStatus().failure() == null ? PASSED : NOT_RUN;
    };
  }
}
