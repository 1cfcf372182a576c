package dev.loadline.operator.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every object that a released CRD accepts, the present one accepts with the same meaning: an
 * upgrade leaves stored objects and manifests in Git as they are.
 */
class CrdCompatibilityTest {
  private static final Path CRDS = Path.of("../crds");
  private static final Path RELEASED = CRDS.resolve("released");
  private static final List<String> KINDS =
      List.of("loadtests.loadline.dev.yaml", "loadtestruns.loadline.dev.yaml");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Breaks that are meant, word for word, and why nobody is hurt by them. */
  private static final Map<String, String> MEANT = Map.of();

  static Stream<Path> releases() throws IOException {
    try (Stream<Path> folders = Files.list(RELEASED)) {
      List<Path> releases = folders.filter(Files::isDirectory).sorted().toList();
      assertThat(releases).isNotEmpty();
      return releases.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("releases")
  void presentCrdsBreakNothingThatWasReleased(Path release) throws IOException {
    List<String> breaks = new ArrayList<>();
    for (String kind : KINDS) {
      breaks.addAll(
          CrdCompatibility.breaks(read(release.resolve(kind)), read(CRDS.resolve(kind))).stream()
              .map(found -> kind.replaceFirst("\\..*", " ") + found)
              .toList());
    }
    assertThat(breaks)
        .as("what breaks for users of %s; what is meant stands in MEANT", release.getFileName())
        .containsExactlyInAnyOrderElementsOf(MEANT.keySet());
  }

  /**
   * A change of the released LoadTest CRD and what must be said of it; nothing if it is harmless.
   */
  record Change(String name, Consumer<Crd> made, String said) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Change> breaks() {
    return Stream.of(
        new Change(
            "group",
            crd -> crd.at("/spec").put("group", "other.dev"),
            "/spec/group \"loadline.dev\" is now \"other.dev\""),
        new Change(
            "scope",
            crd -> crd.at("/spec").put("scope", "Cluster"),
            "/spec/scope \"Namespaced\" is now \"Cluster\""),
        new Change(
            "kind",
            crd -> crd.at("/spec/names").put("kind", "Test"),
            "/spec/names/kind \"LoadTest\" is now \"Test\""),
        new Change(
            "short name",
            crd -> crd.at("/spec/names").remove("shortNames"),
            "/spec/names/shortNames: lt is gone"),
        new Change(
            "category",
            crd -> crd.at("/spec/names").putArray("categories").add("other"),
            "/spec/names/categories: loadline is gone"),
        new Change(
            "version", crd -> crd.version().put("name", "v1beta1"), "version v1alpha1 is gone"),
        new Change(
            "served", crd -> crd.version().put("served", false), "v1alpha1 is no longer served"),
        new Change(
            "storage", crd -> crd.version().put("storage", false), "v1alpha1 is no longer storage"),
        new Change(
            "subresource",
            crd -> crd.at("/spec/versions/0/subresources").remove("status"),
            "v1alpha1 subresource status is gone"),
        new Change("column", crd -> crd.columns().remove(0), "v1alpha1 column Schedule is gone"),
        new Change(
            "column's path",
            crd -> ((ObjectNode) crd.columns().get(0)).put("jsonPath", ".spec.cron"),
            "v1alpha1 column Schedule: jsonPath \".spec.schedule\" is now \".spec.cron\""),
        new Change(
            "column's type",
            crd -> ((ObjectNode) crd.columns().get(1)).put("type", "string"),
            "v1alpha1 column Suspend: type \"boolean\" is now \"string\""),
        new Change(
            "column's priority",
            crd -> ((ObjectNode) crd.columns().get(1)).put("priority", 1),
            "v1alpha1 column Suspend: priority 0 is now 1"),
        new Change(
            "removed field",
            crd -> crd.field("spec.lifecycle").without("properties", "ttlAfterFinished"),
            "v1alpha1 spec.lifecycle.ttlAfterFinished: the field is gone"),
        new Change(
            "renamed field of a status",
            crd -> crd.field("status").without("properties", "missedRuns"),
            "v1alpha1 status.missedRuns: the field is gone"),
        new Change(
            "removed object",
            crd -> crd.field("spec").without("properties", "runNow"),
            "v1alpha1 spec.runNow: the field is gone"),
        new Change(
            "type",
            crd -> crd.put("spec.suspend", "type", "string"),
            "v1alpha1 spec.suspend: type \"boolean\" is now \"string\""),
        new Change(
            "type in a list",
            crd -> crd.put("spec.load.sweep.users[]", "type", "string"),
            "v1alpha1 spec.load.sweep.users[]: type \"integer\" is now \"string\""),
        new Change(
            "integer or text",
            crd ->
                crd.field("spec.load.stages[].requestsPerSecond")
                    .drop("x-kubernetes-int-or-string"),
            "v1alpha1 spec.load.stages[].requestsPerSecond: x-kubernetes-int-or-string true is now"
                + " (none)"),
        new Change(
            "required field",
            crd -> crd.field("spec").require("schedule"),
            "v1alpha1 spec: field schedule is required now"),
        new Change(
            "required new field",
            crd -> crd.field("spec.load").property("fresh").field("spec.load").require("fresh"),
            "v1alpha1 spec.load: field fresh is required now"),
        new Change(
            "required list's item field",
            crd -> crd.field("spec.load.stages[]").require("users"),
            "v1alpha1 spec.load.stages[]: field users is required now"),
        new Change(
            "smaller maximum",
            crd -> crd.put("spec.failedRunsHistoryLimit", "maximum", 999),
            "v1alpha1 spec.failedRunsHistoryLimit: maximum 1000 is now 999"),
        new Change(
            "new maximum",
            crd -> crd.put("status.missedRuns", "maximum", 9),
            "v1alpha1 status.missedRuns: maximum (none) is now 9"),
        new Change(
            "larger minimum",
            crd -> crd.put("spec.failedRunsHistoryLimit", "minimum", 1),
            "v1alpha1 spec.failedRunsHistoryLimit: minimum 0 is now 1"),
        new Change(
            "shorter text",
            crd -> crd.put("spec.timeZone", "maxLength", 5),
            "v1alpha1 spec.timeZone: maxLength 64 is now 5"),
        new Change(
            "longer text",
            crd -> crd.put("spec.timeZone", "minLength", 5),
            "v1alpha1 spec.timeZone: minLength 1 is now 5"),
        new Change(
            "fewer items",
            crd -> crd.put("spec.load.stages", "maxItems", 10),
            "v1alpha1 spec.load.stages: maxItems 20 is now 10"),
        new Change(
            "more items",
            crd -> crd.put("spec.load.stages", "minItems", 2),
            "v1alpha1 spec.load.stages: minItems 1 is now 2"),
        new Change(
            "fewer entries",
            crd -> crd.put("spec.runner.labels", "maxProperties", 1),
            "v1alpha1 spec.runner.labels: maxProperties 32 is now 1"),
        new Change(
            "values of a map",
            crd -> crd.put("spec.runner.labels.*", "maxLength", 10),
            "v1alpha1 spec.runner.labels.*: maxLength 63 is now 10"),
        new Change(
            "map that takes anything",
            crd -> crd.field("spec.runner.labels").schema().put("additionalProperties", true),
            "v1alpha1 spec.runner.labels: additionalProperties {"),
        new Change(
            "new pattern",
            crd -> crd.put("spec.runNow.token", "pattern", "^a$"),
            "v1alpha1 spec.runNow.token: pattern "),
        new Change(
            "changed pattern",
            crd -> crd.put("spec.startingDeadline", "pattern", "^[0-9]+s$"),
            "v1alpha1 spec.startingDeadline: pattern "),
        new Change(
            "removed choice",
            crd -> crd.put("spec.concurrencyPolicy", "pattern", "^(Forbid|Allow)$"),
            "v1alpha1 spec.concurrencyPolicy: of the choices [Forbid, Allow, Replace] only [Forbid,"
                + " Allow] are left"),
        new Change(
            "enum",
            crd -> crd.field("spec.concurrencyPolicy").schema().putArray("enum").add("Forbid"),
            "v1alpha1 spec.concurrencyPolicy: enum (none) is now [\"Forbid\"]"),
        new Change(
            "format",
            crd -> crd.put("spec.timeZone", "format", "date"),
            "v1alpha1 spec.timeZone: format (none) is now \"date\""),
        new Change(
            "changed default",
            crd -> crd.put("spec.startingDeadline", "default", "1m"),
            "v1alpha1 spec.startingDeadline: default \"10m\" is now \"1m\""),
        new Change(
            "removed default",
            crd -> crd.field("spec.startingDeadline").drop("default"),
            "v1alpha1 spec.startingDeadline: default \"10m\" is now (none)"),
        new Change(
            "new default",
            crd -> crd.put("spec.schedule", "default", "@daily"),
            "v1alpha1 spec.schedule: default (none) is now \"@daily\""),
        new Change(
            "list's type",
            crd -> crd.put("spec.load.stages", "x-kubernetes-list-type", "atomic"),
            "v1alpha1 spec.load.stages: x-kubernetes-list-type \"map\" is now \"atomic\""),
        new Change(
            "list's key",
            crd ->
                crd.field("spec.load.stages")
                    .schema()
                    .putArray("x-kubernetes-list-map-keys")
                    .add("users"),
            "v1alpha1 spec.load.stages: x-kubernetes-list-map-keys [\"name\"] is now [\"users\"]"),
        new Change(
            "unknown fields",
            crd ->
                crd.field("spec.workload.synthetic.inputTokens")
                    .drop("x-kubernetes-preserve-unknown-fields"),
            "v1alpha1 spec.workload.synthetic.inputTokens: unknown fields are no longer kept"),
        new Change(
            "schema for what was free",
            crd -> crd.field("spec.workload.synthetic.inputTokens").property("fresh"),
            "v1alpha1 spec.workload.synthetic.inputTokens: field fresh could hold anything and has"
                + " a schema now"),
        new Change(
            "new rule",
            crd -> crd.field("spec").rule("has(self.schedule)"),
            "v1alpha1 spec: there is a new rule: has(self.schedule)"),
        new Change(
            "new rule over the object",
            crd -> crd.field("").rule("self.metadata.name.size() <= 30"),
            "v1alpha1 (the object): there is a new rule: self.metadata.name.size() <= 30"),
        new Change(
            "new rule of an old field",
            crd -> crd.field("spec").rule("!has(self.schedule) || false"),
            "v1alpha1 spec: there is a new rule: !has(self.schedule) || false"),
        new Change(
            "new rule of a new field with a default",
            crd ->
                crd.field("spec")
                    .property("fresh")
                    .put("spec.fresh", "default", "a")
                    .field("spec")
                    .rule("!has(self.fresh) || has(self.schedule)"),
            "v1alpha1 spec: there is a new rule: !has(self.fresh) || has(self.schedule)"),
        new Change(
            "changed rule",
            crd ->
                ((ObjectNode) crd.field("spec.target").schema().at("/x-kubernetes-validations/0"))
                    .put("rule", "has(self.url)"),
            "v1alpha1 spec.target: there is a new rule: has(self.url)"),
        new Change(
            "alternatives",
            crd ->
                crd.field("spec.timeZone")
                    .schema()
                    .putArray("anyOf")
                    .addObject()
                    .put("maxLength", 1),
            "v1alpha1 spec.timeZone: anyOf (none) is now [{\"maxLength\":1}]"),
        new Change(
            "keyword that nobody compares",
            crd -> crd.put("spec.suspend", "x-kubernetes-else", true),
            "v1alpha1 spec.suspend: x-kubernetes-else (none) is now true"));
  }

  @ParameterizedTest
  @MethodSource("breaks")
  void findsEachKindOfBreak(Change change) throws IOException {
    assertThat(saidOf(change)).singleElement().asString().startsWith(change.said());
  }

  static Stream<Change> harmless() {
    return Stream.of(
        new Change("nothing", crd -> {}, ""),
        new Change("new field", crd -> crd.field("spec").property("fresh"), ""),
        new Change(
            "new field with a default",
            crd -> crd.field("spec").property("fresh").put("spec.fresh", "default", "a"),
            ""),
        new Change(
            "new rule of a new field",
            crd ->
                crd.field("spec")
                    .property("fresh")
                    .field("spec")
                    .rule("!has(self.fresh) || has(self.schedule)"),
            ""),
        new Change(
            "required field with a default", crd -> crd.field("spec").require("timeZone"), ""),
        new Change(
            "field that need not be there any more", crd -> crd.field("spec").drop("required"), ""),
        new Change(
            "larger maximum", crd -> crd.put("spec.failedRunsHistoryLimit", "maximum", 1001), ""),
        new Change(
            "smaller minimum", crd -> crd.put("spec.failedRunsHistoryLimit", "minimum", -1), ""),
        new Change("no bound", crd -> crd.field("spec.load.stages").drop("maxItems"), ""),
        new Change("no pattern", crd -> crd.field("spec.startingDeadline").drop("pattern"), ""),
        new Change(
            "new choice",
            crd -> crd.put("spec.concurrencyPolicy", "pattern", "^(Forbid|Allow|Replace|Queue)$"),
            ""),
        new Change(
            "rule that is gone",
            crd -> crd.field("spec.target").drop("x-kubernetes-validations"),
            ""),
        new Change("other words", crd -> crd.put("spec.schedule", "description", "When."), ""),
        new Change("new column", crd -> crd.columns().addObject().put("name", "More"), ""),
        new Change(
            "new short name",
            crd -> ((ArrayNode) crd.at("/spec/names").get("shortNames")).add("lts"),
            ""),
        new Change(
            "new version",
            crd -> ((ArrayNode) crd.at("/spec").get("versions")).addObject().put("name", "v1beta1"),
            ""));
  }

  @ParameterizedTest
  @MethodSource("harmless")
  void letsTheSchemaGrow(Change change) throws IOException {
    assertThat(saidOf(change)).isEmpty();
  }

  @Test
  void tellsEveryBreakAtOnce() throws IOException {
    Change several =
        new Change(
            "several",
            crd ->
                crd.put("spec.suspend", "type", "string")
                    .put("status.active", "maxItems", 1)
                    .at("/spec")
                    .put("scope", "Cluster"),
            "");
    assertThat(saidOf(several)).hasSize(3);
  }

  private static List<String> saidOf(Change change) throws IOException {
    JsonNode released = read(RELEASED.resolve("0.1.0").resolve(KINDS.getFirst()));
    Crd changed = new Crd(released.deepCopy(), "");
    change.made().accept(changed);
    return CrdCompatibility.breaks(released, changed.whole());
  }

  private static ObjectNode read(Path file) throws IOException {
    return Serialization.unmarshal(Files.readString(file), ObjectNode.class);
  }

  /** A CRD to be changed, at one of its fields. */
  record Crd(ObjectNode whole, String path) {
    ObjectNode at(String pointer) {
      return (ObjectNode) whole.at(pointer);
    }

    ObjectNode version() {
      return at("/spec/versions/0");
    }

    ArrayNode columns() {
      return (ArrayNode) version().get("additionalPrinterColumns");
    }

    Crd field(String name) {
      return new Crd(whole, name);
    }

    /** The schema of this field. */
    ObjectNode schema() {
      JsonNode schema = version().at("/schema/openAPIV3Schema");
      for (String name : path.replace("[]", ".[]").split("\\.", -1)) {
        schema =
            switch (name) {
              case "" -> schema;
              case "[]" -> schema.path("items");
              case "*" -> schema.path("additionalProperties");
              default -> schema.path("properties").path(name);
            };
      }
      return (ObjectNode) schema;
    }

    Crd put(String field, String keyword, Object value) {
      field(field).schema().set(keyword, JSON.valueToTree(value));
      return this;
    }

    Crd drop(String keyword) {
      schema().remove(keyword);
      return this;
    }

    Crd without(String keyword, String name) {
      ((ObjectNode) schema().get(keyword)).remove(name);
      return this;
    }

    Crd property(String name) {
      schema().withObjectProperty("properties").putObject(name).put("type", "string");
      return this;
    }

    Crd require(String name) {
      schema().withArrayProperty("required").add(name);
      return this;
    }

    Crd rule(String rule) {
      schema().withArrayProperty("x-kubernetes-validations").addObject().put("rule", rule);
      return this;
    }
  }
}
