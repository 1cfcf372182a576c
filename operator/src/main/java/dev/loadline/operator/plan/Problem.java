package dev.loadline.operator.plan;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One thing that is wrong with a spec.
 *
 * @param field path of the field, for example {@code spec.load.stages[0].users}
 * @param message what is wrong and what would be right; no secrets
 */
public record Problem(String field, String message) {

  /** All of them in one line. */
  public static String text(List<Problem> problems) {
    return problems.stream().map(Problem::toString).collect(Collectors.joining("; "));
  }

  @Override
  public String toString() {
    return field + ": " + message;
  }
}
