package dev.loadline.operator.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.loadline.operator.chart.GrantedRights.Right;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the operators of the tests asked of the cluster since it was started, from its API server's
 * audit log: that of the folder of scripts that {@code LOADLINE_IT_CLUSTER} names.
 */
final class AuditLog {
  /** How tests that try the operator's token call themselves: they are no operator. */
  static final String PROBE = "loadline-it-probe";

  private static final String CLUSTER = "LOADLINE_IT_CLUSTER";
  private static final String OPERATORS = "system:serviceaccount:loadline-it-";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<Right, Use> uses = new TreeMap<>();

  /** How often a right was used, how often it was denied, and where first. */
  record Use(long used, long denied, String where) {
    private Use and(Use more) {
      return new Use(used + more.used, denied + more.denied, where.isEmpty() ? more.where : where);
    }
  }

  /** The log's file, where there is one. */
  static Optional<Path> file() throws IOException {
    String scripts = System.getenv(CLUSTER);
    if (scripts == null || scripts.isEmpty()) {
      return Optional.empty();
    }
    Process settings =
        new ProcessBuilder("bash", "-c", ". \"$1/settings\" && echo \"$logs\"", "logs", scripts)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String folder =
        new String(settings.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return Optional.of(Path.of(folder).resolve("audit.log")).filter(Files::isReadable);
  }

  /** Reads it. */
  static AuditLog read(Path file) throws IOException {
    AuditLog log = new AuditLog();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.contains(OPERATORS)) {
          log.add(JSON.readTree(line));
        }
      }
    }
    return log;
  }

  private void add(JsonNode event) {
    boolean watch = event.path("verb").asText().equals("watch");
    JsonNode object = event.path("objectRef");
    // A watch has an event of its own for its end.
    if (!event.path("user").path("username").asText().startsWith(OPERATORS)
        || event.path("userAgent").asText().contains(PROBE)
        || !event.path("stage").asText().equals(watch ? "ResponseStarted" : "ResponseComplete")
        || !object.has("resource")) {
      return;
    }
    String resource = object.path("resource").asText();
    Right right =
        new Right(
            object.path("apiGroup").asText(),
            object.has("subresource")
                ? resource + "/" + object.path("subresource").asText()
                : resource,
            event.path("verb").asText());
    boolean allowed =
        event.path("annotations").path("authorization.k8s.io/decision").asText().equals("allow");
    String namespace = object.path("namespace").asText("");
    uses.merge(right, new Use(allowed ? 1 : 0, allowed ? 0 : 1, namespace), Use::and);
  }

  /** By right; what was never asked for is not there. */
  Map<Right, Use> uses() {
    return uses;
  }
}
