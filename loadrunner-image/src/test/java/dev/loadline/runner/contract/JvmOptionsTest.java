package dev.loadline.runner.contract;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JvmOptionsTest {
  /** As the image's entry points name it. */
  private static String file() throws URISyntaxException {
    return Path.of(requireNonNull(JvmOptions.class.getResource("jvm.options")).toURI()).toString();
  }

  private static String flags(List<String> options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-XX:+PrintCommandLineFlags", "-version"));
    Process java = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void areThoseThatJavaReadsFromTheFile() throws Exception {
    assertThat(flags(JvmOptions.read()))
        .contains("-XX:CompilerThreadPriority=10", "-XX:+UseSerialGC")
        .isEqualTo(flags(List.of("@" + file())));
  }
}
