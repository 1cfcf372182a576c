package dev.loadline.runner.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * What the load runner's JVM is started with, in its image as anywhere else: what it measures
 * depends on it.
 */
public final class JvmOptions {
  private static final String RESOURCE = "jvm.options";

  private JvmOptions() {}

  /**
   * The options as arguments of {@code java}, of which later ones win: outside a container one that
   * bounds the memory must follow.
   */
  public static List<String> read() {
    try (InputStream in =
        Objects.requireNonNull(JvmOptions.class.getResourceAsStream(RESOURCE), RESOURCE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (IOException failed) {
      throw new UncheckedIOException("the load runner's JVM options cannot be read", failed);
    }
  }
}
