package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who owns which field of an object: {@code metadata.managedFields}. */
final class ManagedFields {
  static final String APPLY = "Apply";
  static final String UPDATE = "Update";

  /** Somebody who writes fields in one way. */
  record Manager(String name, String operation, String subresource) {}

  private record Owned(FieldSet fields, String time) {}

  private final Map<Manager, Owned> owned = new LinkedHashMap<>();
  private final String apiVersion;

  private ManagedFields(String apiVersion) {
    this.apiVersion = apiVersion;
  }

  /** As an object says. */
  static ManagedFields of(JsonNode object, String apiVersion) {
    ManagedFields managed = new ManagedFields(apiVersion);
    for (JsonNode entry : object.path("metadata").path("managedFields")) {
      managed.owned.put(
          new Manager(
              entry.path("manager").asText(),
              entry.path("operation").asText(),
              entry.path("subresource").asText("")),
          new Owned(FieldSet.fromJson(entry.path("fieldsV1")), entry.path("time").asText()));
    }
    return managed;
  }

  FieldSet of(Manager manager) {
    return Optional.ofNullable(owned.get(manager)).map(Owned::fields).orElse(FieldSet.empty());
  }

  /** Sets what a manager owns; nothing owned, nothing listed. */
  void set(Manager manager, FieldSet fields, Instant now) {
    if (fields.isEmpty()) {
      owned.remove(manager);
    } else if (!of(manager).equals(fields)) {
      owned.put(manager, new Owned(fields, Resources.time(now)));
    }
  }

  /** Takes fields away from everybody else. */
  void takeFromOthers(Manager manager, FieldSet fields) {
    for (Manager other : List.copyOf(owned.keySet())) {
      if (!other.equals(manager)) {
        Owned before = Optional.ofNullable(owned.get(other)).orElseThrow();
        FieldSet rest = before.fields().minus(fields);
        if (rest.isEmpty()) {
          owned.remove(other);
        } else {
          owned.put(other, new Owned(rest, before.time()));
        }
      }
    }
  }

  /** What the others own. */
  Map<Manager, FieldSet> others(Manager manager) {
    Map<Manager, FieldSet> others = new LinkedHashMap<>();
    owned.forEach((other, fields) -> {
      if (!other.equals(manager)) {
        others.put(other, fields.fields());
      }
    });
    return others;
  }

  /** Records a write that is no apply: what changed now belongs to the writer. */
  void updated(Manager manager, ObjectNode before, ObjectNode after, Schema schema, Instant now) {
    FieldSet old = FieldSet.of(before, schema);
    FieldSet fresh = FieldSet.of(after, schema);
    FieldSet changed =
        fresh.where(
            path -> !old.has(path) || !Fields.at(before, path).equals(Fields.at(after, path)));
    FieldSet gone = old.minus(fresh);
    takeFromOthers(manager, changed.plus(gone));
    set(manager, of(manager).minus(gone).plus(changed), now);
  }

  void writeTo(ObjectNode object) {
    ObjectNode metadata = object.withObject("/metadata");
    if (owned.isEmpty()) {
      metadata.remove("managedFields");
      return;
    }
    ArrayNode list = metadata.putArray("managedFields");
    owned.forEach((manager, fields) -> {
      ObjectNode entry = list.addObject();
      entry.put("manager", manager.name()).put("operation", manager.operation());
      entry.put("apiVersion", apiVersion).put("time", fields.time()).put("fieldsType", "FieldsV1");
      entry.set("fieldsV1", fields.fields().toJson());
      if (!manager.subresource().isEmpty()) {
        entry.put("subresource", manager.subresource());
      }
    });
  }
}
