package dev.loadline.operator.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.OperatorConfig;
import dev.loadline.operator.plan.Limits;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ChartEnvironmentTest {
  private static OperatorConfig config(Map<String, Object> values) {
    Map<String, String> environment =
        Chart.one(Deployment.class, Chart.render(values))
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .getFirst()
            .getEnv()
            .stream()
            .collect(
                Collectors.toMap(
                    EnvVar::getName,
                    variable -> variable.getValue() == null ? "" : variable.getValue()));
    return switch (OperatorConfig.parse(environment)) {
      case OperatorConfig.Parsed.Valid valid -> valid.config();
      case OperatorConfig.Parsed.Refused refused ->
          throw new AssertionError(String.join("\n", refused.problems()));
    };
  }

  @Test
  void defaultValuesAreTheOperatorsOwnDefaults() {
    OperatorConfig config = config(Map.of());

    assertThat(config.namespaces()).isEmpty();
    assertThat(config.runner()).isEqualTo(OperatorConfig.local().runner());
    assertThat(config.caps()).isEqualTo(Limits.NONE);
  }

  @Test
  void capsAreWhatTheValuesSayInFull() {
    assertThat(
            config(
                    Map.of(
                        "caps.requests",
                        1_000_000_000,
                        "caps.outputTokens",
                        1_000_000_000_000L,
                        "caps.runnerPodTime",
                        "1h30m"))
                .caps())
        .isEqualTo(
            new Limits(
                OptionalLong.of(1_000_000_000),
                OptionalLong.of(1_000_000_000_000L),
                Optional.of(Duration.ofMinutes(90))));
    assertThat(config(Map.of("caps.requests", 5)).caps())
        .isEqualTo(new Limits(OptionalLong.of(5), OptionalLong.empty(), Optional.empty()));
  }

  @Test
  void severalOperatorsShareTheLeaseThatTheyHaveRightsTo() {
    assertThat(config(Map.of()).lease()).isEmpty();
    assertThat(config(Map.of("replicas", 2)).lease())
        .hasValueSatisfying(lease -> {
          assertThat(lease.namespace()).isEqualTo(Chart.NAMESPACE);
          assertThat(lease.name()).isEqualTo("loadline");
        });
  }

  @Test
  void operatorWatchesTheNamespacesThatItHasRightsIn() {
    assertThat(
            config(
                    Map.of(
                        "watch.mode", "Namespaces",
                        "watch.namespaces[0]", "perf",
                        "watch.namespaces[1]", "staging"))
                .namespaces())
        .containsExactlyInAnyOrder("perf", "staging");
    assertThat(config(Map.of("watch.mode", "Release")).namespaces())
        .containsExactly(Chart.NAMESPACE);
  }

  @Test
  void runnersGetWhatTheValuesSay() {
    OperatorConfig config =
        config(
            Map.of(
                "runner.image.repository", "registry.example/runner",
                "runner.image.tag", "1.2",
                "runner.image.pullPolicy", "Always",
                "runner.imagePullSecrets[0].name", "one",
                "runner.imagePullSecrets[1].name", "two",
                "runner.gpuNodeLabels[0]", "example.com/gpu"));

    assertThat(config.runner().image()).isEqualTo("registry.example/runner:1.2");
    assertThat(config.runner().imagePullPolicy()).isEqualTo("Always");
    assertThat(config.runner().imagePullSecrets()).containsExactly("one", "two");
    assertThat(config.runner().gpuNodeLabels()).containsExactly("example.com/gpu");
  }
}
