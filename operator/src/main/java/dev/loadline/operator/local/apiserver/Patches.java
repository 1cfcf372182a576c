package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.JsonPatch;
import io.fabric8.zjsonpatch.JsonPatchException;
import java.util.Map;

/** JSON patch (RFC 6902) and JSON merge patch (RFC 7396). */
final class Patches {
  private Patches() {}

  static ObjectNode json(JsonNode operations, ObjectNode live) {
    try {
      JsonNode patched = JsonPatch.apply(operations, live.deepCopy());
      if (patched instanceof ObjectNode object) {
        return object;
      }
      throw Refusal.badRequest("the JSON patch leaves no object");
    } catch (JsonPatchException broken) {
      throw Refusal.unsupported(422, "the JSON patch does not fit: " + broken.getMessage());
    }
  }

  /** Also stands for a strategic merge patch: lists are replaced as a whole. */
  static ObjectNode merge(JsonNode patch, ObjectNode live) {
    if (!(patch instanceof ObjectNode fields)) {
      throw Refusal.badRequest("a merge patch is an object");
    }
    ObjectNode merged = live.deepCopy();
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      JsonNode value = field.getValue();
      if (value.isNull()) {
        merged.remove(field.getKey());
      } else if (value.isObject()) {
        JsonNode before = merged.path(field.getKey());
        merged.set(
            field.getKey(), merge(value, before instanceof ObjectNode is ? is : Json.object()));
      } else {
        merged.set(field.getKey(), value.deepCopy());
      }
    }
    return merged;
  }
}
