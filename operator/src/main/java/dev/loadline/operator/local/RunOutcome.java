package dev.loadline.operator.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.api.LoadTestRun;

/** What became of a test that was to run once. */
sealed interface RunOutcome {
  /**
   * It ran and finished.
   *
   * @param run as it was when it finished
   * @param object the same as the server had it, without the bookkeeping of field owners
   */
  record Finished(LoadTestRun run, ObjectNode object) implements RunOutcome {}

  /**
   * There is no finished run and there will be none.
   *
   * @param message why, with the object that is meant
   * @param badInput the input is the reason
   */
  record NotRun(String message, boolean badInput) implements RunOutcome {}
}
