package dev.loadline.operator.api;

/**
 * A part of a stored object that this version cannot read: an older or looser schema let it in.
 *
 * @param field path of the part, for example {@code spec.load.stages[0].users}
 * @param message what is there, without texts, which may be secrets or prompts
 */
public record Unreadable(String field, String message) {
  @Override
  public String toString() {
    return field + " " + message;
  }
}
