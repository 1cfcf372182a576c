package dev.loadline.operator.kube;

import static dev.loadline.operator.kube.LocalCluster.shown;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.loadline.operator.api.LimitsSpec;
import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.plan.Limits;
import dev.loadline.runner.contract.Environment;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the operator allows no run to exceed. */
class CapsApiTest {
  private static final Limits CAPS =
      new Limits(OptionalLong.of(1000), OptionalLong.empty(), Optional.of(Duration.ofMinutes(10)));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "requests: 1001 | spec.limits.requests: 1001 is above the cap of 1000",
        "runnerPodTime: 11m | spec.limits.runnerPodTime: 11m is above the cap of 10m",
        "requests: 2000, runnerPodTime: 1h | 2000 is above the cap of 1000; spec.limits.runner",
      })
  void testThatMaySpendMoreIsRefusedBeforeItRunsUntilItIsMended(String limits, String words) {
    try (LocalCluster cluster = capped(CAPS)) {
      cluster.createTest("chat", "runNow: {token: first}\nlimits: {" + limits + "}");
      LoadTest test =
          cluster.awaitTest(
              "chat",
              is ->
                  shown(is.getStatus().conditions(), TestCondition.Ready)
                      .equals("False/CapExceeded"));
      assertThat(LocalCluster.condition(test.getStatus().conditions(), "Ready").getMessage())
          .contains(words);
      assertThat(cluster.events("LoadTest")).contains("CapExceeded");
      assertThat(cluster.runs()).isEmpty();

      cluster.changeTest(
          "chat",
          mended -> {
            mended.withObject("/spec").remove("limits");
            return mended;
          });

      cluster.awaitRun(run -> run.getStatus().attempts() != null);
    }
  }

  @Test
  void runThatMaySpendMoreIsRefusedAtOnce() {
    try (LocalCluster cluster = capped(CAPS)) {
      cluster.createRun("guest", "limits: {requests: 5000}");
      LoadTestRunStatus status = cluster.awaitFinished().getStatus();
      assertThat(shown(status.conditions(), RunCondition.Admitted)).isEqualTo("False/CapExceeded");
      assertThat(LocalCluster.condition(status.conditions(), "Admitted").getMessage())
          .isEqualTo("spec.limits.requests: 5000 is above the cap of 1000");
      assertThat(status.phase()).isEqualTo("Failed");
      assertThat(status.verdict()).isEqualTo("None");
      assertThat(status.startTime()).isNull();
      assertThat(status.limits()).isNull();
      assertThat(cluster.jobsMade()).isZero();
    }
  }

  @Test
  void capIsTheLimitOfARunThatStatesNoneAndIsKeptThroughARestart() throws IOException {
    try (LocalCluster cluster = capped(CAPS)) {
      cluster.createRun("guest", "limits: {requests: 10}");
      LoadTestRunStatus status =
          cluster.awaitRun(run -> run.getStatus().attempts() != null).getStatus();
      assertThat(status.limits()).isEqualTo(new LimitsSpec(10L, null, "10m"));
      assertThat(
              cluster.list("batch/v1", "Job").getFirst().at("/spec/activeDeadlineSeconds").asInt())
          .as("startup deadline, cap and a minute")
          .isLessThanOrEqualTo((15 + 10 + 1) * 60);
      assertThat(plan(cluster).path("limits").toString())
          .isEqualTo("{\"requests\":10,\"runnerMillis\":600000}");

      cluster.stopOperator();
      cluster.caps = Limits.NONE;
      cluster.startOperator();
      cluster.sendLoad("guest-a1");

      assertThat(cluster.run().getStatus().limits()).isEqualTo(new LimitsSpec(10L, null, "10m"));
    }
  }

  @Test
  void capThatLeavesNoTimeForTheLoadIsNamed() {
    try (LocalCluster cluster =
        capped(
            new Limits(
                OptionalLong.empty(), OptionalLong.empty(), Optional.of(Duration.ofSeconds(16))))) {
      cluster.createRun("guest", "startingDeadline: 10m");
      assertThat(cluster.awaitFinished().getStatus().failure().message())
          .contains("spec.limits.runnerPodTime: the cap of 16s leaves no time for load");
    }
  }

  private static LocalCluster capped(Limits caps) {
    LocalCluster cluster = new LocalCluster();
    cluster.caps = caps;
    cluster.startOperator();
    return cluster;
  }

  /** What the load runner is told. */
  private static JsonNode plan(LocalCluster cluster) throws IOException {
    for (JsonNode variable :
        cluster.list("batch/v1", "Job").getFirst().at("/spec/template/spec/containers/0/env")) {
      if (variable.path("name").asText().equals(Environment.PLAN)) {
        return new ObjectMapper().readTree(variable.path("value").asText());
      }
    }
    throw new AssertionError("the Job has no plan");
  }
}
