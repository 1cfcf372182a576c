package dev.loadline.runner.drive;

import dev.loadline.runner.http.AnswerText;
import dev.loadline.runner.http.Lane;
import java.util.Optional;
import java.util.OptionalInt;

/** Who sends requests on one loop. */
interface Sender {
  /** The way of its requests. */
  Lane lane();

  /** Where the text of its answers is kept, if it needs it. */
  Optional<AnswerText> text();

  /** Hears that a request has ended, as long as the stage takes others. */
  void ended(Ended request);

  /**
   * A request that has ended.
   *
   * @param turn what was sent
   * @param success whether it succeeded
   * @param attemptNanos when it was sent
   * @param endNanos when it ended
   * @param inputTokens its prompt's tokens, if the server said
   * @param outputTokens its answer's
   * @param reasoningTokens those of them that were reasoning, if the server said
   */
  record Ended(
      Turn turn,
      boolean success,
      long attemptNanos,
      long endNanos,
      OptionalInt inputTokens,
      int outputTokens,
      OptionalInt reasoningTokens) {}
}
