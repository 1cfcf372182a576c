package dev.loadline.operator.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.plan.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of the CRDs' schemas everywhere: keys of lists, bounds, columns. */
class CrdSchemaTest {

  @Test
  void keysEveryListThatSeveralMayWriteTo() {
    assertThat(lists(CrdSource.of(LoadTest.class)))
        .containsEntry("spec.load.stages", "name")
        .containsEntry("spec.objectives", "name")
        .containsEntry("spec.target.headers", "name")
        .containsEntry("spec.runner.env", "name")
        .containsEntry("status.conditions", "type")
        .containsEntry("status.active", "set")
        .doesNotContainValue("");
    assertThat(lists(CrdSource.of(LoadTestRun.class)))
        .containsEntry("spec.test.load.stages", "name")
        .containsEntry("status.conditions", "type")
        .containsEntry("status.stages", "name")
        .containsEntry("status.objectives", "name")
        .containsEntry("status.attempts", "number")
        .containsEntry("status.validity", "check")
        .containsEntry("status.stages[].errors", "class")
        .doesNotContainValue("");
  }

  private static Map<String, String> lists(ObjectNode crd) {
    Map<String, String> lists = new TreeMap<>();
    for (Field field : fields(crd)) {
      if (field.schema().path("type").asText().equals("array")) {
        String type = field.schema().path("x-kubernetes-list-type").asText();
        lists.put(
            field.path(),
            type.equals("map")
                ? field.schema().at("/x-kubernetes-list-map-keys/0").asText()
                : type);
      }
    }
    return lists;
  }

  @ParameterizedTest
  @ValueSource(classes = {LoadTest.class, LoadTestRun.class})
  void boundsEveryListMapAndTextOfASpec(
      Class<? extends io.fabric8.kubernetes.client.CustomResource<?, ?>> kind) {
    List<Field> spec =
        fields(CrdSource.of(kind)).stream().filter(is -> is.path().startsWith("spec")).toList();
    assertThat(spec).hasSizeGreaterThan(100);
    assertThat(spec.stream().filter(is -> !bounded(is.schema())).map(Field::path)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(classes = {LoadTest.class, LoadTestRun.class})
  void everyPatternOfASpecHasWords(
      Class<? extends io.fabric8.kubernetes.client.CustomResource<?, ?>> kind) {
    List<String> patterns =
        fields(CrdSource.of(kind)).stream()
            .map(is -> is.schema().path("pattern").asText())
            .filter(is -> !is.isEmpty())
            .toList();
    assertThat(patterns)
        .hasSizeGreaterThan(20)
        .allMatch(is -> Syntax.of(is).isPresent() || !Syntax.choices(is).isEmpty());
  }

  @Test
  void describesEveryFieldOfItsOwn() {
    for (ObjectNode crd : List.of(CrdSource.of(LoadTest.class), CrdSource.of(LoadTestRun.class))) {
      assertThat(
              fields(crd).stream()
                  .filter(is -> !is.path().matches(".*(affinity|conditions|[*]|\\[]).*"))
                  .filter(is -> is.schema().path("description").asText().isBlank())
                  .map(Field::path))
          .isEmpty();
    }
  }

  @Test
  void boundsTheListOfActiveRuns() {
    assertThat(
            CrdSource.of(LoadTest.class)
                .at("/spec/versions/0/schema/openAPIV3Schema/properties/status/properties/active")
                .path("maxItems")
                .asInt())
        .isEqualTo(LoadTestStatus.MOST_ACTIVE);
  }

  private static boolean bounded(JsonNode schema) {
    boolean text = schema.path("type").asText().equals("string");
    boolean list = schema.path("type").asText().equals("array");
    boolean choice = schema.path("x-kubernetes-int-or-string").asBoolean();
    boolean anything = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
    return (!anything || schema.has("maxProperties"))
        && (!(text || choice) || schema.has("maxLength"))
        && (!list || schema.has("maxItems"))
        && (!schema.has("additionalProperties") || schema.has("maxProperties"));
  }

  /** A field of a schema by its path. */
  private record Field(String path, JsonNode schema) {}

  private static List<Field> fields(ObjectNode crd) {
    List<Field> fields = new ArrayList<>();
    JsonNode top = crd.at("/spec/versions/0/schema/openAPIV3Schema/properties");
    collect("spec", top.get("spec"), fields);
    collect("status", top.get("status"), fields);
    return fields;
  }

  private static void collect(String path, JsonNode schema, List<Field> fields) {
    fields.add(new Field(path, schema));
    schema
        .path("properties")
        .properties()
        .forEach(child -> collect(path + "." + child.getKey(), child.getValue(), fields));
    if (schema.has("items")) {
      collect(path + "[]", schema.get("items"), fields);
    }
    if (schema.path("additionalProperties").isObject()) {
      collect(path + ".*", schema.get("additionalProperties"), fields);
    }
  }

  @Test
  void showsTheColumnsInTheirOrder() {
    assertThat(columns(CrdSource.of(LoadTest.class)))
        .containsExactly(
            "Schedule",
            "Suspend",
            "Last Run",
            "Verdict",
            "TTFT-P95",
            "TPOT-P95",
            "TPS",
            "Next",
            "Age",
            "Ready",
            "Missed",
            "Last Missed");
    assertThat(columns(CrdSource.of(LoadTestRun.class)))
        .containsExactly(
            "Test",
            "Phase",
            "Verdict",
            "Reqs",
            "Err",
            "TTFT-P50",
            "TTFT-P95",
            "TPS",
            "Reason",
            "Age",
            "Admitted",
            "Runners",
            "Limit",
            "Failure");
  }

  private static List<String> columns(ObjectNode crd) {
    return crd.at("/spec/versions/0/additionalPrinterColumns").findValuesAsText("name");
  }
}
