package dev.loadline.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.loadline.operator.plan.Load.Arrival;
import dev.loadline.operator.plan.Load.End;
import dev.loadline.operator.plan.Load.Shape;
import dev.loadline.operator.plan.Objective.Action;
import dev.loadline.operator.plan.Objective.Bound;
import dev.loadline.operator.plan.Objective.FigureName;
import dev.loadline.operator.plan.Objective.Statistic;
import dev.loadline.operator.plan.Objective.Subject;
import dev.loadline.operator.plan.Target.KeyReference;
import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.Workload.Content;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanParserTest {

  @Test
  void fillsEveryDefault() {
    assertThat(SpecText.smallest().plan())
        .isEqualTo(
            new TestPlan(
                new Timing(
                    Optional.empty(),
                    ZoneId.of("Etc/UTC"),
                    Duration.ZERO,
                    Duration.ofMinutes(10),
                    Timing.ConcurrencyPolicy.Forbid,
                    false,
                    Optional.empty(),
                    10,
                    5),
                new Target(
                    "http://server:8000/v1",
                    Optional.empty(),
                    "Chat",
                    "Auto",
                    Optional.empty(),
                    List.of(),
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Duration.ofMinutes(5)),
                new Workload(
                    new dev.loadline.runner.contract.Workload(
                        new Content.Synthetic(
                            new Distribution.Fixed(128), new Distribution.Fixed(32), 0, 1),
                        Optional.empty(),
                        true,
                        0),
                    Optional.empty(),
                    Optional.empty()),
                new Load(
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(60),
                    Load.ConnectionReuse.Pooled,
                    List.of(
                        new Load.Stage(
                            "steady", closed(4, 0), new End.After(Duration.ofMinutes(1))))),
                List.of(),
                Limits.NONE,
                new Lifecycle(
                    Duration.ofMinutes(15),
                    Duration.ofSeconds(15 * 60 + 30 + 60 + 60 + 60),
                    3,
                    Optional.empty(),
                    Lifecycle.PodRetention.OnFailure)));
  }

  @Test
  void readsEveryFieldOfTiming() {
    Timing timing = SpecText.full().plan().timing();
    assertThat(timing.schedule()).isPresent();
    assertThat(timing.zone()).isEqualTo(ZoneId.of("Europe/Berlin"));
    assertThat(timing.scheduleJitter()).isEqualTo(Duration.ofMinutes(15));
    assertThat(timing.startingDeadline()).isEqualTo(Duration.ofMinutes(5));
    assertThat(timing.concurrencyPolicy()).isEqualTo(Timing.ConcurrencyPolicy.Replace);
    assertThat(timing.suspend()).isTrue();
    assertThat(timing.runNowToken()).contains("first");
    assertThat(timing.successfulRunsHistoryLimit()).isEqualTo(3);
    assertThat(timing.failedRunsHistoryLimit()).isZero();
  }

  @Test
  void readsEveryFieldOfTheTarget() {
    assertThat(SpecText.full().plan().target())
        .isEqualTo(
            new Target(
                "https://vllm.models.svc:8443/api/v2",
                Optional.of("gemma"),
                "Completions",
                "TensorRT-LLM",
                Optional.of(new KeyReference("gateway", "token")),
                List.of(
                    new Target.Header("X-Tenant", new Target.Value.Literal("perf")),
                    new Target.Header(
                        "X-Api-Key",
                        new Target.Value.FromSecret(new KeyReference("gateway", "other")))),
                true,
                Optional.of(SpecText.CERTIFICATE),
                Optional.of("vllm.internal"),
                Optional.of("client"),
                Duration.ofSeconds(30)));
  }

  @Test
  void readsEveryFieldOfWorkloadLoadAndLifecycle() {
    TestPlan plan = SpecText.full().plan();
    assertThat(plan.workload())
        .isEqualTo(
            new Workload(
                new dev.loadline.runner.contract.Workload(
                    new Content.Synthetic(
                        new Distribution.Normal(512.5, 128, 64, 2048),
                        new Distribution.Fixed(256),
                        32,
                        4),
                    Optional.empty(),
                    false,
                    7),
                Optional.empty(),
                Optional.empty()));
    assertThat(plan.load())
        .isEqualTo(
            new Load(
                Duration.ofSeconds(10),
                Duration.ofSeconds(20),
                Load.ConnectionReuse.PerRequest,
                List.of(
                    new Load.Stage("normal", closed(16, 250), new End.After(Duration.ofMinutes(5))),
                    new Load.Stage(
                        "peak",
                        open(new BigDecimal("4.5"), Arrival.Constant),
                        new End.Requests(1000)),
                    new Load.Stage(
                        "whole",
                        open(new BigDecimal("3"), Arrival.Poisson),
                        new End.After(Duration.ofMinutes(90))))));
    assertThat(plan.lifecycle())
        .isEqualTo(
            new Lifecycle(
                Duration.ofMinutes(2),
                Duration.ofHours(3),
                1,
                Optional.of(Duration.ofSeconds(60)),
                Lifecycle.PodRetention.Always));
  }

  @Test
  void readsEveryFormOfAnObjective() {
    assertThat(SpecText.full().plan().objectives())
        .containsExactly(
            latency("first", Metric.ttft, Statistic.p95, "800000", "800ms", null),
            latency("scheduled", Metric.ttftScheduled, Statistic.p99, "1500000", "1.5s", "peak"),
            latency("per-token", Metric.tpot, Statistic.mean, "20500", "20.5ms", "normal"),
            latency("gaps", Metric.itl, Statistic.p50, "100000", "100ms", null),
            new Objective(
                "errors",
                new Subject.Figure(FigureName.errorRate),
                new Bound.Max(new BigDecimal("0.01"), "1%"),
                Optional.empty(),
                Action.Fail),
            new Objective(
                "good",
                new Subject.Figure(FigureName.goodFraction),
                new Bound.Min(new BigDecimal("0.95"), "0.95"),
                Optional.empty(),
                Action.Fail),
            new Objective(
                "speed",
                new Subject.Figure(FigureName.outputTokensPerSecond),
                new Bound.Min(new BigDecimal("1500"), "1500"),
                Optional.empty(),
                Action.Report));
  }

  private static Objective latency(
      String name, Metric metric, Statistic statistic, String micros, String text, String stage) {
    return new Objective(
        name,
        new Subject.Latency(metric, statistic),
        new Bound.Max(new BigDecimal(micros).setScale(3), text),
        Optional.ofNullable(stage),
        Action.Fail);
  }

  @Test
  void takesTheServiceInItsOwnNamespaceOverPlainHttpUnlessSaidOtherwise() {
    assertThat(
            SpecText.smallest()
                .with("/target", "{service: {name: vllm, port: 8000}}")
                .plan()
                .target())
        .extracting(Target::url)
        .isEqualTo("http://vllm.perf.svc:8000/v1");
  }

  @ParameterizedTest
  @CsvSource({
    "http://server, http://server/v1",
    "http://server/, http://server/v1",
    "https://server:8443/openai/v1/, https://server:8443/openai/v1",
    "'http://[::1]:8000', 'http://[::1]:8000/v1'",
    "http://10.0.0.1:65535/v1, http://10.0.0.1:65535/v1",
  })
  void takesAUrlWithItsPathOrAddsTheUsualOne(String url, String expected) {
    assertThat(SpecText.smallest().with("/target/url", "\"" + url + "\"").plan().target().url())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"/, ''", "/v1, /v1", "/a/b//, /a/b"})
  void takesTheBasePathOfAServiceWithoutItsLastSlash(String basePath, String expected) {
    assertThat(
            SpecText.smallest()
                .with("/target", "{service: {name: a, port: 80}, basePath: \"" + basePath + "\"}")
                .plan()
                .target()
                .url())
        .isEqualTo("http://a.perf.svc:80" + expected);
  }

  @ParameterizedTest
  @CsvSource({
    "1ms, 1",
    "90s, 90000",
    "1.5s, 1500",
    "1h30m, 5400000",
    "1m1s1ms, 61001",
    "0.5h, 1800000",
    "720h, 2592000000",
  })
  void readsDurations(String text, long millis) {
    assertThat(SpecText.smallest().with("/load/stages/0/duration", text).plan().load().stages())
        .extracting(Load.Stage::end)
        .containsExactly(new End.After(Duration.ofMillis(millis)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "90",
        "s",
        "-1s",
        "1 s",
        "1d",
        "1m 30s",
        "1e3s",
        "1.s",
        ".5s",
        "1s1s1s1s1s",
        "\"\"",
        "PT5M",
        "1µs",
        "0x1s"
      })
  void refusesWhatIsNoDuration(String text) {
    assertThat(SpecText.smallest().with("/load/warmup", text).problems())
        .singleElement()
        .asString()
        .startsWith("spec.load.warmup: '")
        .contains("is not a duration: write numbers with units");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "\"4.5\", 4.5",
    "\"0.001\", 0.001",
    "1000000, 1000000",
  })
  void readsRatesWithoutLosingADigit(String yaml, BigDecimal rate) {
    assertThat(
            SpecText.smallest()
                .without("/load/stages/0/users")
                .with("/load/stages/0/requestsPerSecond", yaml)
                .plan()
                .load()
                .stages()
                .getFirst()
                .shape())
        .isEqualTo(open(rate, Arrival.Poisson));
  }

  private static Shape closed(int users, long thinkTimeMillis) {
    return new Shape.Closed(
        users, OptionalInt.empty(), new Distribution.Fixed(thinkTimeMillis), false);
  }

  private static Shape open(BigDecimal rate, Arrival arrival) {
    return new Shape.Open(rate, Optional.empty(), arrival, BigDecimal.ONE);
  }

  @Test
  void derivesTheActiveDeadlineFromAllThatCanTakeTime() {
    SpecText text = SpecText.full().without("/lifecycle/activeDeadline");
    Duration stages = Duration.ofMinutes(5).plus(Load.REQUESTS_WINDOW).plus(Duration.ofMinutes(90));
    assertThat(text.plan().lifecycle().activeDeadline())
        .isEqualTo(
            Duration.ofMinutes(2)
                .plus(stages)
                .plus(Duration.ofSeconds(10 + 20).multipliedBy(3))
                .plus(Duration.ofMinutes(1)));
  }

  @Test
  void findsEveryProblemAtOnceAndInTheFieldsOrder() {
    SpecText text =
        SpecText.full()
            .with("/schedule", "\"61 25 * *\"")
            .with("/timeZone", "Mars/Olympus")
            .with("/target/api", "Telepathy")
            .with("/workload/synthetic/inputTokens", "0")
            .with("/load/stages/0/users", "0")
            .with("/load/stages/1/requestsPerSecond", "\"0\"")
            .with("/objectives/0/metric", "latency")
            .with("/objectives/1/stage", "nowhere")
            .with("/lifecycle/maxStartAttempts", "11");
    assertThat(text.problems())
        .extracting(problem -> problem.substring(0, problem.indexOf(':')))
        .containsExactly(
            "spec.schedule",
            "spec.timeZone",
            "spec.target.api",
            "spec.workload.synthetic.inputTokens",
            "spec.load.stages[0].users",
            "spec.load.stages[1].requestsPerSecond",
            "spec.objectives[0].metric",
            "spec.objectives[1].stage",
            "spec.objectives[1].metric",
            "spec.lifecycle.maxStartAttempts");
  }

  @Test
  void refusesASpecThatIsMissingAsAWholeAndPartByPart() {
    assertThat(TestPlan.parse(null, "perf"))
        .isEqualTo(
            new TestPlan.Parsed.Refused(
                List.of(new Problem("spec", "is missing")), Optional.empty(), Optional.empty()));
    assertThat(
            SpecText.smallest().without("/target").without("/workload").without("/load").problems())
        .containsExactly(
            "spec.target: is missing: name a service or a url",
            "spec.workload: is missing: give it synthetic, preset, dataset or trace",
            "spec.load: is missing: give it stages, a sweep or a replay");
  }

  @Test
  void changesTheTimeToLiveOfTheRunOnly() {
    TestPlan plan = SpecText.smallest().plan();
    assertThat(plan.withTimeToLive("2h").lifecycle().ttlAfterFinished())
        .contains(Duration.ofHours(2));
    assertThat(plan.withTimeToLive("2h").withTimeToLive("soon"))
        .isEqualTo(plan.withTimeToLive("2h"));
    assertThat(plan.withTimeToLive("soon")).isEqualTo(plan);
  }

  @Test
  void treatsAnExplicitNullAsAbsent() {
    SpecText text = SpecText.smallest();
    text.tree().putNull("schedule");
    text.tree().withObject("/load").withArray("stages").get(0);
    ((com.fasterxml.jackson.databind.node.ObjectNode) text.tree().at("/load/stages/0"))
        .set("requestsPerSecond", JsonNodeFactory.instance.nullNode());
    assertThat(text.plan()).isEqualTo(SpecText.smallest().plan());
  }
}
