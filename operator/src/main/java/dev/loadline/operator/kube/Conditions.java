package dev.loadline.operator.kube;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The conditions of an object, in the order of their types. All are Unknown at first sight; one
 * that is not set again keeps what it said.
 */
final class Conditions<T extends Enum<T>> {
  private static final int MOST_BYTES = 1024;
  private static final String CUT = "…";

  private final Map<T, Condition> conditions;
  private final long generation;
  private final Instant now;

  /** Those of {@code types}, as {@code before} left them. */
  Conditions(Class<T> types, List<Condition> before, long generation, Instant now) {
    this.conditions = new EnumMap<>(types);
    this.generation = generation;
    this.now = now;
    for (T type : types.getEnumConstants()) {
      conditions.put(
          type,
          before.stream()
              .filter(condition -> condition.getType().equals(type.name()))
              .findFirst()
              .map(condition ->
                  new ConditionBuilder(condition).withObservedGeneration(generation).build())
              .orElseGet(() -> condition(type, "Unknown", "Pending", "not known yet")));
    }
  }

  Conditions<T> yes(T type, String reason, String message) {
    return set(type, "True", reason, message);
  }

  Conditions<T> no(T type, String reason, String message) {
    return set(type, "False", reason, message);
  }

  Conditions<T> unknown(T type, String reason, String message) {
    return set(type, "Unknown", reason, message);
  }

  /** Adds to what a condition says, once. */
  Conditions<T> note(T type, String words) {
    Condition said = find(type);
    return said.getMessage().contains(words)
        ? this
        : set(type, said.getStatus(), said.getReason(), said.getMessage() + "; " + words);
  }

  boolean is(T type, String status) {
    return status.equals(find(type).getStatus());
  }

  boolean says(T type, String reason) {
    return reason.equals(find(type).getReason());
  }

  String message(T type) {
    return find(type).getMessage();
  }

  private Condition find(T type) {
    return Objects.requireNonNull(conditions.get(type), "every condition is there");
  }

  private Conditions<T> set(T type, String status, String reason, String message) {
    conditions.put(type, condition(type, status, reason, message));
    return this;
  }

  private Condition condition(T type, String status, String reason, String message) {
    return new ConditionBuilder()
        .withType(type.name())
        .withStatus(status)
        .withReason(reason)
        .withMessage(bounded(message))
        .withObservedGeneration(generation)
        .withLastTransitionTime(now.toString())
        .build();
  }

  List<Condition> list() {
    return new ArrayList<>(conditions.values());
  }

  /** A message of at most 1024 bytes of UTF-8, as {@link #bounded(String, int)} cuts it. */
  static String bounded(String message) {
    return bounded(message, MOST_BYTES);
  }

  /**
   * A message of at most so many bytes of UTF-8: a longer one is cut between two characters and
   * ends with an ellipsis. Half a character, as somebody else's cut may have left it, becomes a
   * question mark.
   */
  static String bounded(String message, int most) {
    byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= most) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    int end = most - CUT.getBytes(StandardCharsets.UTF_8).length;
    while ((bytes[end] & 0xC0) == 0x80) {
      end--;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8) + CUT;
  }
}
