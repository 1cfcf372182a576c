package dev.loadline.operator.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Makes a stored status sound, so that nothing that reads one meets a null in a list, an instant
 * that is none, or a list item without its key. Where something happened and only the instant is
 * lost, the object's creation takes its place: a run whose {@code loadStartTime} cannot be read has
 * sent load, one whose {@code completionTime} cannot be read is over. What a test remembers of its
 * schedule is forgotten instead, since an instant of long ago would have runs missed.
 */
final class StoredStatus {
  private static final String TIME = "Time";
  private static final Set<String> OTHER_TIMES =
      Set.of("scheduleInForceSince", "nextScheduledMinute");

  private static final Pattern OF_THE_SCHEDULE = Pattern.compile("next|last|schedule");

  /** Parts that repeat the spec, where a time is a duration. */
  private static final Set<String> OF_THE_SPEC = Set.of("status.limits", "status.workload");

  private final String created;
  private final List<Unreadable> mended = new ArrayList<>();

  /** Of an object that was created then. */
  StoredStatus(String created) {
    this.created = created;
  }

  /** Changes the status; what was changed. */
  List<Unreadable> mend(ObjectNode status) {
    tidy("status", status);
    keep(status, "conditions", condition -> text(condition, "type") && text(condition, "status"));
    completeConditions(status.path("conditions"));
    keep(status, "stages", named());
    keep(status, "objectives", named());
    keep(status, "validity", check -> text(check, "check"));
    numberAttempts(status.path("attempts"));
    dropTwins(status.path("attempts"));
    if (status.path("failure") instanceof ObjectNode failure && !text(failure, "reason")) {
      failure.put("reason", "Unknown");
      mended.add(new Unreadable("status.failure.reason", "is missing"));
    }
    if (status.path("lastRun").isObject() && !text(status.path("lastRun"), "completionTime")) {
      status.remove("lastRun");
      mended.add(new Unreadable("status.lastRun.completionTime", "is missing"));
    }
    return mended;
  }

  private static boolean text(JsonNode object, String field) {
    return object.path(field).isTextual();
  }

  /** Of two items of one name the first. */
  private static Predicate<JsonNode> named() {
    Set<String> names = new HashSet<>();
    return item -> text(item, "name") && names.add(item.path("name").asText());
  }

  private void tidy(String path, JsonNode node) {
    switch (node) {
      case ObjectNode object -> {
        object.properties().removeIf(field -> field.getValue().isNull());
        for (Map.Entry<String, JsonNode> field : Set.copyOf(object.properties())) {
          String child = path + "." + field.getKey();
          if (field.getKey().endsWith(TIME) || OTHER_TIMES.contains(field.getKey())) {
            time(object, field, child, path.equals("status"));
          } else if (!OF_THE_SPEC.contains(child)) {
            tidy(child, field.getValue());
          }
        }
      }
      case ArrayNode list -> {
        for (int i = list.size() - 1; i >= 0; i--) {
          if (list.get(i).isNull()) {
            list.remove(i);
            mended.add(new Unreadable(path + "[" + i + "]", "is nothing"));
          }
        }
        for (int i = 0; i < list.size(); i++) {
          tidy(path + "[" + i + "]", list.get(i));
        }
      }
      default -> {
        // A value: its type is its field's matter.
      }
    }
  }

  private void time(
      ObjectNode object, Map.Entry<String, JsonNode> field, String path, boolean ofStatus) {
    if (isInstant(field.getValue())) {
      return;
    }
    boolean schedule = ofStatus && OF_THE_SCHEDULE.matcher(field.getKey()).lookingAt();
    if (schedule) {
      object.remove(field.getKey());
    } else {
      object.put(field.getKey(), created);
    }
    mended.add(
        new Unreadable(
            path,
            "is no instant: "
                + (schedule ? "it is forgotten" : "the object's creation takes its place")));
  }

  private static boolean isInstant(JsonNode value) {
    try {
      return value.isTextual() && Instant.parse(value.textValue()).isAfter(Instant.EPOCH);
    } catch (DateTimeParseException none) {
      return false;
    }
  }

  private void keep(ObjectNode status, String list, Predicate<JsonNode> sound) {
    int index = 0;
    for (Iterator<JsonNode> items = status.path(list).iterator(); items.hasNext(); index++) {
      if (!sound.test(items.next())) {
        items.remove();
        mended.add(
            new Unreadable("status." + list + "[" + index + "]", "lacks its key or has another's"));
      }
    }
  }

  /** What a condition says counts, whatever it lacks beside that. */
  private void completeConditions(JsonNode conditions) {
    for (int i = 0; i < conditions.size(); i++) {
      if (conditions.get(i) instanceof ObjectNode condition) {
        complete(condition, "reason", "Unknown", i);
        complete(condition, "message", "", i);
        complete(condition, "lastTransitionTime", created, i);
      }
    }
  }

  private void complete(ObjectNode condition, String field, String value, int index) {
    if (!text(condition, field)) {
      condition.put(field, value);
      mended.add(new Unreadable("status.conditions[" + index + "]." + field, "is missing"));
    }
  }

  /** An attempt that was made stays one: forgotten, it would be made again. */
  private void numberAttempts(JsonNode attempts) {
    for (int i = 0; i < attempts.size(); i++) {
      if (attempts.get(i) instanceof ObjectNode attempt
          && !attempt.path("number").canConvertToInt()) {
        attempt.put("number", i + 1);
        mended.add(new Unreadable("status.attempts[" + i + "].number", "is no number"));
      }
    }
  }

  /** A list item whose key cannot be read stays beside the one that was written in its place. */
  private static void dropTwins(JsonNode attempts) {
    Set<Integer> numbers = new HashSet<>();
    for (int i = attempts.size() - 1; i >= 0; i--) {
      if (attempts instanceof ArrayNode list && !numbers.add(list.get(i).path("number").asInt())) {
        list.remove(i);
      }
    }
  }
}
