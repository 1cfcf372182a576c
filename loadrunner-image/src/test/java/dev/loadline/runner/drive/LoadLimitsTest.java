package dev.loadline.runner.drive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.End;
import dev.loadline.runner.contract.RunPlan.Limits;
import dev.loadline.runner.contract.RunPlan.Shape;
import dev.loadline.runner.contract.RunResult.Limit;
import dev.loadline.runner.contract.StageResult;
import dev.loadline.runner.contract.Workload;
import dev.loadline.runner.http.EventLoops;
import dev.loadline.runner.trace.TraceFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The driver at the limits of a plan; what is asserted holds at any speed. */
@Timeout(60)
class LoadLimitsTest {
  private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();
  private static final long DRAIN_MILLIS = 20_000;
  private static final int TOKENS_OF_AN_ANSWER = 2;

  private final EventLoops loops = EventLoops.start(3, "test-load");

  @TempDir Path folder;

  @AfterEach
  void close() {
    loops.close();
  }

  private LoadReport run(HeldServer server, RunPlan plan) throws InterruptedException {
    return Drivers.of(loops, server.url(), plan, () -> {}).run();
  }

  private static Limits requests(long most) {
    return new Limits(OptionalLong.of(most), OptionalLong.empty(), OptionalLong.empty());
  }

  private static Limits tokens(long most) {
    return new Limits(OptionalLong.empty(), OptionalLong.of(most), OptionalLong.empty());
  }

  /** What is left of the runner's time when the load must end is what a drain may take. */
  private static Limits loadMillis(long millis, long drainMillis) {
    return new Limits(
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.of(millis + drainMillis + Limits.END_MILLIS));
  }

  private static void assertLimited(LoadReport report, Limit limit, int stages) {
    assertThat(report.limit()).contains(limit);
    assertThat(report.stopped()).isFalse();
    assertThat(report.stages()).hasSize(stages);
    assertThat(report.stages().getLast().window().complete()).isFalse();
  }

