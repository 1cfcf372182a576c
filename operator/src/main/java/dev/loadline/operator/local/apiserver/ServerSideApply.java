package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.local.apiserver.ManagedFields.Manager;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Server-side apply: what the manager now says is laid over the object, what it said before and no
 * longer says goes if nobody else owns it, and a value that somebody else owns is a conflict unless
 * taken by force.
 */
record ServerSideApply(ResourceType type, Manager manager, boolean force, Instant now) {

  /** The object after the apply, with its managed fields. */
  ObjectNode apply(ObjectNode live, ObjectNode applied) {
    Schema schema = type.shape();
    FieldSet wanted = FieldSet.of(applied, schema);
    ManagedFields managed = ManagedFields.of(live, type.apiVersion());
    FieldSet contested = contested(live, applied, wanted, managed);
    managed.takeFromOthers(manager, contested);
    ObjectNode merged = (ObjectNode) Fields.merge(live, applied, schema);
    FieldSet dropped = managed.of(manager).minus(wanted);
    dropped.paths().stream()
        .sorted(Comparator.comparingInt(List::size))
        .filter(path -> !ownedByOthers(managed, path) && !wanted.hasUnder(path))
        .filter(path -> !isKey(path))
        .forEach(path -> Fields.remove(merged, path));
    managed.set(manager, wanted, now);
    managed.writeTo(merged);
    return merged;
  }

  /** The key of a list's item goes with the item or not at all. */
  private static boolean isKey(List<String> path) {
    String item = path.size() < 2 ? "" : path.get(path.size() - 2);
    return item.startsWith("k:")
        && path.getLast().startsWith("f:")
        && Json.read(item.substring(2)).has(path.getLast().substring(2));
  }

  private boolean ownedByOthers(ManagedFields managed, List<String> path) {
    return managed.others(manager).values().stream().anyMatch(fields -> fields.hasUnder(path));
  }

  /** Fields that others own and that this apply changes. */
  private FieldSet contested(
      ObjectNode live, ObjectNode applied, FieldSet wanted, ManagedFields managed) {
    FieldSet all = FieldSet.empty();
    List<FieldProblem> conflicts = new ArrayList<>();
    for (Map.Entry<Manager, FieldSet> other : managed.others(manager).entrySet()) {
      FieldSet changed =
          wanted.where(path -> other.getValue().has(path) && changes(live, applied, path));
      all = all.plus(changed);
      for (List<String> path : changed.paths()) {
        String summary = "conflict with \"" + other.getKey().name() + "\"";
        conflicts.add(new FieldProblem(FieldSet.words(path), "FieldManagerConflict", summary, ""));
      }
    }
    if (!force && !conflicts.isEmpty()) {
      String name = applied.path("metadata").path("name").asText();
      throw Refusal.applyConflicts(type, name, conflicts);
    }
    return all;
  }

  /** An item of a list is the same as long as it is there; its fields are compared one by one. */
  private static boolean changes(JsonNode live, JsonNode applied, List<String> path) {
    JsonNode before = Fields.at(live, path);
    boolean item = !path.getLast().startsWith("f:");
    return !before.isMissingNode() && !item && !before.equals(Fields.at(applied, path));
  }
}
