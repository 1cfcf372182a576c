package dev.loadline.operator.local.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerSideApplyTest {
  private static final String TESTS = "/apis/loadline.dev/v1alpha1/namespaces/default/loadtests/";
  private static final String MAPS = "/api/v1/namespaces/default/configmaps/";
  private static final String APPLY = "application/apply-patch+yaml";

  private final ServerFixture fixture = new ServerFixture();

  @AfterEach
  void stop() {
    fixture.close();
  }

  private JsonNode apply(String path, String manager, String yaml) throws Exception {
    HttpResponse<String> answer = tried(path, manager, yaml);
    assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
    return Json.read(answer.body());
  }

  private HttpResponse<String> tried(String path, String manager, String yaml) throws Exception {
    return fixture.send("PATCH", path + "?fieldManager=" + manager, APPLY, yaml);
  }

  private static String map(String data) {
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {" + data + "}\n";
  }

  @Test
  void createsWhatIsNotThere() throws Exception {
    JsonNode made = apply(TESTS + "nightly", "kubectl", ServerFixture.yaml("nightly"));
    assertThat(made.path("metadata").path("uid").asText()).isNotBlank();
    assertThat(made.at("/spec/timeZone").asText()).isEqualTo("Etc/UTC");
    JsonNode owner = made.at("/metadata/managedFields/0");
    assertThat(owner.path("operation").asText()).isEqualTo("Apply");
    assertThat(owner.at("/fieldsV1/f:spec/f:load/f:stages").has("k:{\"name\":\"one\"}")).isTrue();
    assertThat(owner.at("/fieldsV1/f:spec").has("f:timeZone")).isFalse();
  }

  @Test
  void removesWhatItsOwnerNoLongerSays() throws Exception {
    apply(MAPS + "m", "one", map("a: '1', b: '2'"));
    JsonNode after = apply(MAPS + "m", "one", map("a: '1'"));
    assertThat(after.path("data")).isEqualTo(Json.object().put("a", "1"));
  }

  @Test
  void keepsWhatAnotherOwnsToo() throws Exception {
    apply(MAPS + "m", "one", map("a: '1', b: '2'"));
    apply(MAPS + "m", "two", map("b: '2'"));
    JsonNode after = apply(MAPS + "m", "one", map("a: '1'"));
    assertThat(after.path("data").path("b").asText()).isEqualTo("2");
  }

  @Test
  void aFieldThatSomebodyElseOwnsIsAConflictUnlessTakenByForce() throws Exception {
    apply(MAPS + "m", "one", map("a: '1'"));
    HttpResponse<String> refused = tried(MAPS + "m", "two", map("a: '9'"));
    assertThat(refused.statusCode()).isEqualTo(409);
    JsonNode status = Json.read(refused.body());
    assertThat(status.path("message").asText()).contains("conflict with \"one\": .data.a");
    assertThat(status.at("/details/causes/0/reason").asText()).isEqualTo("FieldManagerConflict");
    JsonNode taken = apply(MAPS + "m", "two&force=true", map("a: '9'"));
    assertThat(taken.at("/data/a").asText()).isEqualTo("9");
    JsonNode after = apply(MAPS + "m", "one", map("c: '3'"));
    assertThat(after.at("/data/a").asText()).as("one owns it no longer").isEqualTo("9");
  }

  @Test
  void aPlainUpdateTakesFieldsOver() throws Exception {
    apply(MAPS + "m", "one", map("a: '1', b: '2'"));
    fixture
        .client
        .configMaps()
        .withName("m")
        .edit(map -> {
          map.getData().put("a", "5");
          return map;
        });
    assertThat(tried(MAPS + "m", "one", map("a: '1'")).statusCode()).isEqualTo(409);
  }

  @Test
  void mergesListsByTheirKeys() throws Exception {
    apply(TESTS + "nightly", "kubectl", ServerFixture.yaml("nightly"));
    apply(TESTS + "nightly/status", "one", status("{type: Ready, status: 'True'}"));
    apply(TESTS + "nightly/status", "two", status("{type: Active, status: 'False'}"));
    JsonNode both =
        apply(TESTS + "nightly/status", "one", status("{type: Ready, status: 'False'}"));
    assertThat(statuses(both)).containsExactly("Ready=False", "Active=False");
    JsonNode rest = apply(TESTS + "nightly/status", "one", status(""));
    assertThat(statuses(rest)).containsExactly("Active=False");
  }

  private static String status(String conditions) {
    return "apiVersion: loadline.dev/v1alpha1\nkind: LoadTest\nmetadata: {name: nightly}\n"
        + "spec: {schedule: ignored}\nstatus: {conditions: ["
        + conditions
        + "]}\n";
  }

  private static List<String> statuses(JsonNode object) {
    List<String> statuses = new ArrayList<>();
    object
        .at("/status/conditions")
        .forEach(condition ->
            statuses.add(
                condition.path("type").asText() + "=" + condition.path("status").asText()));
    return statuses;
  }

  @Test
  void theStatusPathChangesNothingButTheStatus() throws Exception {
    apply(TESTS + "nightly", "kubectl", ServerFixture.yaml("nightly"));
    JsonNode after =
        apply(TESTS + "nightly/status", "one", status("{type: Ready, status: 'True'}"));
    assertThat(after.at("/spec/schedule").asText()).isEqualTo("0 2 * * *");
    assertThat(after.at("/metadata/generation").asInt()).isEqualTo(1);
    assertThat(tried(TESTS + "missing/status", "one", status("")).statusCode()).isEqualTo(404);
  }

  @Test
  void theSameAgainChangesNothing() throws Exception {
    JsonNode first = apply(TESTS + "nightly", "kubectl", ServerFixture.yaml("nightly"));
    JsonNode second = apply(TESTS + "nightly", "kubectl", ServerFixture.yaml("nightly"));
    assertThat(second).isEqualTo(first);
  }
}
