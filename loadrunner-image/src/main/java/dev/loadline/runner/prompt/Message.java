package dev.loadline.runner.prompt;

/**
 * One message of a prompt.
 *
 * @param role who says it
 * @param text what; never logged
 */
public record Message(Role role, Text text) {
  /** A user's message. */
  public static Message user(String text) {
    return new Message(Role.USER, Text.of(text));
  }
}
