package dev.loadline.runner.simulator;

import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import java.util.Objects;

/** Says in a sentence why an address cannot be listened on, and which option would change that. */
final class BindFailure {
  private BindFailure() {}

  /** The sentence for this cause, which is the operating system's. */
  static String sentence(Throwable cause, String host, int port) {
    if (cause instanceof UnresolvedAddressException) {
      return "The host name %s is unknown: choose another --host.".formatted(host);
    }
    String said = Objects.requireNonNullElse(cause.getMessage(), "").toLowerCase(Locale.ROOT);
    if (said.contains("in use")) {
      return "Port %d on %s is in use: choose another --port, or 0 for any free one."
          .formatted(port, host);
    }
    if (said.contains("permission denied")) {
      return "This user may not listen on port %d: choose a --port above 1023.".formatted(port);
    }
    if (said.contains("assign requested address")) {
      return "%s is no address of this machine: choose another --host.".formatted(host);
    }
    return "Cannot listen on %s port %d (%s): choose another --host or --port."
        .formatted(host, port, cause.getClass().getSimpleName());
  }
}
