package dev.loadline.runner.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * What a JVM of ours is started with, in its image as anywhere else: what the load runner measures
 * depends on it.
 */
public final class JvmOptions {
  private static final String RESOURCE = "jvm.options";

  private JvmOptions() {}

  /**
   * The load runner's options as arguments of {@code java}, of which later ones win: outside a
   * container one that bounds the memory must follow.
   */
  public static List<String> read() {
    return beside(JvmOptions.class);
  }

  /** The options in the file that stands beside a class, such as the operator's. */
  public static List<String> beside(Class<?> type) {
    try (InputStream in = Objects.requireNonNull(type.getResourceAsStream(RESOURCE), RESOURCE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (IOException failed) {
      throw new UncheckedIOException("the JVM's options cannot be read", failed);
    }
  }
}
