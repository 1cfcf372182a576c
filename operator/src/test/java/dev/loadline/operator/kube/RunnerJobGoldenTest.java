package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loadline.operator.api.Golden;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.chart.UnknownFields;
import dev.loadline.operator.plan.TestPlan;
import dev.loadline.runner.contract.Environment;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each folder: a run as the API server stored it, and the Job that is made of it. */
class RunnerJobGoldenTest {
  private static final Path FOLDERS = Path.of("src/test/resources/kube/jobs");
  private static final RunnerDefaults DEFAULTS =
      new RunnerDefaults(
          "loadline/runner:1.2.3",
          "IfNotPresent",
          List.of("registry"),
          List.of("nvidia.com/gpu.present", "amd.com/gpu.present"));

  private final KubernetesSerialization serialization = new KubernetesSerialization();

  static Stream<String> folders() throws IOException {
    try (Stream<Path> folders = Files.list(FOLDERS)) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream();
    }
  }

  /** A run's pods carry its Job's name and their index as hostname. */
  @Test
  void hasNamesThatFitWhateverTheRunsName() {
    assertThat(RunnerJob.name("a".repeat(57), 10) + "-0").hasSize(63);
  }

  @ParameterizedTest
  @MethodSource("folders")
  void makesTheJobOfARun(String folder) throws IOException {
    Job job = job(folder);
    Golden.check(FOLDERS.resolve(folder).resolve("out.yaml"), serialization.asYaml(job));
  }

  @ParameterizedTest
  @MethodSource("folders")
  void namesOnlyFieldsThatKubernetesHas(String folder) throws IOException {
    Job read = serialization.unmarshal(serialization.asYaml(job(folder)), Job.class);
    assertThat(UnknownFields.of(read)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("folders")
  void carriesThePlanButNoSecret(String folder) throws IOException {
    List<EnvVar> environment =
        job(folder).getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv();
    String plan =
        environment.stream()
            .filter(variable -> variable.getName().equals(Environment.PLAN))
            .findFirst()
            .orElseThrow()
            .getValue();
    JsonNode read = serialization.unmarshal(plan.replace("$$(", "$("), JsonNode.class);
    assertThat(read.path("run").asText()).isEqualTo("chat-202611240200");
    assertThat(environment)
        .filteredOn(variable -> variable.getName().equals(Environment.API_KEY))
        .allSatisfy(variable -> {
          assertThat(variable.getValue()).isNull();
          assertThat(variable.getValueFrom().getSecretKeyRef().getName()).isEqualTo("gateway-key");
        });
  }

  private Job job(String folder) throws IOException {
    LoadTestRun run =
        serialization.unmarshal(
            Files.readString(FOLDERS.resolve(folder).resolve("in.yaml")), LoadTestRun.class);
    TestPlan.Parsed parsed = TestPlan.parse(run.getSpec().test(), "perf");
    assertThat(parsed).isInstanceOf(TestPlan.Parsed.Valid.class);
    return new RunnerJob(DEFAULTS).of(((TestPlan.Parsed.Valid) parsed).plan(), run, 2);
  }
}
