package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** Reads, merges and removes what a path of a {@link FieldSet} names. */
final class Fields {
  private Fields() {}

  /** The value at a path; missing if there is none. */
  static JsonNode at(JsonNode root, List<String> path) {
    JsonNode node = root;
    for (String step : path) {
      node = step.startsWith("f:") ? node.path(step.substring(2)) : item(node, step);
    }
    return node;
  }

  private static JsonNode item(JsonNode list, String step) {
    int index = index(list, step);
    return index < 0 ? MissingNode.getInstance() : list.get(index);
  }

  private static int index(JsonNode list, String step) {
    JsonNode wanted = Json.read("[" + step.substring(2) + "]").get(0);
    for (int i = 0; i < list.size(); i++) {
      JsonNode item = list.get(i);
      boolean same =
          step.startsWith("v:")
              ? item.equals(wanted)
              : wanted.properties().stream()
                  .allMatch(key ->
                      item.path(key.getKey()).equals(key.getValue())
                          || (key.getValue().isNull() && !item.has(key.getKey())));
      if (same) {
        return i;
      }
    }
    return -1;
  }

  /** Removes what a path names, and the containers that are empty without it. */
  static void remove(JsonNode root, List<String> path) {
    JsonNode parent = at(root, path.subList(0, path.size() - 1));
    String step = path.getLast();
    if (parent instanceof ObjectNode object && step.startsWith("f:")) {
      object.remove(step.substring(2));
    } else if (parent instanceof ArrayNode array) {
      int index = index(array, step);
      if (index >= 0) {
        array.remove(index);
      }
    }
    if (parent.isContainerNode() && parent.isEmpty() && path.size() > 2) {
      remove(root, path.subList(0, path.size() - 1));
    }
  }

  /** The live value with an applied one laid over it. */
  static JsonNode merge(JsonNode live, JsonNode applied, Schema schema) {
    if (applied instanceof ObjectNode fields && !schema.atomicMap()) {
      ObjectNode merged = live instanceof ObjectNode is ? is.deepCopy() : Json.object();
      for (Map.Entry<String, JsonNode> field : fields.properties()) {
        Schema child = schema.childOrAnything(field.getKey());
        merged.set(field.getKey(), merge(live.path(field.getKey()), field.getValue(), child));
      }
      return merged;
    }
    if (applied instanceof ArrayNode items && (schema.listMap() || schema.listSet())) {
      return mergeItems(live, items, schema);
    }
    return applied.deepCopy();
  }

  private static ArrayNode mergeItems(JsonNode live, ArrayNode applied, Schema schema) {
    ArrayNode merged = live instanceof ArrayNode is ? is.deepCopy() : applied.arrayNode();
    for (JsonNode item : applied) {
      String step =
          schema.listSet() ? "v:" + Json.text(item) : "k:" + Json.text(schema.keyOf(item));
      int index = index(merged, step);
      if (index < 0) {
        merged.add(item.deepCopy());
      } else if (schema.listMap()) {
        merged.set(index, merge(merged.get(index), item, schema.items()));
      }
    }
    return merged;
  }
}
