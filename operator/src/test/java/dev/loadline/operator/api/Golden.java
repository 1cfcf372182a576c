package dev.loadline.operator.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Compares text with a file of the repository; {@code -Dgolden=write} rewrites the file instead.
 */
public final class Golden {
  private static final boolean WRITE = "write".equals(System.getProperty("golden"));

  private Golden() {}

  /** Compares, or writes. */
  public static void check(Path file, String actual) throws IOException {
    if (WRITE) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, actual);
    }
    assertThat(Files.exists(file)).as("%s exists; -Dgolden=write makes it", file).isTrue();
    assertThat(actual).as("%s; -Dgolden=write rewrites it", file).isEqualTo(Files.readString(file));
  }
}
