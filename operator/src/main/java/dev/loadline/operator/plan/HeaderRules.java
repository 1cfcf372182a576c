package dev.loadline.operator.plan;

import java.util.Locale;
import java.util.Set;

/** Which request headers carry secrets, and which a user cannot set. */
final class HeaderRules {
  private static final Set<String> SECRET =
      Set.of("authorization", "proxy-authorization", "api-key", "x-api-key", "cookie");
  private static final Set<String> RESERVED =
      Set.of(
          "host",
          "content-length",
          "content-type",
          "transfer-encoding",
          "connection",
          "accept",
          "accept-encoding",
          "x-request-id");

  private HeaderRules() {}

  static boolean secret(String name) {
    return SECRET.contains(name.toLowerCase(Locale.ROOT));
  }

  static boolean reserved(String name) {
    return RESERVED.contains(name.toLowerCase(Locale.ROOT));
  }
}
