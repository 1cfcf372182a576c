package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.api.LoadTestRunStatus.StageStatus;
import dev.loadline.operator.plan.TestPlan;
import dev.loadline.operator.run.Conclusion;
import dev.loadline.operator.run.Reason;
import dev.loadline.operator.verdict.TargetEndpoints.Observation;
import dev.loadline.runner.contract.RunResult;
import dev.loadline.runner.contract.RunResult.ErrorCount;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.StageResult;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A status of the largest spec stays small, and says what it lacks. */
class StatusSizeTest {
  private static final Instant NOW = Instant.parse("2026-11-24T02:00:00Z");
  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  @Test
  void theLargestSpecFitsAndSaysWhatWasLeftOut() {
    LoadTestRunStatus status = status(20, 32, List.of("ttfb and connect"), 10);
    assertThat(StatusSize.bytes(status)).isLessThan(32 * 1024);
    assertThat(status.stages()).hasSize(20);
    assertThat(status.objectives()).hasSize(32);
    assertThat(status.stages())
        .allSatisfy(stage -> {
          assertThat(stage.latencyMicros())
              .containsKeys("ttft", "ttftScheduled", "tpot", "e2eScheduled");
          assertThat(stage.latencyMicros()).doesNotContainKeys("ttfb", "maxGap", "itl");
          assertThat(stage.errors()).isNotEmpty().allMatch(error -> error.example() == null);
        });
    assertThat(LocalCluster.condition(status.conditions(), "ResultsCollected").getMessage())
        .contains("3 answers were no streams")
        .contains("the runner left out what did not fit: ttfb and connect")
        .contains(
            "left out of the status to keep it small: confidence intervals, examples of errors")
        .contains("ttftFirstChunk");
  }

  @Test
  void aUsualSpecKeepsEverything() {
    LoadTestRunStatus status = status(2, 3, List.of());
    assertThat(status.stages())
        .allSatisfy(stage -> {
          assertThat(stage.latencyMicros()).hasSize(Metric.values().length);
          assertThat(stage.latencyMicros().get("ttft").intervals().p95())
              .containsExactly(21_223_456L, 21_245_678L);
          assertThat(stage.arrivals().gapVariation()).isEqualTo("0.998");
          assertThat(stage.lengths().input().mean()).isEqualTo("128.3");
          assertThat(stage.errors()).allMatch(error -> error.example() != null);
        });
    assertThat(LocalCluster.condition(status.conditions(), "ResultsCollected").getMessage())
        .doesNotContain("left out");
  }

  @Test
  void theColumnsCountTheErrorsOfAllStages() {
    LoadTestRunStatus status = status(2, 1, List.of());
    assertThat(status.stages()).extracting(StageStatus::errorRate).containsExactly("0", "0.2");
    assertThat(status.summary().requests()).isEqualTo("2000000");
    assertThat(status.summary().errorRate()).isEqualTo("10%");
  }

  private static LoadTestRunStatus status(int stages, int objectives, List<String> omitted) {
    return status(stages, objectives, omitted, 1);
  }

  private static LoadTestRunStatus status(
      int stages, int objectives, List<String> omitted, int attempts) {
    LoadTestRun run = YAML.unmarshal(yaml(stages, objectives), LoadTestRun.class);
    TestPlan.Parsed parsed = TestPlan.parse(run.getSpec().test(), "default");
    assertThat(parsed).isInstanceOf(TestPlan.Parsed.Valid.class);
    TestPlan plan = ((TestPlan.Parsed.Valid) parsed).plan();
    Optional<Results> results =
        Optional.of(
            Results.of(
                plan.load(),
                plan.objectives(),
                result(stages, omitted),
                new Observation.NotCompared("no Service")));
    Conclusion conclusion =
        new Conclusion(
            Conclusion.End.Completed,
            Reason.Measured,
            "all stages ran",
            Optional.of("pod"),
            Optional.of(0),
            results.map(Results::result));
    RunStatus status = new RunStatus(run, NOW);
    status.describes(plan);
    status.admitted(plan.limits(), NOW);
    for (int attempt = 1; attempt < attempts; attempt++) {
      status.started(job("largest-a" + attempt), NOW, NOW);
      status.attemptEnded(Reason.TargetUnreachable, "€".repeat(400));
    }
    new RunVerdict(status.conditions()).record(conclusion, results);
    status.concluded(conclusion, RunVerdict.of(conclusion, results), results);
    status.finished();
    LoadTestRunStatus built = status.build();
    assertThat(YAML.convertValue(built, JsonNode.class).path("stages").size()).isEqualTo(stages);
    return built;
  }

