package dev.loadline.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What one user asked of the API server, by the server's own log, to the microsecond. */
final class AuditLog {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final Path file;
  private final String user;

  /** Reads this file, and those that it was rotated into. */
  AuditLog(Path file, String user) {
    this.file = file;
    this.user = user;
  }

  /**
   * One request that was answered.
   *
   * @param what verb and resource, as a role would name them
   * @param code HTTP status of the answer
   */
  record Request(String what, int code, Instant received, Instant answered) {
    /** Whether it did what it asked for. */
    boolean done() {
      return code < 300;
    }

    /** The server's own time. */
    Duration duration() {
      return Duration.between(received, answered);
    }
  }

  /** What was received from {@code start} on and before {@code end}, in order; watches are not. */
  List<Request> between(Instant start, Instant end) throws IOException {
    List<Request> requests = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(file.toAbsolutePath().getParent(), "audit*.log")) {
      for (Path log : files) {
        if (!Files.getLastModifiedTime(log).toInstant().isBefore(start)) {
          read(log, start, end, requests);
        }
      }
    }
    requests.sort(Comparator.comparing(Request::received));
    return requests;
  }

  private void read(Path log, Instant start, Instant end, List<Request> requests)
      throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      for (String line : (Iterable<String>) lines.filter(text -> text.contains(user))::iterator) {
        JsonNode entry = JSON.readTree(line);
        Instant received = Instant.parse(entry.path("requestReceivedTimestamp").asText());
        if (!received.isBefore(start)
            && received.isBefore(end)
            && entry.path("user").path("username").asText().equals(user)
            && entry.path("stage").asText().equals("ResponseComplete")
            && !entry.path("verb").asText().equals("watch")) {
          requests.add(request(entry, received));
        }
      }
    }
  }

  private static Request request(JsonNode entry, Instant received) {
    JsonNode object = entry.path("objectRef");
    String resource = object.path("resource").asText();
    String subresource = object.path("subresource").asText();
    return new Request(
        entry.path("verb").asText()
            + " "
            + (resource.isEmpty() ? entry.path("requestURI").asText() : resource)
            + (subresource.isEmpty() ? "" : "/" + subresource),
        entry.path("responseStatus").path("code").asInt(),
        received,
        Instant.parse(entry.path("stageTimestamp").asText()));
  }
}
