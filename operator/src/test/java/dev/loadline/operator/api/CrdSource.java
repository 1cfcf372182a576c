package dev.loadline.operator.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Generates the CRDs from the Java types and adds what annotations cannot say. */
final class CrdSource {
  /**
   * Lists that are maps by a key, wherever they stand: else server-side apply replaces them whole.
   */
  private static final Map<String, String> LIST_KEYS =
      Map.of(
          "conditions", "type",
          "objectives", "name",
          "stages", "name",
          "headers", "name",
          "env", "name",
          "attempts", "number",
          "errors", "class",
          "validity", "check",
          "imagePullSecrets", "name");

  private static final Set<String> SETS = Set.of("active");

  private static final int LONGEST_TEXT = 1024;
  private static final int MOST_ITEMS = 64;
  private static final int LARGEST_TOKENS = 10_000_000;
  private static final int MOST_TURNS = 1000;

  /** Numbers above 0, written as integers or as text, and the largest of each. */
  private static final Map<String, Integer> POSITIVE =
      Map.of("requestsPerSecond", 1_000_000, "from", 1_000_000, "burstiness", 1000, "speed", 1000);

  private static final List<String> BOUNDS =
      List.of(
          "x-kubernetes-validations",
          "pattern",
          "enum",
          "minimum",
          "maximum",
          "minLength",
          "maxLength",
          "minItems",
          "maxProperties");

  private CrdSource() {}

