package dev.loadline.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.kube.Leadership;
import dev.loadline.operator.plan.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class OperatorConfigTest {

  @Test
  void hasADefaultForEverything() {
    OperatorConfig config = valid(Map.of("PATH", "/bin"));
    assertThat(config.namespaces()).isEmpty();
    assertThat(config.runner().image()).isEqualTo("loadline/runner:" + OperatorConfig.VERSION);
    assertThat(config.runner().imagePullPolicy()).isEqualTo("IfNotPresent");
    assertThat(config.runner().imagePullSecrets()).isEmpty();
    assertThat(config.runner().gpuNodeLabels())
        .containsExactly("nvidia.com/gpu.present", "amd.com/gpu.present");
    assertThat(config.management().getPort()).isEqualTo(8080);
    assertThat(config.caps()).isEqualTo(Limits.NONE);
    assertThat(config.lease()).isEmpty();
  }

  @Test
  void everyProcessIsAnotherHolderOfTheLease() {
    Map<String, String> environment =
        Map.of("LOADLINE_LEASE", "loadline-system/loadline", "LOADLINE_POD_NAME", "loadline-7d-x");
    Leadership.Settings lease = valid(environment).lease().orElseThrow();
    assertThat(lease.namespace()).isEqualTo("loadline-system");
    assertThat(lease.name()).isEqualTo("loadline");
    assertThat(lease.holder()).matches("loadline-7d-x_[0-9a-f-]{36}");
    assertThat(valid(environment).lease().orElseThrow().holder()).isNotEqualTo(lease.holder());
  }

  @Test
  void readsEverySetting() {
    OperatorConfig config =
        valid(
            Map.of(
                "LOADLINE_NAMESPACES", "perf, models,perf",
                "LOADLINE_RUNNER_IMAGE", "registry.example:5000/runner@sha256:0a1b",
                "LOADLINE_RUNNER_IMAGE_PULL_POLICY", "Always",
                "LOADLINE_RUNNER_IMAGE_PULL_SECRETS", "one,two",
                "LOADLINE_GPU_NODE_LABELS", "gpu.example/present,accelerator",
                "LOADLINE_MAX_REQUESTS", "100000",
                "LOADLINE_MAX_OUTPUT_TOKENS", "20000000",
                "LOADLINE_MAX_RUNNER_POD_TIME", "1h30m",
                "LOADLINE_MANAGEMENT_PORT", "9090",
                "LOADLINE_LOG_FORMAT", "text"));
    assertThat(config.namespaces()).containsExactlyInAnyOrder("perf", "models");
    assertThat(config.runner().image()).isEqualTo("registry.example:5000/runner@sha256:0a1b");
    assertThat(config.runner().imagePullPolicy()).isEqualTo("Always");
    assertThat(config.runner().imagePullSecrets()).containsExactly("one", "two");
    assertThat(config.runner().gpuNodeLabels())
        .containsExactly("gpu.example/present", "accelerator");
    assertThat(config.caps())
        .isEqualTo(
            new Limits(
                OptionalLong.of(100_000),
                OptionalLong.of(20_000_000),
                Optional.of(Duration.ofMinutes(90))));
    assertThat(config.management().getPort()).isEqualTo(9090);
  }

  @Test
  void takesAnEmptyVariableForAnAbsentOne() {
    assertThat(valid(Map.of("LOADLINE_RUNNER_IMAGE", " ", "LOADLINE_NAMESPACES", "")))
        .isEqualTo(valid(Map.of()));
  }

  @Test
  void refusesNamesItDoesNotKnowAndEverythingElseAtOnce() {
    OperatorConfig.Parsed parsed =
        OperatorConfig.parse(
            Map.of(
                "LOADLINE_NAMESPACE", "perf",
                "LOADLINE_NAMESPACES", "Perf_1",
                "LOADLINE_RUNNER_IMAGE", "a b",
                "LOADLINE_RUNNER_IMAGE_PULL_POLICY", "Sometimes",
                "LOADLINE_GPU_NODE_LABELS", "a=b",
                "LOADLINE_MANAGEMENT_PORT", "70000",
                "LOADLINE_LEASE", "loadline",
                "LOADLINE_POD_NAME", "a_b",
                "LOADLINE_LOG_FORMAT", "xml"));
    assertThat(parsed).isInstanceOf(OperatorConfig.Parsed.Refused.class);
    List<String> problems = ((OperatorConfig.Parsed.Refused) parsed).problems();
    assertThat(problems).hasSize(9);
    assertThat(problems.getFirst()).startsWith("LOADLINE_NAMESPACE: there is no such setting");
    assertThat(String.join("\n", problems))
        .contains(
            "'Perf_1'", "'a b'", "'Sometimes'", "'a=b'", "'70000'", "'loadline'", "'a_b'", "'xml'");
  }

  @Test
  void refusesCapsAboveWhatALimitMayBe() {
    OperatorConfig.Parsed parsed =
        OperatorConfig.parse(
            Map.of(
                "LOADLINE_MAX_REQUESTS", "5000000000",
                "LOADLINE_MAX_OUTPUT_TOKENS", "1000000000001",
                "LOADLINE_MAX_RUNNER_POD_TIME", "721h"));
    assertThat(parsed).isInstanceOf(OperatorConfig.Parsed.Refused.class);
    assertThat(((OperatorConfig.Parsed.Refused) parsed).problems())
        .containsExactlyInAnyOrder(
            "LOADLINE_MAX_REQUESTS: '5000000000' is not a whole number from 1 to 1000000000",
            "LOADLINE_MAX_OUTPUT_TOKENS: '1000000000001' is not a whole number from 1 to"
                + " 1000000000000",
            "LOADLINE_MAX_RUNNER_POD_TIME: '721h' is not a duration above 15s and of at most 30"
                + " days (720h), such as 30m");
  }

  @Test
  void refusesCapsThatNoRunCouldKeep() {
    OperatorConfig.Parsed parsed =
        OperatorConfig.parse(
            Map.of(
                "LOADLINE_MAX_REQUESTS", "0",
                "LOADLINE_MAX_OUTPUT_TOKENS", "1e6",
                "LOADLINE_MAX_RUNNER_POD_TIME", "15s"));
    assertThat(parsed).isInstanceOf(OperatorConfig.Parsed.Refused.class);
    assertThat(String.join("\n", ((OperatorConfig.Parsed.Refused) parsed).problems()))
        .contains("LOADLINE_MAX_REQUESTS: '0'", "LOADLINE_MAX_OUTPUT_TOKENS: '1e6'", "'15s'");
  }

  @Test
  void endsWithBadConfigurationAndNamesTheVariable() throws InterruptedException {
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int code =
        new OperatorCommand(
                Map.of("LOADLINE_TYPO", "1"), new PrintStream(errors, true, StandardCharsets.UTF_8))
            .call();
    assertThat(code).isEqualTo(64);
    assertThat(errors.toString(StandardCharsets.UTF_8)).contains("LOADLINE_TYPO");
  }

  @Test
  void knowsItsOwnVersion() throws IOException {
    assertThat(Files.readString(Path.of("pom.xml")))
        .contains("<version>" + OperatorConfig.VERSION + "</version>");
  }

  private static OperatorConfig valid(Map<String, String> environment) {
    OperatorConfig.Parsed parsed = OperatorConfig.parse(environment);
    assertThat(parsed).isInstanceOf(OperatorConfig.Parsed.Valid.class);
    return ((OperatorConfig.Parsed.Valid) parsed).config();
  }
}
