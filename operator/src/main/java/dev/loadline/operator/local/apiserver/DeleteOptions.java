package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How an object is deleted.
 *
 * @param propagation what becomes of what it owns; absent: the kind's default
 * @param grace how long a pod may take; absent: what the pod says
 * @param uid delete only if this is its UID
 * @param resourceVersion delete only if this is its version
 */
public record DeleteOptions(
    Optional<Propagation> propagation,
    Optional<Duration> grace,
    Optional<String> uid,
    Optional<String> resourceVersion) {

  /** What becomes of dependents. */
  public enum Propagation {
    /** They are deleted afterwards. */
    Background,
    /** They are deleted first. */
    Foreground,
    /** They stay. */
    Orphan
  }

  /** In the background, with the usual grace. */
  public static DeleteOptions standard() {
    return new DeleteOptions(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** At once, as a kubelet deletes a pod that has ended. */
  public static DeleteOptions atOnce() {
    return new DeleteOptions(
        Optional.of(Propagation.Background),
        Optional.of(Duration.ZERO),
        Optional.empty(),
        Optional.empty());
  }

  static DeleteOptions of(JsonNode body, Map<String, String> query) {
    JsonNode conditions = body.path("preconditions");
    return new DeleteOptions(
        text(body, "propagationPolicy", query).map(DeleteOptions::propagation),
        text(body, "gracePeriodSeconds", query)
            .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds))),
        text(conditions, "uid", Map.of()),
        text(conditions, "resourceVersion", Map.of()));
  }

  private static Optional<String> text(JsonNode body, String name, Map<String, String> query) {
    JsonNode value = body.path(name);
    return value.isValueNode() && !value.isNull()
        ? Optional.of(value.asText())
        : Optional.ofNullable(query.get(name));
  }

  private static Propagation propagation(String name) {
    for (Propagation one : Propagation.values()) {
      if (one.name().equals(name)) {
        return one;
      }
    }
    throw Refusal.badRequest("propagationPolicy '" + name + "' is unknown");
  }
}
