package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A set of fields, each a path of steps as in {@code fieldsV1}: {@code f:name} a field, {@code
 * k:{…}} an item of a list map, {@code v:…} a member of a list set. Lists of other kinds and maps
 * marked atomic are one field.
 */
record FieldSet(Set<List<String>> paths) {
  private static final String SELF = ".";

  FieldSet {
    paths = Set.copyOf(paths);
  }

  static FieldSet empty() {
    return new FieldSet(Set.of());
  }

  /** The fields that an object has. */
  static FieldSet of(ObjectNode object, Schema schema) {
    Set<List<String>> paths = new LinkedHashSet<>();
    collect(object, schema, List.of(), paths);
    paths.remove(List.of());
    return new FieldSet(paths).where(path -> !ignored(path));
  }

  /** What the server itself writes, and what names the object, belongs to nobody. */
  private static boolean ignored(List<String> path) {
    String first = path.getFirst();
    if (first.equals("f:apiVersion") || first.equals("f:kind")) {
      return true;
    }
    return first.equals("f:metadata")
        && (path.size() == 1
            || !Set.of("f:labels", "f:annotations", "f:finalizers", "f:ownerReferences")
                .contains(path.get(1)));
  }

  private static void collect(
      JsonNode value, Schema schema, List<String> path, Set<List<String>> into) {
    if (value instanceof ObjectNode object && !object.isEmpty() && !schema.atomicMap()) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        collect(
            field.getValue(),
            schema.childOrAnything(field.getKey()),
            plus(path, "f:" + field.getKey()),
            into);
      }
    } else if (value instanceof ArrayNode array && !array.isEmpty() && schema.listMap()) {
      for (JsonNode item : array) {
        List<String> here = plus(path, "k:" + Json.text(schema.keyOf(item)));
        into.add(here);
        collect(item, schema.items(), here, into);
      }
    } else if (value instanceof ArrayNode array && !array.isEmpty() && schema.listSet()) {
      array.forEach(item -> into.add(plus(path, "v:" + Json.text(item))));
    } else {
      into.add(path);
    }
  }

  private static List<String> plus(List<String> path, String step) {
    List<String> longer = new ArrayList<>(path);
    longer.add(step);
    return List.copyOf(longer);
  }

  static FieldSet fromJson(JsonNode fields) {
    Set<List<String>> paths = new LinkedHashSet<>();
    read(fields, List.of(), paths);
    return new FieldSet(paths);
  }

  private static void read(JsonNode node, List<String> path, Set<List<String>> into) {
    if (node.isEmpty() && !path.isEmpty()) {
      into.add(path);
    }
    for (Map.Entry<String, JsonNode> child : node.properties()) {
      if (child.getKey().equals(SELF)) {
        into.add(path);
      } else {
        read(child.getValue(), plus(path, child.getKey()), into);
      }
    }
  }

  ObjectNode toJson() {
    ObjectNode root = Json.object();
    List<List<String>> ordered =
        paths.stream()
            .sorted((one, other) -> String.join("\n", one).compareTo(String.join("\n", other)))
            .toList();
    for (List<String> path : ordered) {
      ObjectNode node = root;
      for (String step : path) {
        node = node.has(step) ? (ObjectNode) node.get(step) : node.putObject(step);
      }
    }
    for (List<String> path : ordered) {
      JsonNode node = root;
      for (String step : path) {
        node = node.path(step);
      }
      if (!node.isEmpty()) {
        ((ObjectNode) node).putObject(SELF);
      }
    }
    return root;
  }

  boolean isEmpty() {
    return paths.isEmpty();
  }

  boolean has(List<String> path) {
    return paths.contains(path);
  }

  /** True if the path or anything beneath it is in the set. */
  boolean hasUnder(List<String> path) {
    return paths.stream()
        .anyMatch(one -> one.size() >= path.size() && one.subList(0, path.size()).equals(path));
  }

  FieldSet plus(FieldSet other) {
    Set<List<String>> union = new LinkedHashSet<>(paths);
    union.addAll(other.paths);
    return new FieldSet(union);
  }

  FieldSet minus(Collection<List<String>> others) {
    return where(path -> !others.contains(path));
  }

  FieldSet minus(FieldSet other) {
    return minus(other.paths);
  }

  FieldSet where(Predicate<List<String>> wanted) {
    return new FieldSet(paths.stream().filter(wanted).collect(Collectors.toUnmodifiableSet()));
  }

  /** A path as messages show it: {@code .status.conditions[type="Ready"].status}. */
  static String words(List<String> path) {
    StringBuilder words = new StringBuilder();
    for (String step : path) {
      if (step.startsWith("f:")) {
        words.append('.').append(step.substring(2));
      } else if (step.startsWith("k:")) {
        String keys =
            Json.read(step.substring(2)).properties().stream()
                .map(key -> key.getKey() + "=" + key.getValue())
                .collect(Collectors.joining(","));
        words.append('[').append(keys).append(']');
      } else {
        words.append('[').append(step.substring(2)).append(']');
      }
    }
    return words.toString();
  }
}
