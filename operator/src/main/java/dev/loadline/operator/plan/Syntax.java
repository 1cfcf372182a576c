package dev.loadline.operator.plan;

import dev.loadline.operator.api.Api;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Forms of text that the schemas and Kubernetes demand, and what they are in words. */
public enum Syntax {
  /** Name of a stage, an objective, a service or a namespace. */
  NAME(
      Api.NAME,
      63,
      "name: lower-case letters, digits and -, a letter or digit at both ends, such as peak-1"),
  /** Name of an object. */
  OBJECT_NAME(
      Api.OBJECT_NAME,
      253,
      "name of an object: at most 253 lower-case letters, digits, - and ., a letter or digit at"
          + " both ends"),
  /** Key of a label, an annotation or a taint. */
  LABEL_KEY(
      Api.LABEL_KEY,
      317,
      "key of a label: at most 63 letters, digits, -, _ and ., after a domain and / if there is"
          + " one"),
  /** Value of a label. */
  LABEL_VALUE(
      Api.LABEL_VALUE,
      63,
      "value of a label: at most 63 letters, digits, -, _ and ., a letter or digit at both ends"),
  /** Name of an environment variable. */
  VARIABLE(Api.VARIABLE, 128, "name of a variable: letters, digits, -, _ and ., no digit first"),
  /** Key of a Secret or ConfigMap. */
  DATA_KEY(Api.DATA_KEY, 253, "key of a Secret or ConfigMap: letters, digits, -, _ and ."),
  /** A length of time. */
  DURATION(
      Api.DURATION, 32, "duration: numbers with units ms, s, m or h, such as 90s, 10m or 1h30m"),
  /** A number above 0. */
  POSITIVE(
      Api.POSITIVE,
      20,
      "positive number: above 0, at most nine digits before and after the point, such as 4 or"
          + " \"4.5\""),
  /** An amount of a resource. */
  QUANTITY(Api.QUANTITY, 32, "quantity: a number, with a suffix if need be, such as 500m or 2Gi"),
  /** Name of a request header. */
  HEADER_NAME(
      Api.HEADER_NAME, 64, "name of a header: letters, digits and marks such as -, no spaces"),
  /** Value of a request header. */
  HEADER_VALUE(
      Api.HEADER_VALUE, 1024, "value of a header: printable ASCII characters without line breaks"),
  /** Path before the API's own. */
  BASE_PATH(Api.BASE_PATH, 128, "path: / before each part, of letters, digits, ., _, ~ and -: /v1"),
  /** Path of a file below a folder. */
  FILE_PATH(
      Api.FILE_PATH,
      512,
      "path of a file: letters, digits, -, _ and ., parts separated by /, none of which begins with"
          + " a dot"),
  /** A point in time. */
  INSTANT(Api.INSTANT, 20, "point in time in UTC, such as 2026-11-24T02:00:00Z");

  private static final int LONGEST_DOMAIN = 253;
  private static final Pattern CHOICE = Pattern.compile("\\^\\([\\w|-]+\\)\\$");

  private final Pattern pattern;
  private final int longest;
  private final String description;

  Syntax(String pattern, int longest, String description) {
    this.pattern = Pattern.compile(pattern);
    this.longest = longest;
    this.description = description;
  }

  /** The form that a pattern of a schema means. */
  public static Optional<Syntax> of(String pattern) {
    return Arrays.stream(values()).filter(one -> one.pattern.pattern().equals(pattern)).findFirst();
  }

  /** The words that a pattern such as {@code ^(Fail|Report)$} lists; empty for other patterns. */
  public static List<String> choices(String pattern) {
    return CHOICE.matcher(pattern).matches()
        ? List.of(pattern.substring(2, pattern.length() - 2).split("[|]", -1))
        : List.of();
  }

  /** What it is, and what it consists of: goes on after "is no". */
  public String description() {
    return description;
  }

  boolean fits(String text) {
    return text.length() <= longest
        && text.indexOf('/') <= LONGEST_DOMAIN
        && pattern.matcher(text).matches();
  }

  /** Notes a problem if the text is there and has another form. */
  void check(@Nullable String text, String field, Problems problems) {
    if (text != null && !fits(text)) {
      problems.add(field, Problems.quoted(text) + " is no " + description);
    }
  }
}
