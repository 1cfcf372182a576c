package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A node of a structural schema as CRDs have it; reads the parts of it that the server heeds. */
record Schema(JsonNode raw) {
  static final Schema ANYTHING =
      new Schema(Json.object().put("x-kubernetes-preserve-unknown-fields", true));

  private static final Schema METADATA =
      read(
          """
          type: object
          properties:
            name: {type: string}
            namespace: {type: string}
            generateName: {type: string}
            labels: {type: object, additionalProperties: {type: string}}
            annotations: {type: object, additionalProperties: {type: string}}
            finalizers: {type: array, items: {type: string}, x-kubernetes-list-type: set}
            ownerReferences:
              type: array
              x-kubernetes-list-type: map
              x-kubernetes-list-map-keys: [uid]
              items: {type: object, x-kubernetes-preserve-unknown-fields: true}
            uid: {type: string}
            resourceVersion: {type: string}
            generation: {type: integer}
            creationTimestamp: {type: string}
            deletionTimestamp: {type: string}
            deletionGracePeriodSeconds: {type: integer}
            managedFields: {x-kubernetes-preserve-unknown-fields: true}
            selfLink: {type: string}
          """);

  private static final Schema SECRET =
      read("""
      type: object
      properties:
        type: {type: string}
        immutable: {type: boolean}
        data: {type: object, additionalProperties: {type: string}}
        stringData: {type: object, additionalProperties: {type: string}}
      """)
          .withMetadata();

  private static final Schema CONFIG_MAP =
      read("""
      type: object
      properties:
        immutable: {type: boolean}
        data: {type: object, additionalProperties: {type: string}}
        binaryData: {type: object, additionalProperties: {type: string}}
      """)
          .withMetadata();

  private static Schema read(String yaml) {
    return new Schema(Json.read(yaml));
  }

  /** Schema of a built-in kind: of those that users write; the others take anything. */
  static Schema ofBuiltIn(String kind) {
    return switch (kind) {
      case "Secret" -> SECRET;
      case "ConfigMap" -> CONFIG_MAP;
      default -> ANYTHING;
    };
  }

  /** A CEL rule. */
  record Rule(String expression, String message) {}

  /** The schema with {@code metadata} as every object has it. */
  Schema withMetadata() {
    ObjectNode properties = Json.object();
    properties.putObject("apiVersion").put("type", "string");
    properties.putObject("kind").put("type", "string");
    properties.set("metadata", METADATA.raw());
    raw.path("properties")
        .properties()
        .forEach(own -> properties.putIfAbsent(own.getKey(), own.getValue()));
    return new Schema(((ObjectNode) raw.deepCopy()).set("properties", properties));
  }

  String type() {
    return raw.path("type").asText();
  }

  /** Schema of a field: a property of this name, or what additional properties are. */
  Optional<Schema> child(String name) {
    JsonNode property = raw.path("properties").path(name);
    if (property.isObject()) {
      return Optional.of(new Schema(property));
    }
    JsonNode additional = raw.path("additionalProperties");
    return additional.isObject() ? Optional.of(new Schema(additional)) : Optional.empty();
  }

  Schema childOrAnything(String name) {
    return child(name).orElse(ANYTHING);
  }

  boolean declares(String name) {
    return raw.path("properties").has(name);
  }

  JsonNode properties() {
    return raw.path("properties");
  }

  Schema items() {
    return raw.path("items").isObject() ? new Schema(raw.path("items")) : ANYTHING;
  }

  boolean keepsUnknown() {
    return raw.path("x-kubernetes-preserve-unknown-fields").asBoolean()
        || raw.path("additionalProperties").asBoolean();
  }

  boolean takesObjects() {
    return !intOrString() && (type().isEmpty() || type().equals("object"));
  }

  boolean intOrString() {
    return raw.path("x-kubernetes-int-or-string").asBoolean();
  }

  boolean nullable() {
    return raw.path("nullable").asBoolean();
  }

  boolean listMap() {
    return raw.path("x-kubernetes-list-type").asText().equals("map");
  }

  boolean listSet() {
    return raw.path("x-kubernetes-list-type").asText().equals("set");
  }

  boolean atomicMap() {
    return raw.path("x-kubernetes-map-type").asText().equals("atomic");
  }

  List<String> keys() {
    List<String> keys = new ArrayList<>();
    raw.path("x-kubernetes-list-map-keys").forEach(key -> keys.add(key.asText()));
    return keys;
  }

  /** The keys of an item of a list map. */
  ObjectNode keyOf(JsonNode item) {
    ObjectNode key = Json.object();
    keys().stream()
        .sorted()
        .forEach(name -> {
          JsonNode value = item.path(name);
          JsonNode standard = items().childOrAnything(name).raw().path("default");
          key.set(name, value.isMissingNode() ? standard.deepCopy() : value);
        });
    return key;
  }

  List<Rule> rules() {
    List<Rule> rules = new ArrayList<>();
    raw.path("x-kubernetes-validations")
        .forEach(rule -> {
          String expression = rule.path("rule").asText();
          String otherwise = "failed rule: " + expression;
          rules.add(new Rule(expression, rule.path("message").asText(otherwise)));
        });
    return rules;
  }
}
