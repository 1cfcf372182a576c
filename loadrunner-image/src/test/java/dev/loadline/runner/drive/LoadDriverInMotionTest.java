package dev.loadline.runner.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.End;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.StageResult;
import dev.loadline.runner.http.EventLoops;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The driver as it is seen from outside while it runs. */
@Timeout(60)
class LoadDriverInMotionTest {
  private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();
  private static final long DRAIN_MILLIS = 20_000;

  private final EventLoops loops = EventLoops.start(2, "test-load");

  @AfterEach
  void close() {
    loops.close();
  }

  private LoadDriver driver(String url, RunPlan plan) {
    return Drivers.of(loops, url, plan, () -> {});
  }

  private static Latency latency(StageResult result, Metric metric) {
    return Optional.ofNullable(result.latencies().get(metric)).orElseThrow();
  }

  @Test
  void lateArrivalsAreSentAndTheirLagIsRecorded() throws Exception {
    try (EventLoops one = EventLoops.start(1, "test-stall");
        HeldServer server = HeldServer.answeringAfter(1)) {
      CountDownLatch stall = new CountDownLatch(1);
      RunPlan plan = Plans.of(0, DRAIN_MILLIS, Plans.rate("50", "Constant", 1_000));
      CompletableFuture<LoadReport> report =
          Drivers.inBackground(Drivers.of(one, server.url(), plan, () -> {}));
      await().atMost(Duration.ofSeconds(30)).until(() -> server.requests() > 0);
      long stalledNanos = System.nanoTime();
      one.all().getFirst().execute(() -> awaitQuietly(stall));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> System.nanoTime() - stalledNanos > 300_000_000);
      stall.countDown();
      StageResult stage = report.get().stages().getFirst();
      assertThat(latency(stage, Metric.sendLag).max()).isGreaterThanOrEqualTo(200_000);
      assertThat(latency(stage, Metric.ttftScheduled).max()).isGreaterThanOrEqualTo(200_000);
      assertThat(report.get().generator().loopDelayP99Micros().orElseThrow())
          .isGreaterThanOrEqualTo(200_000);
    }
  }

  /** Ten times as fast a clock: the tick due in 10 ms comes 90 ms late, the nine behind it less. */
  @Test
  void timersThatAreSlowByTheClockAreSeenInTheLoopDelay() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      long start = System.nanoTime();
      Clocks fast =
          new Clocks(() -> start + 10 * (System.nanoTime() - start), InstantSource.system());
      RunPlan plan = Plans.of(0, DRAIN_MILLIS, Plans.users(1, 2_000));
      LoadReport report = Drivers.with(fast, loops, server.url(), plan).run();
      assertThat(report.generator().loopDelayP99Micros().orElseThrow())
          .isGreaterThanOrEqualTo(80_000);
    }
  }

  @Test
  void whatWasDueBeforeTheWindowClosedIsSentAfterIt() throws Exception {
    try (EventLoops one = EventLoops.start(1, "test-stall");
        HeldServer server = HeldServer.answeringAfter(1)) {
      CountDownLatch stall = new CountDownLatch(1);
      RunPlan plan = Plans.of(0, DRAIN_MILLIS, Plans.rate("50", "Constant", 1_000));
      LoadDriver driver = Drivers.of(one, server.url(), plan, () -> {});
      CompletableFuture<LoadReport> report = Drivers.inBackground(driver);
      await().atMost(Duration.ofSeconds(30)).until(() -> server.requests() > 0);
      one.all().getFirst().execute(() -> awaitQuietly(stall));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> driver.progress().filter(p -> p.phase() == Progress.Phase.DRAIN).isPresent());
      stall.countDown();
      StageResult stage = report.get().stages().getFirst();
      assertThat(stage.requests().sent()).isEqualTo(50);
      assertThat(stage.inWindow().sent()).isPositive().isLessThan(50);
      assertThat(server.requests()).isEqualTo(50);
    }
  }

  @Test
  void arrivalsAndEndsBeyondTheClocksRangeNeverCome() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      RunPlan plan =
          Plans.of(0, Long.MAX_VALUE, Plans.rate("0.000000000001", "Constant", Long.MAX_VALUE));
      LoadDriver driver = driver(server.url(), plan);
      CompletableFuture<LoadReport> report = Drivers.inBackground(driver);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> driver.progress().filter(p -> p.figures().completed() == 1).isPresent());
      driver.stop();
      assertThat(report.get().stages().getFirst().requests().sent()).isEqualTo(1);
      assertThat(server.requests()).isEqualTo(1);
    }
  }

  @Test
  void aWarmupBeyondTheClocksRangeNeverEnds() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      LoadDriver driver =
          driver(server.url(), Plans.of(Long.MAX_VALUE, 0, Plans.users(1, Long.MAX_VALUE)));
      CompletableFuture<LoadReport> report = Drivers.inBackground(driver);
      await().atMost(Duration.ofSeconds(30)).until(() -> server.requests() > 1);
      assertThat(driver.progress().orElseThrow().phase()).isEqualTo(Progress.Phase.WARMUP);
      driver.stop();
      assertThat(report.get().stages().getFirst().window().micros()).isZero();
    }
  }

  @Test
  void aUserThinksBetweenAnAnswerAndTheNextRequest() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      RunPlan plan = Plans.of(0, 0, Plans.users(2, HOUR_MILLIS, new End.Requests(HOUR_MILLIS)));
      LoadDriver driver = driver(server.url(), plan);
      CompletableFuture<LoadReport> report = Drivers.inBackground(driver);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> driver.progress().filter(p -> p.figures().completed() == 2).isPresent());
      driver.stop();
      assertThat(report.get().stages().getFirst().requests().sent()).isEqualTo(2);
      assertThat(server.requests()).isEqualTo(2);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void usersDoNotBeginTogether() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      LoadDriver driver = driver(server.url(), Plans.of(HOUR_MILLIS, 0, Plans.users(20, 1)));
      CompletableFuture<LoadReport> running = Drivers.inBackground(driver);
      await().atMost(Duration.ofSeconds(30)).until(() -> server.requests() > 20);
      driver.stop();
      running.get();
      assertThat(server.mostActive()).isEqualTo(1);
    }
  }

  @Test
  void theTokenRateStandsStillOnceTheWindowIsClosed() throws Exception {
    try (HeldServer server = HeldServer.holdingAfter(3)) {
      LoadDriver driver = driver(server.url(), Plans.of(0, HOUR_MILLIS, Plans.users(1, 500)));
      CompletableFuture<LoadReport> running = Drivers.inBackground(driver);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> driver.progress().filter(p -> p.inStage().toMillis() > 1_000).isPresent());
      Progress once = driver.progress().orElseThrow();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> driver.progress().orElseThrow().inStage().toMillis() > 2_000);
      assertThat(once.phase()).isEqualTo(Progress.Phase.DRAIN);
      assertThat(driver.progress().orElseThrow().tokensPerSecond())
          .isEqualTo(once.tokensPerSecond());
      driver.stop();
      assertThat(running.get().stages().getFirst().tokens().output()).isEqualTo(6);
    }
  }

  @Test
  void whatHasEndedIsKnownWhileTheRestRuns() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      LoadDriver driver =
          driver(
              server.url(),
              Plans.of(
                  0,
                  DRAIN_MILLIS,
                  Plans.users(1, 0, new End.Requests(3)),
                  Plans.users(2, 0, new End.Requests(HOUR_MILLIS))));
      assertThat(driver.reportSoFar().stages()).isEmpty();
      assertThat(driver.reportSoFar().loadStartedMillis()).isEmpty();
      assertThat(driver.reportSoFar().generator().loops()).isEqualTo(2);
      long before = System.currentTimeMillis();
      CompletableFuture<LoadReport> running = Drivers.inBackground(driver);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> driver.progress().filter(p -> p.index() == 1).isPresent());
      LoadReport soFar = driver.reportSoFar();
      assertThat(soFar.stopped()).isTrue();
      assertThat(soFar.stages()).extracting(StageResult::name).containsExactly("users-1");
      assertThat(soFar.generator().cpuShare()).isPresent();
      assertThat(soFar.loadStartedMillis().orElseThrow())
          .isBetween(before, soFar.stages().getFirst().window().startMillis() + 1_000);
      assertThat(driver.endedStages())
          .singleElement()
          .satisfies(last -> {
            assertThat(last.stage()).isEqualTo("users-1");
            assertThat(last.figures().completed())
                .isEqualTo(soFar.stages().getFirst().requests().sent());
            assertThat(last.figures().inFlight()).isZero();
            assertThat(last.result()).hasValue(soFar.stages().getFirst());
          });
      driver.stop();
      assertThat(running.get().stages()).hasSize(2);
      assertThat(driver.endedStages()).hasSize(2);
      assertThat(driver.reportSoFar()).isEqualTo(running.get());
    }
  }

  @Test
  void progressTellsPhaseAndFigures() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      LoadDriver driver =
          driver(
              server.url(),
              Plans.of(0, DRAIN_MILLIS, Plans.users(2, 0, new End.Requests(HOUR_MILLIS))));
      assertThat(driver.progress()).isEmpty();
      CompletableFuture<LoadReport> running = Drivers.inBackground(driver);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() ->
              driver
                  .progress()
                  .filter(p -> p.figures().completed() > 3 && p.tokensPerSecond() > 0)
                  .isPresent());
      Progress progress = driver.progress().orElseThrow();
      assertThat(progress.stage()).isEqualTo("users-2");
      assertThat(progress.index()).isZero();
      assertThat(progress.stages()).isEqualTo(1);
      assertThat(progress.phase()).isEqualTo(Progress.Phase.WINDOW);
      assertThat(progress.requestsWanted()).hasValue(HOUR_MILLIS);
      assertThat(progress.requestsEnded()).isPositive();
      assertThat(progress.inStage()).isPositive();
      assertThat(progress.figures().ttftMicros(50)).isPresent();
      assertThat(progress.figures().tokens()).isPositive();
      assertThat(progress.result()).isEmpty();
      driver.stop();
      running.get();
      assertThat(driver.progress()).isEmpty();
    }
  }
}
