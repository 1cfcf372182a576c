package dev.loadline.runner.simulator;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Where the token counts go in a stream whose client asks for them. */
public enum UsageMode {
  /** A chunk of its own before {@code [DONE]}, as vLLM does. */
  END,
  /** On every chunk, and in a chunk of its own at the end, as vLLM's continuous statistics. */
  EVERY_CHUNK,
  /** On the chunk that carries the finish reason. */
  LAST_CHUNK,
  /** Nowhere, although asked for. */
  NONE;

  /** The name on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The mode of that name.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  static UsageMode named(String name) {
    return Arrays.stream(values())
        .filter(mode -> mode.toString().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "\"" + name + "\" is no usage mode; known are " + names() + "."));
  }

  private static String names() {
    return Arrays.stream(values()).map(UsageMode::toString).collect(Collectors.joining(", "));
  }
}
