package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes out of an object what its schema does not know, and fills in the defaults. */
final class SchemaFill {
  private SchemaFill() {}

  /**
   * A field that the schema does not know.
   *
   * @param field its path
   * @param parent path of the object that has it
   * @param known names of the fields that the object can have
   */
  record Unknown(String field, String parent, List<String> known) {
    Unknown {
      known = List.copyOf(known);
    }
  }

  /** Removes unknown fields. */
  static List<Unknown> prune(ObjectNode object, Schema schema) {
    List<Unknown> unknown = new ArrayList<>();
    prune("", object, schema, unknown);
    return unknown;
  }

  private static void prune(String path, JsonNode value, Schema schema, List<Unknown> unknown) {
    if (value instanceof ObjectNode object && schema.takesObjects()) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        Optional<Schema> child = schema.child(name);
        if (child.isPresent()) {
          prune(Paths.field(path, name), object.path(name), child.get(), unknown);
        } else if (!schema.keepsUnknown()) {
          List<String> known = new ArrayList<>();
          schema.properties().fieldNames().forEachRemaining(known::add);
          unknown.add(new Unknown(Paths.field(path, name), path, known));
          object.remove(name);
        }
      }
    } else if (value instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        prune(Paths.item(path, i), array.get(i), schema.items(), unknown);
      }
    }
  }

  /** Fills in defaults; a null where null is not allowed counts as absent. */
  static void defaults(JsonNode value, Schema schema) {
    if (value instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> property : schema.properties().properties()) {
        Schema child = new Schema(property.getValue());
        if (object.path(property.getKey()).isNull() && !child.nullable()) {
          object.remove(property.getKey());
        }
        JsonNode standard = property.getValue().path("default");
        if (!object.has(property.getKey()) && !standard.isMissingNode()) {
          object.set(property.getKey(), standard.deepCopy());
        }
      }
      object
          .properties()
          .forEach(field -> defaults(field.getValue(), schema.childOrAnything(field.getKey())));
    } else if (value instanceof ArrayNode array) {
      array.forEach(item -> defaults(item, schema.items()));
    }
  }
}
