package dev.loadline.operator.plan;

import dev.loadline.operator.api.Api;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Forms of text that Kubernetes demands of what goes into a pod. */
enum Syntax {
  OBJECT_NAME(
      Api.OBJECT_NAME,
      253,
      "name of an object: at most 253 lower-case letters, digits, - and ., a letter or digit at"
          + " both ends"),
  LABEL_KEY(
      Api.LABEL_KEY,
      317,
      "key of a label: at most 63 letters, digits, -, _ and ., after a domain and / if there is"
          + " one"),
  LABEL_VALUE(
      Api.LABEL_VALUE,
      63,
      "value of a label: at most 63 letters, digits, -, _ and ., a letter or digit at both ends"),
  VARIABLE(Api.VARIABLE, 128, "name of a variable: letters, digits, -, _ and ., no digit first"),
  DATA_KEY(Api.DATA_KEY, 253, "key of a Secret or ConfigMap: letters, digits, -, _ and .");

  private static final int LONGEST_DOMAIN = 253;

  private final Pattern pattern;
  private final int longest;
  private final String description;

  Syntax(String pattern, int longest, String description) {
    this.pattern = Pattern.compile(pattern);
    this.longest = longest;
    this.description = description;
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
