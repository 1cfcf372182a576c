package dev.loadline.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.contract.JvmOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {
  @TempDir private Path folder;
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private ChildProcess start(String... arguments) {
    return ChildProcess.start(List.of(arguments), Map.of(), folder.resolve("log"), lines::add);
  }

  private static List<String> commandLines() {
    return ProcessHandle.current()
        .children()
        .flatMap(child -> child.info().commandLine().stream())
        .toList();
  }

  @Test
  void hasTheOptionsOfTheImageButForItsMemory() {
    try (ChildProcess simulator = start("simulate", "--port=0")) {
      assertThat(simulator.exitCode()).isEmpty();
      assertThat(commandLines())
          .anyMatch(line ->
              line.contains(String.join(" ", JvmOptions.read()) + " -XX:MaxRAMPercentage=25 -cp "));
    }
  }

  /** A warning of the JVM would count as a line of the program. */
  @Test
  void saysWhatTheProgramSaysAlone() throws Exception {
    try (ChildProcess program = start("--help")) {
      assertThat(program.await()).isZero();
      assertThat(lines.getFirst()).startsWith("Usage:");
    }
  }
}
