package dev.loadline.runner.simulator;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A way in which an answer goes wrong on purpose. */
public enum Fault {
  /** HTTP 500 at once. */
  HTTP_500(true),
  /** HTTP 503 with {@code Retry-After} at once. */
  OVERLOAD(true),
  /** HTTP 401 at once. */
  UNAUTHORIZED(true),
  /** HTTP 404 at once, as for a model that is not served. */
  NOT_FOUND(true),
  /** HTTP 400 at once, as for a prompt that is too long. */
  CONTEXT_LENGTH(true),
  /** An error event after half the text, inside HTTP 200. */
  STREAM_ERROR(false),
  /** The body ends after half the text, without finish reason and without {@code [DONE]}. */
  TRUNCATED(false),
  /** A proper answer without any text. */
  EMPTY(false),
  /** The connection is reset after half the text. */
  RESET(false),
  /** The headers, and then nothing for ever. */
  HANG_BEFORE_FIRST_TOKEN(false),
  /** Half the text, and then nothing for ever. */
  STALL(false);

  private final boolean immediate;

  Fault(boolean immediate) {
    this.immediate = immediate;
  }

  /** True if the fault is an HTTP status, answered before anything is generated. */
  boolean isImmediate() {
    return immediate;
  }

  /** The name on the command line and in the report. */
  public String faultName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The fault of that name, hyphens or underscores.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  static Fault named(String name) {
    return Arrays.stream(values())
        .filter(fault -> fault.faultName().equals(name.replace('-', '_')))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "\"" + name + "\" is no class of errors; known are " + names() + "."));
  }

  /** All names, for help texts. */
  static String names() {
    return Arrays.stream(values()).map(Fault::faultName).collect(Collectors.joining(", "));
  }
}
