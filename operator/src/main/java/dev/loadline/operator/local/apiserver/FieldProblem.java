package dev.loadline.operator.local.apiserver;

/**
 * One thing that is wrong with an object.
 *
 * @param field its path, for example {@code spec.load.stages[0].users}
 * @param reason class of the problem as Kubernetes names it, for example {@code FieldValueInvalid}
 * @param summary the class in words, with the value where showing it is harmless
 * @param detail what would be right; may be empty
 */
public record FieldProblem(String field, String reason, String summary, String detail) {

  static FieldProblem invalid(String field, String value, String detail) {
    return new FieldProblem(field, "FieldValueInvalid", "Invalid value: " + value, detail);
  }

  static FieldProblem required(String field) {
    return new FieldProblem(field, "FieldValueRequired", "Required value", "");
  }

  /** Class and detail. */
  String message() {
    return detail.isEmpty() ? summary : summary + ": " + detail;
  }

  /** For people: where, and what would be right. */
  public String sentence() {
    return field + ": " + (detail.isEmpty() ? summary : detail);
  }

  @Override
  public String toString() {
    return field + ": " + message();
  }
}
