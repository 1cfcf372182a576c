package dev.loadline.operator.local.apiserver;

import java.util.List;

/**
 * One thing that is wrong with an object, in the words of an API server and in plain ones.
 *
 * @param field its path, for example {@code spec.load.stages[0].users}
 * @param reason class of the problem as Kubernetes names it, for example {@code FieldValueInvalid}
 * @param summary the class in words, with the value where showing it is harmless
 * @param detail what would be right, as an API server says it; may be empty
 * @param about the fields that it is about, the one to name to people first
 * @param words for people: what is wrong and what would be right
 */
public record FieldProblem(
    String field, String reason, String summary, String detail, List<String> about, String words) {
  private static final String OF_TYPE = "FieldValueTypeInvalid";
  private static final int LONGEST_SHOWN = 64;
  private static final String SCALAR_AS_TEXT =
      ".* of type (integer or )?string: \"(integer|number|boolean)\"";
  private static final String REGEX = ", regex used for validation is '.*'\\)";

  /** Copies the list. */
  public FieldProblem {
    about = List.copyOf(about);
  }

  /** A problem whose detail is plain enough. */
  FieldProblem(String field, String reason, String summary, String detail) {
    this(
        field, reason, summary, detail, List.of(field), plain(detail.isEmpty() ? summary : detail));
  }

  static FieldProblem invalid(String field, String value, String detail) {
    return new FieldProblem(field, "FieldValueInvalid", "Invalid value: " + value, detail);
  }

  /** A name, key or label that has another form than the detail says. */
  static FieldProblem badText(String field, String text, String detail) {
    String cut = text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "…" : text;
    return invalid(field, "\"" + text + "\"", detail)
        .inWords("'" + cut + "' is not allowed: " + plain(detail));
  }

  static FieldProblem required(String field) {
    return new FieldProblem(field, "FieldValueRequired", "Required value", "")
        .inWords("is missing");
  }

  static FieldProblem ofType(String field, String is, String wanted) {
    String detail = field + " in body must be of type " + wanted + ": " + is;
    return new FieldProblem(field, OF_TYPE, "Invalid value: " + is, detail);
  }

  FieldProblem inWords(String plain) {
    return new FieldProblem(field, reason, summary, detail, about, plain);
  }

  FieldProblem about(List<String> fields) {
    return new FieldProblem(field, reason, summary, detail, fields, words);
  }

  /** People are told the rule and an example; a regular expression helps nobody. */
  private static String plain(String detail) {
    return detail.replaceAll(REGEX, ")").replace(",  or", " or");
  }

  /** True if the value is of a type that nobody can take for what the field should be. */
  public boolean isUnreadable() {
    return reason.equals(OF_TYPE) && !detail.matches(SCALAR_AS_TEXT);
  }

  /** Class and detail. */
  String message() {
    return detail.isEmpty() ? summary : summary + ": " + detail;
  }

  /** For people: where, once, and what would be right. */
  public String sentence() {
    String where = about.getFirst();
    return words.startsWith(where + " ") ? words : where + ": " + words;
  }

  @Override
  public String toString() {
    return field + ": " + message();
  }
}
