package dev.loadline.operator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.runner.contract.Environment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** One pod as a kubelet sees it: a process, its readiness, its end. Used by one thread. */
final class LocalPod {
  private static final int MOST_MESSAGE = 4096;
  private static final int FAILURES_UNTIL_UNREADY = 3;
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration PROBE_PERIOD = Duration.ofMillis(200);

  /** Where processes run and who hears them. */
  record Node(LocalJobs.Settings settings, HttpClient http) {
    Path folder() {
      return settings.folder();
    }
  }

  private final Node node;
  private final String name;
  private final PodStatuses statuses;
  private final Instant created;
  private Instant readySince;
  private Instant nextProbe = Instant.MIN;
  private int failures;
  private boolean ready;
  private @Nullable ChildProcess process;
  private @Nullable Instant started;
  private @Nullable Instant killAt;
  private int port;
  private @Nullable ObjectNode end;

  LocalPod(Node node, JsonNode pod) {
    this.node = node;
    this.name = pod.path("metadata").path("name").asText();
    this.created = Instant.parse(pod.path("metadata").path("creationTimestamp").asText());
    this.readySince = created;
    JsonNode container = pod.path("spec").path("containers").path(0);
    this.statuses =
        new PodStatuses(container.path("name").asText(), container.path("image").asText(), created);
  }

  boolean isStarted() {
    return process != null;
  }

  boolean isOver() {
    return end != null;
  }

  /** Tries to start the container; the status says how that went. */
  ObjectNode start(
      JsonNode container, PodEnvironment environment, PodVolumes.Mounted mounted, Instant now) {
    if (mounted instanceof PodVolumes.Mounted.Missing) {
      return statuses.waiting("ContainerCreating", "");
    }
    try {
      return switch (environment.resolve(container)) {
        case PodEnvironment.Resolved.Missing missing ->
            statuses.waiting("CreateContainerConfigError", missing.message());
        case PodEnvironment.Resolved.Values values -> {
          Map<String, String> variables = new HashMap<>(values.variables());
          variables.putAll(PodVolumes.variables(mounted));
          started(container, variables, now);
          yield statuses.running(now, false, created);
        }
      };
    } catch (UncheckedIOException failed) {
      return statuses.waiting("CreateContainerError", String.valueOf(failed.getMessage()));
    } catch (IllegalArgumentException unusable) {
      // What it says may hold a value that is a secret.
      return statuses.waiting(
          "CreateContainerError", "name or value of a variable cannot be given to a process");
    }
  }

  private void started(JsonNode container, Map<String, String> variables, Instant now) {
    List<String> arguments = new ArrayList<>();
    container.path("args").forEach(argument -> arguments.add(argument.asText()));
    port = freePort();
    Map<String, String> environment = new HashMap<>(node.settings().environment());
    environment.putAll(variables);
    environment.put(Environment.TERMINATION_LOG, terminationLog().toString());
    environment.put(Environment.METRICS_HOST, "127.0.0.1");
    environment.put(Environment.METRICS_PORT, Integer.toString(port));
    process =
        ChildProcess.start(
            arguments,
            environment,
            node.folder().resolve(name + ".log"),
            node.settings().listener());
    started = now;
  }

  private Path terminationLog() {
    return node.folder().resolve(name + ".result");
  }

  /** A loopback port that nobody listens on just now. */
  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException failed) {
      throw new UncheckedIOException("there is no free loopback port", failed);
    }
  }

  /** The status now; the process must have been started. */
  ObjectNode look(Instant now) {
    if (end != null) {
      return end;
    }
    ChildProcess running = Objects.requireNonNull(process);
    Instant began = Objects.requireNonNull(started);
    OptionalInt code = running.exitCode();
    if (code.isPresent()) {
      Instant unreadySince = ready ? now : readySince;
      end = statuses.ended(began, now, code.getAsInt(), message(), unreadySince);
      return end;
    }
    if (killAt != null && !now.isBefore(killAt)) {
      running.kill();
    }
    if (!now.isBefore(nextProbe)) {
      nextProbe = now.plus(ready ? Duration.ofSeconds(1) : PROBE_PERIOD);
      probe(now);
    }
    return statuses.running(began, ready, readySince);
  }

  private void probe(Instant now) {
    boolean answers = answers();
    failures = answers ? 0 : failures + 1;
    boolean nowReady = answers || (ready && failures < FAILURES_UNTIL_UNREADY);
    if (nowReady != ready) {
      ready = nowReady;
      readySince = now;
    }
  }

  private boolean answers() {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readyz"))
            .timeout(PROBE_TIMEOUT)
            .build();
    try {
      return node.http().send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The termination message as a kubelet reads it: the file's last 4,096 bytes. */
  private String message() {
    try {
      if (!Files.exists(terminationLog())) {
        return "";
      }
      byte[] bytes = Files.readAllBytes(terminationLog());
      int from = Math.max(0, bytes.length - MOST_MESSAGE);
      return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      return "";
    }
  }

  /**
   * Begins to end it: at once if it never ran, else SIGTERM, and SIGKILL after the grace period.
   */
  void stop(Duration grace, Instant now) {
    if (killAt == null && process != null) {
      killAt = now.plus(grace);
      process.terminate();
    }
  }

  /** Ends the process for good, without a status. */
  void abandon() {
    if (process != null) {
      process.close();
    }
  }
}
