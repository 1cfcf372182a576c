package dev.loadline.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program told to end (SIGTERM, as Ctrl-C) while it opens and while it closes. */
class SignalApiTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  @TempDir private Path folder;

  private List<Path> temporary() throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(path -> path.getFileName().toString().startsWith("loadline-")).toList();
    }
  }

  private String printed() throws IOException {
    return Files.readString(folder.resolve("printed.txt"));
  }

  /** Signals the program at that moment; it must end and leave nothing. */
  private void leavesNothing(String command, Callable<Boolean> moment) throws Exception {
    Path file = folder.resolve("test.yaml");
    Files.writeString(
        file,
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTest
        metadata: {name: nobody}
        spec:
          target: {url: "http://127.0.0.1:%d/v1", readinessTimeout: 1s}
          workload: {synthetic: {inputTokens: 20, outputTokens: 5}}
          load: {stages: [{name: one, users: 4, requests: 80}]}
          lifecycle: {maxStartAttempts: 1}
        """
            .formatted(LocalPod.freePort()));
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.loadline.operator.Main",
                command,
                command.equals("demo") ? "--file=" + file : file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("printed.txt").toFile())
            .start();
    try {
      Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(moment);
      program.destroy();
      assertThat(program.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(program.exitValue()).isEqualTo(143);
      assertThat(temporary()).isEmpty();
      assertThat(printed()).doesNotContain("Exception", "could not go on");
    } finally {
      program.destroyForcibly();
    }
  }

  @Test
  void leavesNothingIfItIsToldToEndWhileItStarts() throws Exception {
    leavesNothing("run", () -> !temporary().isEmpty());
    assertThat(printed()).doesNotContain("Stopping");
  }

  @Test
  void leavesNothingIfItIsToldToEndWhileItsSimulatorStarts() throws Exception {
    leavesNothing(
        "demo",
        () -> {
          for (Path one : temporary()) {
            if (Files.exists(one.resolve("simulator.log"))) {
              return true;
            }
          }
          return false;
        });
    assertThat(printed()).doesNotContain("Stopping");
  }

  @Test
  void leavesNothingIfItIsToldToEndWhileItCleansUp() throws Exception {
    leavesNothing("run", () -> printed().contains("Verdict: None (TargetUnreachable)"));
    assertThat(printed()).doesNotContain("Stopping");
  }
}