  /** The CRD of a kind. */
  static ObjectNode of(Class<? extends io.fabric8.kubernetes.client.CustomResource<?, ?>> kind) {
    try {
      Path folder = Files.createTempDirectory("crds");
      new CRDGenerator().customResourceClasses(kind).inOutputDir(folder.toFile()).generate();
      try (Stream<Path> files = Files.list(folder)) {
        Path file = files.findFirst().orElseThrow();
        ObjectNode crd = Serialization.unmarshal(Files.readString(file), ObjectNode.class);
        Files.delete(file);
        Files.delete(folder);
        finish(crd);
        columns(crd, kind);
        return crd;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void finish(ObjectNode crd) {
    ObjectNode spec = (ObjectNode) crd.get("spec");
    ((ObjectNode) spec.get("names")).putArray("categories").add("loadline");
    ObjectNode schema = (ObjectNode) spec.at("/versions/0/schema/openAPIV3Schema");
    ArrayNode required = schema.putArray("required");
    required.add("spec");
    walk("", schema);
    ObjectNode properties = (ObjectNode) schema.get("properties");
    bound((ObjectNode) properties.get("spec"));
    unbound((ObjectNode) properties.get("status"));
    describe(properties, "spec");
    describe(properties, "status");
  }

  /** The generator sorts columns by path; people read them in the order of the annotations. */
  private static void columns(ObjectNode crd, Class<?> kind) {
    ObjectNode version = (ObjectNode) crd.at("/spec/versions/0");
    JsonNode sorted = version.get("additionalPrinterColumns");
    ArrayNode columns = version.putArray("additionalPrinterColumns");
    for (AdditionalPrinterColumn wanted :
        kind.getAnnotationsByType(AdditionalPrinterColumn.class)) {
      for (JsonNode column : sorted) {
        if (column.get("name").asText().equals(wanted.name())) {
          columns.add(column);
        }
      }
    }
  }

  /** Kubernetes' own types, such as affinity, have no bounds; what a user writes needs some. */
  private static void bound(ObjectNode schema) {
    String type = schema.path("type").asText();
    boolean text = type.equals("string") || schema.path("x-kubernetes-int-or-string").asBoolean();
    if (text && !schema.has("maxLength")) {
      schema.put("maxLength", LONGEST_TEXT);
    }
    if (type.equals("array") && !schema.has("maxItems")) {
      schema.put("maxItems", MOST_ITEMS);
    }
    if (schema.has("additionalProperties") && !schema.has("maxProperties")) {
      schema.put("maxProperties", MOST_ITEMS);
    }
    schema.path("properties").forEach(child -> bound((ObjectNode) child));
    for (String child : new String[] {"items", "additionalProperties"}) {
      if (schema.get(child) instanceof ObjectNode object) {
        bound(object);
      }
    }
  }

  /**
   * Status fields are the operator's own: a bound protects nobody, and what breaks one could not be
   * said at all.
   */
  private static void unbound(ObjectNode schema) {
    schema.remove(BOUNDS);
    schema.path("properties").forEach(child -> unbound((ObjectNode) child));
    for (String child : new String[] {"items", "additionalProperties"}) {
      if (schema.get(child) instanceof ObjectNode object) {
        unbound(object);
      }
    }
  }

  private static void describe(ObjectNode properties, String name) {
    ((ObjectNode) properties.get(name))
        .put(
            "description", name.equals("spec") ? "What is wanted." : "What the operator observed.");
  }

  private static void walk(String name, ObjectNode schema) {
    String key = LIST_KEYS.get(name);
    if (schema.path("type").asText().equals("array")) {
      ObjectNode items = (ObjectNode) schema.get("items");
      if (key != null && items.path("properties").has(key)) {
        schema.put("x-kubernetes-list-type", "map");
        schema.putArray("x-kubernetes-list-map-keys").add(key);
        require(items, key);
      } else if (SETS.contains(name)) {
        schema.put("x-kubernetes-list-type", "set");
        schema.put("maxItems", LoadTestStatus.MOST_ACTIVE);
      } else {
        schema.put("x-kubernetes-list-type", "atomic");
      }
    }
    if (POSITIVE.containsKey(name)) {
      positive(name, schema);
    }
    if (name.equals("users") && schema.path("items") instanceof ObjectNode items) {
      items.put("minimum", 1).put("maximum", 100_000);
    }
    if (schema.at("/additionalProperties/x-kubernetes-int-or-string").asBoolean()) {
      ((ObjectNode) schema.get("additionalProperties"))
          .put("pattern", Api.QUANTITY)
          .put("minimum", 0)
          .put("maxLength", 32);
    }
    if (name.equals("labels") || name.equals("nodeSelector")) {
      ((ObjectNode) schema.get("additionalProperties"))
          .put("pattern", Api.LABEL_VALUE)
          .put("maxLength", 63);
    }
    if (schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      switch (name) {
        case "inputTokens", "outputTokens" ->
            DistributionSchema.whole(schema, LARGEST_TOKENS, "tokens");
        case "count" -> DistributionSchema.whole(schema, MOST_TURNS, "turns");
        case "thinkTime" -> DistributionSchema.time(schema);
        default -> throw new IllegalStateException("nothing bounds " + name);
      }
    }
    wholeNumbers(schema);
    JsonNode children = schema.get("properties");
    if (children instanceof ObjectNode object) {
      object.properties().forEach(entry -> walk(entry.getKey(), (ObjectNode) entry.getValue()));
    }
    for (String child : new String[] {"items", "additionalProperties"}) {
      if (schema.get(child) instanceof ObjectNode object) {
        walk("", object);
      }
    }
  }

  /**
   * Above 0 without CEL, whose cost estimate of an int-or-string is beyond the budget. A list has
   * such items.
   */
  private static void positive(String name, ObjectNode schema) {
    if (schema.path("type").asText().equals("array")) {
      positive(name, (ObjectNode) schema.get("items"));
    } else if (!schema.has("type")) {
      JsonNode description = schema.get("description");
      schema.removeAll();
      schema.put("x-kubernetes-int-or-string", true);
      schema.put("minimum", 1).put("maximum", POSITIVE.get(name));
      schema.put("maxLength", 20).put("pattern", Api.POSITIVE);
      if (description != null) {
        schema.set("description", description);
      }
    }
  }

  private static void require(ObjectNode items, String key) {
    ArrayNode required =
        items.get("required") instanceof ArrayNode array ? array : items.putArray("required");
    for (JsonNode name : required) {
      if (name.asText().equals(key)) {
        return;
      }
    }
    required.add(key);
  }

  /** The generator writes bounds as {@code 1.0}, defaults of numbers and booleans as text. */
  private static void wholeNumbers(ObjectNode schema) {
    for (String bound : new String[] {"minimum", "maximum"}) {
      if (schema.has(bound)) {
        schema.set(bound, LongNode.valueOf(schema.get(bound).asLong()));
      }
    }
    if (schema.has("default") && schema.get("default").isTextual()) {
      String text = schema.get("default").asText();
      switch (schema.path("type").asText()) {
        case "integer" -> schema.set("default", LongNode.valueOf(Long.parseLong(text)));
        case "boolean" ->
            schema.set("default", JsonNodeFactory.instance.booleanNode(Boolean.parseBoolean(text)));
        default -> {
          // Text stays text.
        }
      }
    }
  }

  /** Canonical YAML of a CRD. */
  static String yaml(ObjectNode crd) {
    return "# Generated from the Java types: mvn verify -Dgolden=write rewrites it.\n"
        + Serialization.asYaml(new ObjectMapper().convertValue(crd, Map.class))
            .replaceFirst("^---\n", "");
  }

  static int compactSize(ObjectNode crd) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      new ObjectMapper().writeValue(out, crd);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.size();
  }
}
