package dev.loadline.operator.run;

import java.util.Locale;
import java.util.regex.Pattern;

/** Tells refusals that waiting cannot mend from those that it can, such as a quota. */
final class Denial {
  private static final Pattern FINAL =
      Pattern.compile(
          "violates podsecurity|is forbidden: \\[?(?:(?:maximum|minimum) \\S+ usage per"
              + "|\\S+ max limit to request ratio per)");

  private Denial() {}

  /** A webhook refuses with 400 unless it names another code; what it refuses may change. */
  static boolean byWebhook(String said) {
    return said.contains("admission webhook");
  }

  /** Pod Security and LimitRange are final; a quota may be freed, a ServiceAccount may come. */
  static boolean isFinal(String event) {
    return FINAL.matcher(event.toLowerCase(Locale.ROOT)).find();
  }
}
