package dev.loadline.runner.prompt;

import java.util.Optional;

/**
 * One user's conversation: a prompt, and after its answer perhaps another that carries both. A
 * workload without turns has conversations of one prompt. A conversation whose request failed has
 * ended. Used by one thread at a time.
 */
public interface Conversation {
  /** The first turn; called once, before all else. */
  Prompt first();

  /**
   * The next turn.
   *
   * @param answer that to the turn before
   * @return empty if that was the last one
   */
  Optional<Prompt> next(Answer answer);

  /** A conversation of one turn. */
  static Conversation of(Prompt prompt) {
    return new Conversation() {
      @Override
      public Prompt first() {
        return prompt;
      }

      @Override
      public Optional<Prompt> next(Answer answer) {
        return Optional.empty();
      }
    };
  }
}