  private static Job job(String name) {
    return new JobBuilder()
        .withNewMetadata()
        .withName(name)
        .withUid("6f9d6f1e-5b1e-4f5c-9d9e-0a1b2c3d4e5f")
        .withCreationTimestamp(NOW.toString())
        .endMetadata()
        .build();
  }

  private static String yaml(int stages, int objectives) {
    Function<Integer, String> stage =
        i ->
            "{name: %s, requestsPerSecond: \"123.45\", arrival: Constant, duration: 10m}"
                .formatted(name(i));
    Function<Integer, String> objective =
        i -> "{name: %s, metric: ttftScheduled, statistic: p99, max: 1234ms}".formatted(name(i));
    return """
    apiVersion: loadline.dev/v1alpha1
    kind: LoadTestRun
    metadata: {name: largest, namespace: default, uid: u, generation: 1}
    spec:
      test:
        target: {url: "http://a-host-with-a-long-name.example:8000/v1"}
        workload: {synthetic: {inputTokens: 128, outputTokens: 32}}
        load: {stages: [%s]}
        objectives: [%s]
    """
        .formatted(listed(stages, stage), listed(objectives, objective));
  }

  private static String listed(int count, Function<Integer, String> item) {
    return IntStream.range(0, count).boxed().map(item).collect(Collectors.joining(", "));
  }

  private static String name(int i) {
    return "a-name-as-long-as-one-may-ever-be-of-" + (100 + i);
  }

  private static RunResult result(int stages, List<String> omitted) {
    return new RunResult(
        RunResult.VERSION,
        RunResult.Outcome.MEASURED,
        Optional.empty(),
        Optional.empty(),
        Optional.of(
            new RunResult.TargetFacts(
                "m".repeat(200), "vLLM", Optional.of("0.32.0"), Optional.empty())),
        OptionalLong.of(NOW.toEpochMilli()),
        NOW.toEpochMilli(),
        IntStream.range(0, stages).mapToObj(i -> stage(i, i == 0 ? 0 : 200_000)).toList(),
        new RunResult.Generator(
            1,
            OptionalLong.of(100),
            OptionalLong.empty(),
            0,
            OptionalLong.empty(),
            OptionalDouble.of(0.1),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalInt.of(0),
            0,
            false),
        Optional.empty(),
        Optional.empty(),
        omitted);
  }

  private static StageResult stage(int i, long failed) {
    long completed = 1_000_000 - failed;
    return new StageResult(
        name(i),
        OptionalDouble.of(123.45),
        new StageResult.Window(NOW.toEpochMilli(), 600_000_000, true),
        new StageResult.Requests(1_000_000, completed, failed, 0, completed, i == 0 ? 3 : 0),
        new StageResult.Tokens(
            "Usage",
            OptionalLong.of(123_456_789),
            123_456_789,
            123_456_789,
            OptionalDouble.of(1.0625),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty(),
            OptionalLong.empty()),
        new StageResult.Lengths(Optional.of(LENGTH), Optional.of(LENGTH)),
        new StageResult.InWindow(
            1_000_000,
            completed,
            completed,
            OptionalLong.of(123_456_789),
            123_456_789,
            123_456_789,
            4_795_500_000L),
        Optional.of(
            new StageResult.Arrivals(
                new StageResult.ArrivalPattern(
                    1_000_000, OptionalDouble.of(0.998), Optional.of(BINS), Optional.of(BINS)),
                Optional.empty())),
        List.of("overload", "reset", "stream_error", "first_token_timeout").stream()
            .map(error -> new ErrorCount(error, 50_000, Optional.of("x".repeat(200))))
            .toList(),
        Arrays.stream(Metric.values()).collect(Collectors.toMap(m -> m, m -> LATENCY)),
        Map.of(),
        StageResult.Health.NONE);
  }

  private static final StageResult.Length LENGTH =
      new StageResult.Length(1_000_000, 128.25, 100, 128, 140, 150, 160);
  private static final StageResult.Dispersion BINS = new StageResult.Dispersion(1.002, 600);
  private static final Optional<RunResult.Interval> INTERVAL =
      Optional.of(new RunResult.Interval(21_223_456, 21_245_678));
  private static final RunResult.Intervals INTERVALS =
      new RunResult.Intervals(INTERVAL, INTERVAL, INTERVAL, INTERVAL);
  private static final Latency LATENCY =
      new Latency(
          1_000_000,
          21_234_567,
          21_234_567,
          21_234_567,
          21_234_567,
          21_234_567,
          212_345_678,
          0,
          INTERVALS);
}
