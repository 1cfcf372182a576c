package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Objects as the rows that {@code kubectl get} prints. */
final class Tables {
  private static final Pattern STEP =
      Pattern.compile(
          "\\.([A-Za-z0-9_-]+)|\\[(-?\\d+):?\\]|\\[\\?\\(@\\.(\\w+)==['\"](\\w+)['\"]\\)\\]");

  private final InstantSource clock;

  Tables(InstantSource clock) {
    this.clock = clock;
  }

  /** A {@code meta.k8s.io/v1} Table of these objects. */
  ObjectNode of(ResourceType type, List<ObjectNode> objects, String version, String include) {
    ObjectNode table = Json.object();
    table.put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
    table.putObject("metadata").put("resourceVersion", version);
    ArrayNode definitions = table.putArray("columnDefinitions");
    define(definitions, new Column("Name", "string", ".metadata.name", 0), "name");
    type.columns().forEach(column -> define(definitions, column, ""));
    ArrayNode rows = table.putArray("rows");
    for (ObjectNode object : objects) {
      ObjectNode row = rows.addObject();
      ArrayNode cells = row.putArray("cells");
      cells.add(object.path("metadata").path("name").asText());
      type.columns().forEach(column -> cells.add(cell(object, column)));
      if (include.equals("Object")) {
        row.set("object", object);
      } else if (!include.equals("None")) {
        ObjectNode partial = row.putObject("object");
        partial.put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
        partial.set("metadata", object.path("metadata"));
      }
    }
    return table;
  }

  private static void define(ArrayNode definitions, Column column, String format) {
    String type = column.type().equals("date") ? "string" : column.type();
    definitions
        .addObject()
        .put("name", column.name())
        .put("type", type)
        .put("format", format)
        .put("description", "")
        .put("priority", column.priority());
  }

  private JsonNode cell(ObjectNode object, Column column) {
    JsonNode value = at(object, column.path());
    if (value.isMissingNode() || value.isNull()) {
      return Json.object().nullNode();
    }
    if (column.type().equals("date")) {
      return Json.object().textNode(age(value.asText()));
    }
    return value.isValueNode() ? value : Json.object().textNode(value.toString());
  }

  private String age(String instant) {
    try {
      return Ages.words(Duration.between(Instant.parse(instant), clock.instant()));
    } catch (DateTimeParseException notAnInstant) {
      return "<unknown>";
    }
  }

  private static JsonNode at(JsonNode object, String path) {
    JsonNode node = object;
    Matcher step = STEP.matcher(path);
    while (step.find()) {
      if (step.group(1) != null) {
        node = node.path(step.group(1));
      } else if (step.group(2) != null) {
        int index = Integer.parseInt(step.group(2));
        node = node.path(index < 0 ? node.size() + index : index);
      } else {
        node = matching(node, step.group(3), step.group(4));
      }
    }
    return node;
  }

  private static JsonNode matching(JsonNode list, String field, String value) {
    for (JsonNode item : list) {
      if (item.path(field).asText().equals(value)) {
        return item;
      }
    }
    return list.path("absent");
  }
}
