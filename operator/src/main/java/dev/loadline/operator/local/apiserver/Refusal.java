package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The server's no: an HTTP status and the {@code Status} object that says why. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;
  private final transient ObjectNode status;
  private final transient List<FieldProblem> problems;
  private final transient Optional<Duration> retryAfter;

  private Refusal(
      int code,
      String reason,
      String message,
      List<FieldProblem> problems,
      Optional<Duration> retryAfter) {
    super(message);
    this.code = code;
    this.problems = List.copyOf(problems);
    this.retryAfter = retryAfter;
    this.status = Json.object();
    status.put("kind", "Status").put("apiVersion", "v1").putObject("metadata");
    status.put("status", "Failure").put("message", message).put("reason", reason);
    status.put("code", code);
    ObjectNode details = status.putObject("details");
    retryAfter.ifPresent(wait -> details.put("retryAfterSeconds", wait.toSeconds()));
    if (!problems.isEmpty()) {
      ArrayNode causes = details.putArray("causes");
      for (FieldProblem problem : problems) {
        causes
            .addObject()
            .put("reason", problem.reason())
            .put("message", problem.message())
            .put("field", problem.field());
      }
    }
  }

  private static Refusal of(int code, String reason, String message) {
    return new Refusal(code, reason, message, List.of(), Optional.empty());
  }

  private Refusal about(ResourceType type, String name) {
    ObjectNode details = (ObjectNode) status.get("details");
    details.put("name", name).put("group", type.group()).put("kind", type.plural());
    return this;
  }

  /** An answer made to order, for tests that break things. */
  static Refusal injected(int code, String message, Optional<Duration> retryAfter) {
    String reason =
        switch (code) {
          case 403 -> "Forbidden";
          case 404 -> "NotFound";
          case 409 -> "Conflict";
          case 410 -> "Expired";
          case 429 -> "TooManyRequests";
          case 503 -> "ServiceUnavailable";
          case 504 -> "Timeout";
          default -> "InternalError";
        };
    return new Refusal(code, reason, message, List.of(), retryAfter);
  }

  static Refusal unauthorized() {
    return of(401, "Unauthorized", "Unauthorized");
  }

  static Refusal badRequest(String message) {
    return of(400, "BadRequest", message);
  }

  static Refusal noSuchPath() {
    return of(404, "NotFound", "the server could not find the requested resource");
  }

  static Refusal unsupported(int code, String message) {
    return of(code, code == 405 ? "MethodNotAllowed" : "UnsupportedMediaType", message);
  }

  static Refusal notFound(ResourceType type, String name) {
    return of(404, "NotFound", type.qualified() + " \"" + name + "\" not found").about(type, name);
  }

  static Refusal exists(ResourceType type, String name) {
    String message = type.qualified() + " \"" + name + "\" already exists";
    return of(409, "AlreadyExists", message).about(type, name);
  }

  static Refusal forbidden(ResourceType type, String name, String why) {
    String message = type.qualified() + " \"" + name + "\" is forbidden: " + why;
    return of(403, "Forbidden", message).about(type, name);
  }

  static Refusal conflict(ResourceType type, String name, String why) {
    String message =
        "Operation cannot be fulfilled on " + type.qualified() + " \"" + name + "\": " + why;
    return of(409, "Conflict", message).about(type, name);
  }

  static Refusal modified(ResourceType type, String name) {
    return conflict(
        type,
        name,
        "the object has been modified; please apply your changes to the latest version and try"
            + " again");
  }

  static Refusal applyConflicts(ResourceType type, String name, List<FieldProblem> conflicts) {
    String message =
        "Apply failed with "
            + (conflicts.size() == 1 ? "1 conflict" : conflicts.size() + " conflicts")
            + conflicts.stream()
                .map(conflict -> ": " + conflict.summary() + ": " + conflict.field())
                .collect(Collectors.joining());
    return new Refusal(409, "Conflict", message, conflicts, Optional.empty()).about(type, name);
  }

  static Refusal expired(long version, long oldest) {
    String message = "too old resource version: " + version + " (" + oldest + ")";
    return of(410, "Expired", message);
  }

  static Refusal invalid(ResourceType type, String name, List<FieldProblem> problems) {
    String list =
        problems.size() == 1
            ? problems.getFirst().toString()
            : problems.stream().map(Object::toString).toList().toString();
    String kind = type.group().isEmpty() ? type.kind() : type.kind() + "." + type.group();
    String message = kind + " \"" + name + "\" is invalid: " + list;
    Refusal refusal = new Refusal(422, "Invalid", message, problems, Optional.empty());
    refusal.about(type, name);
    ((ObjectNode) refusal.status.get("details")).put("kind", type.kind());
    return refusal;
  }

  /** HTTP status. */
  public int code() {
    return code;
  }

  /** The problems by field; empty where the no has nothing to do with fields. */
  public List<FieldProblem> problems() {
    return problems;
  }

  /** The body of the answer. */
  ObjectNode status() {
    return status;
  }

  /** When to try again. */
  Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
