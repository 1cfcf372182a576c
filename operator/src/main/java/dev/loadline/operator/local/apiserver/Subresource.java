package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Which part of an object a path may change. */
final class Subresource {
  private static final String STATUS = "status";
  private static final String METADATA = "metadata";

  private Subresource() {}

  /** The live object with the part that the request may change. */
  static ObjectNode combined(
      ResourceType type, String subresource, ObjectNode live, ObjectNode next) {
    if (subresource.equals(STATUS)) {
      ObjectNode whole = live.deepCopy();
      copy(next, whole, STATUS);
      return whole;
    }
    ObjectNode whole = next.deepCopy();
    if (type.status()) {
      copy(live, whole, STATUS);
    }
    whole.put("apiVersion", type.apiVersion()).put("kind", type.kind());
    ObjectNode metadata = whole.withObject("/metadata");
    ObjectNode before = (ObjectNode) live.get(METADATA);
    Resources.ownMetadata().forEach(name -> copy(before, metadata, name));
    List.of("name", "namespace").forEach(name -> copy(before, metadata, name));
    return whole;
  }

  private static void copy(ObjectNode from, ObjectNode to, String name) {
    JsonNode value = from.path(name);
    if (value.isMissingNode()) {
      to.remove(name);
    } else {
      to.set(name, value.deepCopy());
    }
  }

  /** True if anything differs but metadata and status. */
  static boolean specDiffers(ObjectNode one, ObjectNode other) {
    return !one.deepCopy()
        .without(List.of(METADATA, STATUS))
        .equals(other.deepCopy().without(List.of(METADATA, STATUS)));
  }
}
