package dev.loadline.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.Environment;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.Workload;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RunPlansTest {

  @Test
  void tellsTheRunnerEverythingOfThePlanAndNothingSecret() {
    assertThat(SpecText.full().plan().runPlan("nightly-1", "nonce"))
        .isEqualTo(
            new RunPlan(
                RunPlan.VERSION,
                "nightly-1",
                "nonce",
                new RunPlan.Target(
                    "https://vllm.models.svc:8443/api/v2",
                    Optional.of("gemma"),
                    "Completions",
                    "TensorRT-LLM",
                    Optional.of(Environment.API_KEY),
                    List.of(
                        new RunPlan.Header("X-Tenant", Environment.HEADER_PREFIX + 0, true),
                        new RunPlan.Header("X-Api-Key", Environment.HEADER_PREFIX + 1, false)),
                    true,
                    Optional.of(SpecText.CERTIFICATE),
                    Optional.of("vllm.internal"),
                    Optional.of(
                        new RunPlan.ClientCertificate(
                            Environment.CLIENT_CERTIFICATE, Environment.CLIENT_KEY)),
                    30_000),
                new Workload(
                    new Workload.Content.Synthetic(
                        new Distribution.Normal(512.5, 128, 64, 2048),
                        new Distribution.Fixed(256),
                        32,
                        4),
                    Optional.empty(),
                    false,
                    7),
                new RunPlan.Load(
                    10_000,
                    20_000,
                    "PerRequest",
                    List.of(
                        new RunPlan.Stage(
                            "normal",
                            new RunPlan.Shape.Closed(
                                16, OptionalInt.empty(), new Distribution.Fixed(250)),
                            new RunPlan.End.After(300_000)),
                        new RunPlan.Stage(
                            "peak",
                            new RunPlan.Shape.Open("4.5", Optional.empty(), "Constant", 1),
                            new RunPlan.End.Requests(1000)),
                        new RunPlan.Stage(
                            "whole",
                            new RunPlan.Shape.Open("3", Optional.empty(), "Poisson", 1),
                            new RunPlan.End.After(5_400_000)))),
                List.of(
                    new RunPlan.RequestBound("ttft", 800_000, Optional.empty()),
                    new RunPlan.RequestBound("ttftScheduled", 1_500_000, Optional.of("peak")),
                    new RunPlan.RequestBound("tpot", 20_500, Optional.of("normal"))),
                List.of(
                    new RunPlan.JudgedMetric("ttft", Optional.empty()),
                    new RunPlan.JudgedMetric("ttftScheduled", Optional.of("peak")),
                    new RunPlan.JudgedMetric("tpot", Optional.of("normal")),
                    new RunPlan.JudgedMetric("itl", Optional.empty())),
                new RunPlan.Limits(
                    OptionalLong.of(5_000),
                    OptionalLong.of(1_000_000),
                    OptionalLong.of(14_400_000))));
  }

  @Test
  void tellsTheRunnerOfRampsBurstsDrawnPausesAndADataset() {
    RunPlan plan = SpecText.shapes().plan().runPlan("once", "nonce");
    assertThat(plan.workload().content())
        .isEqualTo(
            new Workload.Content.Dataset(
                "chat.json",
                "ShareGPT",
                Optional.of(new Distribution.Lognormal(100, 200, 1, 1000))));
    assertThat(plan.workload().isolated()).isTrue();
    assertThat(plan.load().connectionReuse()).isEqualTo("Pooled");
    assertThat(plan.load().stages())
        .extracting(RunPlan.Stage::shape)
        .containsExactly(
            new RunPlan.Shape.Closed(32, OptionalInt.of(1), new Distribution.Fixed(0)),
            new RunPlan.Shape.Closed(
                4, OptionalInt.empty(), new Distribution.Exponential(1500, 0, 60_000)),
            new RunPlan.Shape.Open("9", Optional.of("0.5"), "Poisson", 1),
            new RunPlan.Shape.Open("2", Optional.empty(), "Gamma", 0.25));
  }

  @Test
  void makesAStageOfEachLevelOfASweep() {
    RunPlan plan = SpecText.sweep().plan().runPlan("once", "nonce");
    assertThat(plan.workload().turns())
        .contains(
            new Workload.Turns(
                new Distribution.Uniform(2, 6),
                Optional.of(new Distribution.Normal(50, 40, 1, 200)),
                new Distribution.Lognormal(2000, 1000, 100, 60_000)));
    assertThat(plan.load().connectionReuse()).isEqualTo("PerUser");
    assertThat(plan.load().stages()).containsExactly(level(1), level(4), level(16));
  }

  private static RunPlan.Stage level(int users) {
    return new RunPlan.Stage(
        "users-" + users,
        new RunPlan.Shape.Closed(users, OptionalInt.empty(), new Distribution.Fixed(10)),
        new RunPlan.End.Requests(100));
  }

  @Test
  void makesOneStageOfAReplay() {
    RunPlan plan = SpecText.replay().plan().runPlan("once", "nonce");
    assertThat(plan.workload().content())
        .isEqualTo(new Workload.Content.Trace("azure/code.csv", "Azure"));
    assertThat(plan.load().stages())
        .containsExactly(
            new RunPlan.Stage(
                "replay",
                new RunPlan.Shape.Replay(2.5, OptionalLong.of(500), OptionalLong.of(4_620_000)),
                new RunPlan.End.Trace()));
  }

  @Test
  void leavesToTheRunnerWhatTheSpecDoesNotSay() {
    RunPlan plan = SpecText.smallest().plan().runPlan("once", "nonce");
    assertThat(plan.target().model()).isEmpty();
    assertThat(plan.target().apiKeyVariable()).isEmpty();
    assertThat(plan.target().caBundle()).isEmpty();
    assertThat(plan.goodput()).isEmpty();
  }

  @Test
  void countsALowerBoundOrAnAverageOverRequestsAsNoBoundOfOneRequest() {
    List<RunPlan.RequestBound> bounds =
        SpecText.smallest()
            .with(
                "/objectives",
                "[{name: a, metric: ttft, statistic: p50, min: 1ms},"
                    + " {name: b, metric: itl, statistic: max, max: 1s},"
                    + " {name: c, metric: requestsPerSecond, max: \"5\"},"
                    + " {name: d, metric: e2e, statistic: mean, max: 2s, action: Report}]")
            .plan()
            .runPlan("once", "nonce")
            .goodput();
    assertThat(bounds)
        .containsExactly(new RunPlan.RequestBound("e2e", 2_000_000, Optional.empty()));
  }
}
