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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The driver as it is seen and stopped from outside while it runs. */
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

  private static CompletableFuture<LoadReport> inBackground(LoadDriver driver) {
    CompletableFuture<LoadReport> report = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            report.complete(driver.run());
          } catch (InterruptedException | RuntimeException e) {
            report.completeExceptionally(e);
          }
        });
    return report;
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
          inBackground(Drivers.of(one, server.url(), plan, () -> {}));
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

  @Test
  void whatWasDueBeforeTheWindowClosedIsSentAfterIt() throws Exception {
    try (EventLoops one = EventLoops.start(1, "test-stall");
        HeldServer server = HeldServer.answeringAfter(1)) {
      CountDownLatch stall = new CountDownLatch(1);
      RunPlan plan = Plans.of(0, DRAIN_MILLIS, Plans.rate("50", "Constant", 1_000));
      LoadDriver driver = Drivers.of(one, server.url(), plan, () -> {});
      CompletableFuture<LoadReport> report = inBackground(driver);
      await().atMost(Duration.ofSeconds(30)).until(() -> server.requests() > 0);
      one.all().getFirst().execute(() -> awaitQuietly(stall));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> driver.progress().filter(p -> p.phase() == Progress.Phase.DRAIN).isPresent());
      stall.countDown();
      assertThat(report.get().stages().getFirst().requests().sent()).isEqualTo(50);
      assertThat(server.requests()).isEqualTo(50);
    }
  }

  @Test
  void arrivalsAndEndsBeyondTheClocksRangeNeverCome() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      RunPlan plan =
          Plans.of(0, Long.MAX_VALUE, Plans.rate("0.000000000001", "Constant", Long.MAX_VALUE));
      LoadDriver driver = driver(server.url(), plan);
      CompletableFuture<LoadReport> report = inBackground(driver);
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
      CompletableFuture<LoadReport> report = inBackground(driver);
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
      CompletableFuture<LoadReport> report = inBackground(driver);
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
      CompletableFuture<LoadReport> running = inBackground(driver);
      await().atMost(Duration.ofSeconds(30)).until(() -> server.requests() > 20);
      driver.stop();
      running.get();
      assertThat(server.mostActive()).isEqualTo(1);
    }
  }

  @Test
  void aStopEndsTheLoadWithWhatWasMeasured() throws Exception {
    try (HeldServer server = HeldServer.holding()) {
      LoadDriver driver =
          driver(
              server.url(),
              Plans.of(0, HOUR_MILLIS, Plans.users(2, HOUR_MILLIS), Plans.users(1, 1)));
      CompletableFuture<LoadReport> running = inBackground(driver);
      await().atMost(Duration.ofSeconds(30)).until(() -> server.requests() == 2);
      driver.stop();
      LoadReport report = running.get();
      assertThat(report.stopped()).isTrue();
      assertThat(report.stages()).hasSize(1);
      StageResult stage = report.stages().getFirst();
      assertThat(stage.window().complete()).isFalse();
      assertThat(stage.requests().cut()).isEqualTo(2);
      assertThat(stage.window().micros()).isBetween(1L, HOUR_MILLIS * 1_000 - 1);
    }
  }

  @Test
  void aStopAfterTheLastWindowLeavesTheLoadComplete() throws Exception {
    try (HeldServer server = HeldServer.holding()) {
      LoadDriver driver = driver(server.url(), Plans.of(0, HOUR_MILLIS, Plans.users(1, 100)));
      CompletableFuture<LoadReport> running = inBackground(driver);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> driver.progress().filter(p -> p.phase() == Progress.Phase.DRAIN).isPresent());
      driver.stop();
      assertThat(running.get().stopped()).isFalse();
      assertThat(running.get().stages().getFirst().window().complete()).isTrue();
      assertThat(running.get().stages().getFirst().window().micros()).isEqualTo(100_000);
    }
  }

  @Test
  void aStopDuringTheWarmupLeavesAnEmptyWindow() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      LoadDriver driver = driver(server.url(), Plans.of(HOUR_MILLIS, 0, Plans.users(1, 1)));
      CompletableFuture<LoadReport> running = inBackground(driver);
      await().atMost(Duration.ofSeconds(30)).until(() -> server.requests() > 0);
      driver.stop();
      StageResult stage = running.get().stages().getFirst();
      assertThat(stage.window().complete()).isFalse();
      assertThat(stage.window().micros()).isZero();
      assertThat(stage.requests().sent()).isZero();
      assertThat(running.get().loadStartedMillis()).isPresent();
      assertThat(running.get().generator().cpuShare()).isEmpty();
    }
  }

  @Test
  void aStopBeforeTheFirstStageSendsNothing() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      LoadDriver driver = driver(server.url(), Plans.of(0, 0, Plans.users(1, HOUR_MILLIS)));
      driver.stop();
      LoadReport report = driver.run();
      assertThat(report.stopped()).isTrue();
      assertThat(report.stages()).isEmpty();
      assertThat(report.loadStartedMillis()).isEmpty();
      assertThat(server.requests()).isZero();
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
      CompletableFuture<LoadReport> running = inBackground(driver);
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
          });
      driver.stop();
      assertThat(running.get().stages()).hasSize(2);
      assertThat(driver.endedStages()).hasSize(2);
      assertThat(driver.reportSoFar()).isEqualTo(running.get());
    }
  }

  @Test
  void aStopAfterTheEndChangesNothing() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      RunPlan plan = Plans.of(0, DRAIN_MILLIS, Plans.users(1, 0, new End.Requests(3)));
      LoadDriver driver = driver(server.url(), plan);
      assertThat(driver.run().stopped()).isFalse();
      driver.stop();
      assertThat(driver.reportSoFar().stopped()).isFalse();
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
      CompletableFuture<LoadReport> running = inBackground(driver);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> driver.progress().filter(p -> p.figures().completed() > 3).isPresent());
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
      driver.stop();
      running.get();
      assertThat(driver.progress()).isEmpty();
    }
  }
}
