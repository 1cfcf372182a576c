package dev.loadline.operator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ChartValuesTest {
  /** Objects whose keys belong to somebody else: Kubernetes or a parent chart. */
  private static final Set<String> FOREIGN =
      Set.of("global", "nodeAffinity", "podAffinity", "podAntiAffinity");

  @Test
  void chartIsFreeOfLint() {
    LintResult result = new Helm(Chart.FOLDER).lint().strict().call();

    assertThat(result.isFailed()).as(String.join("\n", result.getMessages())).isFalse();
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of("replicas", Map.of("replicas", -1)),
        Arguments.of("replicas", Map.of("replicas", "two")),
        Arguments.of("repositry", Map.of("image.repositry", "x")),
        Arguments.of("tagg", Map.of("runner.image.tagg", "1")),
        Arguments.of("instal", Map.of("crds.instal", false)),
        Arguments.of("request", Map.of("caps.request", 1)),
        Arguments.of("requests", Map.of("caps.requests", 0)),
        Arguments.of("outputTokens", Map.of("caps.outputTokens", "many")),
        Arguments.of("runnerPodTime", Map.of("caps.runnerPodTime", "2 hours")),
        Arguments.of("enable", Map.of("metrics.serviceMonitor.enable", true)),
        Arguments.of("serviceMonitors", Map.of("metrics.serviceMonitors.enabled", true)),
        Arguments.of("mode", Map.of("watch.mode", "Some")),
        Arguments.of("namespaces", Map.of("watch.mode", "Namespaces")),
        Arguments.of("namespaces", Map.of("watch.namespaces[0]", "perf")),
        Arguments.of("pullPolicy", Map.of("image.pullPolicy", "Sometimes")),
        Arguments.of("efect", Map.of("tolerations[0].efect", "NoSchedule")),
        Arguments.of("memory", Map.of("resources.memory", "1Gi")),
        Arguments.of("install", Map.of("crds.install", "maybe")),
        Arguments.of("repository", Map.of("image.repository", "loadline/operator:1.0")),
        Arguments.of("repository", Map.of("runner.image.repository", "")),
        Arguments.of("cpu", Map.of("resources.requests.cpu", "100 m")),
        Arguments.of("memory", Map.of("resources.limits.memory", "512MB")),
        Arguments.of("fullnameOverride", Map.of("fullnameOverride", "my.name")),
        Arguments.of("interval", Map.of("metrics.serviceMonitor.interval", "often")),
        Arguments.of("watch", Map.of("watch", "null")),
        Arguments.of("mode", Map.of("watch.mode", "null")),
        Arguments.of("runner", Map.of("runner", "null")),
        Arguments.of("serviceMonitor", Map.of("metrics.serviceMonitor", "null")));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void namesTheValueThatIsWrong(String name, Map<String, Object> values) {
    assertThatThrownBy(() -> Chart.text(values))
        .hasMessageContaining("values don't meet the specifications of the schema")
        .hasMessageContaining(name);
  }

  @Test
  void schemaRefusesUnknownNamesInEveryObject() throws IOException {
    JsonNode schema =
        new ObjectMapper().readTree(Chart.FOLDER.resolve("values.schema.json").toFile());

    assertThat(objects("values", schema).filter(at -> !at.isEmpty())).isEmpty();
  }

  /** Paths of objects that accept anything, empty strings for the others. */
  private static Stream<String> objects(String path, JsonNode node) {
    boolean open =
        "object".equals(node.path("type").asText())
            && !FOREIGN.contains(path.substring(path.lastIndexOf('.') + 1))
            && !node.path("additionalProperties").isObject()
            && node.path("additionalProperties").asBoolean(true);
    return Stream.concat(
        Stream.of(open ? path : ""),
        node.properties().stream()
            .flatMap(entry -> objects(path + "." + entry.getKey(), entry.getValue())));
  }
}
