package dev.loadline.operator.local.apiserver;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What Kubernetes wants names, labels and keys to look like; each check returns what is wrong, in
 * the words of its API server (k8s.io/apimachinery, {@code util/validation}).
 */
final class NameSyntax {
  private static final int LONGEST_PART = 63;
  private static final int LONGEST_SUBDOMAIN = 253;
  private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  private static final Pattern DNS_LABEL = Pattern.compile(LABEL);
  private static final Pattern SUBDOMAIN = Pattern.compile(LABEL + "(\\." + LABEL + ")*");
  private static final String QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
  private static final Pattern NAME_PART = Pattern.compile(QUALIFIED);
  private static final Pattern LABEL_VALUE = Pattern.compile("(" + QUALIFIED + ")?");
  private static final Pattern CONFIG_KEY = Pattern.compile("[-._a-zA-Z0-9]+");
  private static final Pattern VARIABLE = Pattern.compile("[ -<>-~]+");

  private NameSyntax() {}

  private static String longest(int most) {
    return "must be no more than " + most + " bytes";
  }

  private static String like(String examples, Pattern pattern) {
    return " (e.g. " + examples + ", regex used for validation is '" + pattern + "')";
  }

  static List<String> dnsLabel(String text) {
    List<String> wrong = new ArrayList<>();
    if (text.length() > LONGEST_PART) {
      wrong.add(longest(LONGEST_PART));
    }
    if (!DNS_LABEL.matcher(text).matches()) {
      wrong.add(
          "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-',"
              + " and must start and end with an alphanumeric character"
              + like("'my-name',  or '123-abc'", DNS_LABEL));
    }
    return wrong;
  }

  static List<String> subdomain(String text) {
    List<String> wrong = new ArrayList<>();
    if (text.length() > LONGEST_SUBDOMAIN) {
      wrong.add(longest(LONGEST_SUBDOMAIN));
    }
    if (!SUBDOMAIN.matcher(text).matches()) {
      wrong.add(
          "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-'"
              + " or '.', and must start and end with an alphanumeric character"
              + like("'example.com'", SUBDOMAIN));
    }
    return wrong;
  }

  /** Keys of labels, annotations and taints, and names of resources. */
  static List<String> qualified(String key) {
    List<String> wrong = new ArrayList<>();
    int slash = key.indexOf('/');
    if (slash != key.lastIndexOf('/')) {
      return List.of(
          "a valid label key "
              + nameWords()
              + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
    }
    if (slash == 0) {
      wrong.add("prefix part must be non-empty");
    } else if (slash > 0) {
      subdomain(key.substring(0, slash)).forEach(detail -> wrong.add("prefix part " + detail));
    }
    String name = key.substring(slash + 1);
    if (name.isEmpty()) {
      wrong.add("name part must be non-empty");
    } else if (name.length() > LONGEST_PART) {
      wrong.add("name part " + longest(LONGEST_PART));
    }
    if (!NAME_PART.matcher(name).matches()) {
      wrong.add("name part " + nameWords());
    }
    return wrong;
  }

  private static String nameWords() {
    return "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with"
        + " an alphanumeric character"
        + like("'MyName',  or 'my.name',  or '123-abc'", NAME_PART);
  }

  static List<String> labelValue(String value) {
    List<String> wrong = new ArrayList<>();
    if (value.length() > LONGEST_PART) {
      wrong.add(longest(LONGEST_PART));
    }
    if (!LABEL_VALUE.matcher(value).matches()) {
      wrong.add(
          "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or"
              + " '.', and must start and end with an alphanumeric character"
              + like("'MyValue',  or 'my_value',  or '12345'", LABEL_VALUE));
    }
    return wrong;
  }

  /** Keys of Secrets and ConfigMaps. */
  static List<String> configKey(String key) {
    if (CONFIG_KEY.matcher(key).matches()) {
      return key.equals(".") || key.startsWith("..")
          ? List.of("must not " + (key.length() > 2 ? "start with '..'" : "be '" + key + "'"))
          : List.of();
    }
    return List.of(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
            + like("'key.name',  or 'KEY_NAME',  or 'key-name'", CONFIG_KEY));
  }

  /** Names of environment variables. */
  static List<String> variable(String name) {
    return VARIABLE.matcher(name).matches()
        ? List.of()
        : List.of(
            "a valid environment variable name must consist only of printable ASCII characters"
                + " other than '='");
  }
}
