package dev.loadline.operator.local.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real kubectl against the local API server, where there is one. */
class KubectlTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final ServerFixture fixture = new ServerFixture();
  private final List<Process> processes = new ArrayList<>();

  @TempDir private Path folder;
  private String kubectl;

  @BeforeEach
  void findKubectl() throws IOException {
    Optional<String> found =
        Optional.ofNullable(System.getenv("LOADLINE_KUBECTL"))
            .or(() ->
                Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                    .map(path -> Path.of(path, "kubectl"))
                    .filter(Files::isExecutable)
                    .map(Path::toString)
                    .findFirst());
    assumeTrue(found.isPresent(), "kubectl is neither on the PATH nor named by LOADLINE_KUBECTL");
    kubectl = found.get();
    Files.writeString(folder.resolve("kubeconfig"), fixture.server.kubeconfig());
    Files.writeString(folder.resolve("test.yaml"), ServerFixture.yaml("nightly"));
  }

  @AfterEach
  void stop() {
    processes.forEach(Process::destroyForcibly);
    fixture.close();
  }

  private Process start(Path output, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(kubectl));
    command.addAll(List.of("--kubeconfig", folder.resolve("kubeconfig").toString()));
    command.addAll(List.of("--cache-dir", folder.resolve("cache").toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    processes.add(process);
    return process;
  }

  private String run(int code, String... arguments) throws Exception {
    Path output = Files.createTempFile(folder, "out", ".txt");
    Process process = start(output, arguments);
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    String text = Files.readString(output);
    assertThat(process.exitValue()).as(text).isEqualTo(code);
    return text;
  }

  private String file() {
    return folder.resolve("test.yaml").toString();
  }

  @Test
  void appliesGetsDescribesAndDeletes() throws Exception {
    assertThat(run(0, "apply", "-f", file())).contains("loadtest.loadline.dev/nightly created");
    assertThat(run(0, "apply", "-f", file())).contains("unchanged");
    assertThat(run(0, "get", "lt")).contains("NAME", "SCHEDULE", "nightly", "0 2 * * *");
    assertThat(run(0, "get", "loadline", "-A", "-o", "name"))
        .contains("loadtest.loadline.dev/nightly");
    assertThat(run(0, "describe", "loadtest", "nightly")).contains("Time Zone:", "Etc/UTC");
    assertThat(run(0, "apply", "--server-side", "--force-conflicts", "-f", file()))
        .contains("serverside-applied");
    assertThat(
            run(0, "patch", "lt", "nightly", "--type=merge", "-p", "{\"spec\":{\"suspend\":true}}"))
        .contains("patched");
    assertThat(run(0, "explain", "loadtest.spec.startingDeadline")).contains("startingDeadline");
    assertThat(run(0, "delete", "lt", "nightly")).contains("deleted");
    assertThat(run(0, "get", "lt")).contains("No resources found");
  }

  @Test
  void refusesTyposAndSaysWhatIsWrong() throws Exception {
    Path typo = folder.resolve("typo.yaml");
    Files.writeString(typo, ServerFixture.yaml("nightly").replace("schedule:", "shedule:"));
    assertThat(run(1, "apply", "-f", typo.toString())).contains("unknown field \"spec.shedule\"");
    Files.writeString(typo, ServerFixture.yaml("nightly").replace("users: 1", "users: 0"));
    assertThat(run(1, "apply", "-f", typo.toString())).contains("spec.load.stages[0].users");
  }

  @Test
  void watchesAndWaits() throws Exception {
    run(0, "apply", "-f", file());
    Path seen = folder.resolve("watch.txt");
    start(seen, "get", "loadtests", "-w");
    await().atMost(LIMIT).until(() -> Files.readString(seen).contains("nightly"));
    Path waited = folder.resolve("wait.txt");
    Process waiting =
        start(waited, "wait", "--for=condition=Ready", "loadtest/nightly", "--timeout=25s");
    fixture.send(
        "PATCH",
        "/apis/loadline.dev/v1alpha1/namespaces/default/loadtests/nightly/status",
        "application/merge-patch+json",
        "{\"status\":{\"lastRun\":{\"verdict\":\"Pass\"},"
            + "\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}");
    assertThat(waiting.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(waited)).contains("condition met");
    await().atMost(LIMIT).until(() -> Files.readString(seen).contains("Pass"));
    Process gone = start(waited, "wait", "--for=delete", "loadtest/nightly", "--timeout=25s");
    run(0, "delete", "lt", "--all");
    assertThat(gone.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(gone.exitValue()).isZero();
  }
}
