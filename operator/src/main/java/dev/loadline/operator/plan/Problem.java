package dev.loadline.operator.plan;

/**
 * One thing that is wrong with a spec.
 *
 * @param field path of the field, for example {@code spec.load.stages[0].users}
 * @param message what is wrong and what would be right; no secrets
 */
public record Problem(String field, String message) {
  @Override
  public String toString() {
    return field + ": " + message;
  }
}