  @Test
  void notOneRequestMoreIsSentThanAClosedLoopMay() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(2)) {
      RunPlan plan =
          Plans.of(0, DRAIN_MILLIS, Plans.users(40, HOUR_MILLIS), Plans.users(1, HOUR_MILLIS));
      LoadReport report = run(server, Plans.limited(plan, requests(777)));
      assertLimited(report, Limit.requests, 1);
      assertThat(server.requests()).isEqualTo(777);
      StageResult stage = report.stages().getFirst();
      // One that another loop writes while this one closes the window is not of the window.
      assertThat(stage.requests().sent()).isBetween(770L, 777L);
      assertThat(stage.requests().completed()).isEqualTo(stage.requests().sent());
      assertThat(stage.requests().cut()).isZero();
      assertThat(stage.window().micros()).isBetween(1L, HOUR_MILLIS * 1_000 - 1);
    }
  }

  @Test
  void anOpenLoopsWindowEndsWhenTheFirstRequestTooManyIsDue() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      RunPlan plan = Plans.of(0, DRAIN_MILLIS, Plans.rate("100", "Constant", HOUR_MILLIS));
      LoadReport report = run(server, Plans.limited(plan, requests(50)));
      assertLimited(report, Limit.requests, 1);
      assertThat(server.requests()).isEqualTo(50);
      StageResult stage = report.stages().getFirst();
      assertThat(stage.requestedRate()).hasValue(100);
      assertThat(stage.requests().sent() - stage.window().micros() / 10_000.0).isBetween(-1.0, 1.0);
    }
  }

  @Test
  void warmUpsCountAndAWindowThatNeverOpensIsEmpty() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      RunPlan plan =
          Plans.of(
              HOUR_MILLIS,
              DRAIN_MILLIS,
              Plans.rate("200", "Poisson", 1_000),
              Plans.users(1, 1_000));
      LoadReport report = run(server, Plans.limited(plan, requests(20)));
      assertLimited(report, Limit.requests, 1);
      assertThat(server.requests()).isEqualTo(20);
      assertThat(report.stages().getFirst().window().micros()).isZero();
      assertThat(report.stages().getFirst().requests().sent()).isZero();
      assertThat(report.generator().cpuShare()).isEmpty();
    }
  }

  @Test
  void aClosedLoopsWarmUpEndsAtOnceAtTheLimit() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      RunPlan plan = Plans.of(HOUR_MILLIS, DRAIN_MILLIS, Plans.users(3, 1_000));
      LoadReport report = run(server, Plans.limited(plan, tokens(30)));
      assertLimited(report, Limit.outputTokens, 1);
      assertThat(report.stages().getFirst().window().micros()).isZero();
      assertThat(server.requests()).isGreaterThanOrEqualTo(15);
    }
  }

  @Test
  void aLimitThatIsJustKeptEndsNothing() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      RunPlan plan = Plans.of(0, DRAIN_MILLIS, Plans.rate("100", "Constant", 200));
      LoadReport report = run(server, Plans.limited(plan, requests(20)));
      assertThat(report.limit()).isEmpty();
      assertThat(report.stopped()).isFalse();
      assertThat(report.stages().getFirst().requests().completed()).isEqualTo(20);
      assertThat(report.stages().getFirst().window().complete()).isTrue();
    }
  }

  @Test
  void aStageForWhichNothingIsLeftDoesNotBegin() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      RunPlan plan =
          Plans.of(
              0, DRAIN_MILLIS, Plans.rate("100", "Constant", 200), Plans.users(1, HOUR_MILLIS));
      LoadReport report = run(server, Plans.limited(plan, requests(20)));
      assertThat(report.limit()).contains(Limit.requests);
      assertThat(report.stopped()).isFalse();
      assertThat(report.stages()).hasSize(1);
      assertThat(report.stages().getFirst().window().complete()).isTrue();
      assertThat(server.requests()).isEqualTo(20);
    }
  }

  @Test
  void laterTurnsOfAConversationCountToo() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      RunPlan plan = Plans.of(0, DRAIN_MILLIS, Plans.users(4, HOUR_MILLIS));
      Workload.Turns turns =
          new Workload.Turns(
              new Distribution.Fixed(5),
              Optional.of(new Distribution.Fixed(20)),
              new Distribution.Fixed(0));
      LoadReport report =
          run(
              server,
              Plans.limited(
                  Plans.sending(plan, plan.workload().content(), Optional.of(turns)),
                  requests(101)));
      assertLimited(report, Limit.requests, 1);
      assertThat(server.requests()).isEqualTo(101);
      assertThat(report.stages().getFirst().requests().completed()).isBetween(95L, 101L);
    }
  }

  @Test
  void whatIsInFlightAtTheLimitIsDrainedAndThenCut() throws Exception {
    try (HeldServer server = HeldServer.holdingAfter(10)) {
      RunPlan plan = Plans.of(0, 200, Plans.users(2, HOUR_MILLIS));
      LoadReport report = run(server, Plans.limited(plan, tokens(20)));
      assertLimited(report, Limit.outputTokens, 1);
      StageResult stage = report.stages().getFirst();
      assertThat(stage.requests().completed()).isEqualTo(10);
      assertThat(stage.requests().cut()).isBetween(0L, 2L);
    }
  }

  @Test
  void tokensAreCountedAsTheServerCountsThem() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      RunPlan plan =
          Plans.limited(Plans.of(0, DRAIN_MILLIS, Plans.users(5, HOUR_MILLIS)), tokens(400));
      Spending spending = Spending.of(plan, System.nanoTime());
      LoadReport report = Drivers.spending(spending, loops, server.url(), plan).run();
      assertLimited(report, Limit.outputTokens, 1);
      long spent = spending.spent(System.nanoTime()).outputTokens();
      assertThat(spent).isGreaterThanOrEqualTo(400);
      assertThat(spent).isEqualTo((long) TOKENS_OF_AN_ANSWER * server.requests());
      assertThat(spending.spent(System.nanoTime()).requests()).isEqualTo(server.requests());
    }
  }

  @Test
  void theRunnersTimeEndsALoad() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(5)) {
      RunPlan plan = Plans.of(0, 2_000, Plans.users(2, HOUR_MILLIS), Plans.users(1, HOUR_MILLIS));
      long before = System.nanoTime();
      LoadReport report = run(server, Plans.limited(plan, loadMillis(1_500, 2_000)));
      assertLimited(report, Limit.runnerPodTime, 1);
      assertThat(System.nanoTime() - before).isGreaterThan(1_400_000_000L);
      StageResult stage = report.stages().getFirst();
      assertThat(stage.requests().completed())
          .isBetween(server.requests() - 2L, (long) server.requests());
      assertThat(stage.window().micros()).isBetween(1L, HOUR_MILLIS * 1_000 - 1);
    }
  }

  @Test
  void withoutTimeLeftNoLoadIsSent() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      RunPlan plan = Plans.of(0, 2_000, Plans.users(2, HOUR_MILLIS));
      LoadReport report = run(server, Plans.limited(plan, loadMillis(0, 2_000)));
      assertThat(report.limit()).contains(Limit.runnerPodTime);
      assertThat(report.stopped()).isFalse();
      assertThat(report.stages()).isEmpty();
      assertThat(report.loadStartedMillis()).isEmpty();
      assertThat(server.requests()).isZero();
    }
  }

  @Test
  void aRampThatIsCutShortTellsTheRateOfWhatThereWasOfIt() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      RunPlan.Stage ramp =
          new RunPlan.Stage(
              "ramp",
              new Shape.Open("200", Optional.of("100"), "Constant", 1),
              new End.After(HOUR_MILLIS));
      LoadReport report = run(server, Plans.limited(Plans.of(0, DRAIN_MILLIS, ramp), requests(30)));
      assertLimited(report, Limit.requests, 1);
      assertThat(server.requests()).isEqualTo(30);
      assertThat(report.stages().getFirst().requestedRate().orElseThrow()).isBetween(100.0, 100.1);
    }
  }

  @Test
  void usersOfARampEndAtTheLimit() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(2)) {
      RunPlan.Stage ramp =
          new RunPlan.Stage(
              "ramp",
              new Shape.Closed(50, OptionalInt.of(2), new Distribution.Fixed(0)),
              new End.After(HOUR_MILLIS));
      LoadReport report =
          run(server, Plans.limited(Plans.of(0, DRAIN_MILLIS, ramp), requests(100)));
      assertLimited(report, Limit.requests, 1);
      assertThat(server.requests()).isEqualTo(100);
    }
  }

  @Test
  void aReplayEndsAtTheLimit() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      Path file = folder.resolve("trace.jsonl");
      Files.write(file, trace(1_000));
      Replay replay = new Replay(file, TraceFormat.JSONL, 1, 1_000, 10_000_000_000L);
      RunPlan.Stage stage =
          new RunPlan.Stage(
              "replay",
              new Shape.Replay(1, OptionalLong.empty(), OptionalLong.empty()),
              new End.Trace());
      RunPlan plan =
          Plans.sending(
              Plans.of(0, DRAIN_MILLIS, stage),
              new Workload.Content.Trace("trace.jsonl", "JSONL"),
              Optional.empty());
      LoadReport report =
          Drivers.replaying(
                  loops,
                  server.url(),
                  Plans.limited(plan, requests(40)),
                  Optional.of(replay),
                  () -> {})
              .run();
      assertLimited(report, Limit.requests, 1);
      assertThat(server.requests()).isEqualTo(40);
      assertThat(report.stages().getFirst().arrivals()).isPresent();
    }
  }

  private static List<String> trace(int records) {
    return IntStream.range(0, records)
        .mapToObj(i ->
            "{\"timestamp\": %s, \"input_tokens\": 20, \"output_tokens\": 2}".formatted(i / 100.0))
        .toList();
  }
}
