package dev.loadline.runner.prompt;

import java.util.List;
import java.util.OptionalInt;

/** Asks the target how many tokens a prompt has. */
public interface TokenCounter {
  /** Tokens of a prompt of these messages, template included; empty if the target does not say. */
  OptionalInt count(List<Message> messages) throws InterruptedException;

  /** How the target was asked for the last count. */
  Calibration.Source source();
}
