package dev.loadline.runner.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.End;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.RunResult.StageResult;
import dev.loadline.runner.http.Api;
import dev.loadline.runner.http.Endpoint;
import dev.loadline.runner.http.EngineProfile;
import dev.loadline.runner.http.EventLoops;
import dev.loadline.runner.http.RequestEncoder;
import dev.loadline.runner.http.Timeouts;
import dev.loadline.runner.http.TlsSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The driver with the real client; what is asserted holds at any speed. */
@Timeout(60)
class LoadDriverTest {
  private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();
  private static final long DRAIN_MILLIS = 20_000;

  private final EventLoops loops = EventLoops.start(2, "test-load");

  @AfterEach
  void close() {
    loops.close();
  }

  private LoadDriver driver(String url, RunPlan plan) {
    return driver(loops, url, plan, () -> {});
  }

  private static LoadDriver driver(
      EventLoops loops, String url, RunPlan plan, Runnable loadStarts) {
    Endpoint endpoint =
        Endpoint.of(url, Api.CHAT, Map.of(), TlsSettings.VERIFIED, Timeouts.DEFAULT);
    RequestEncoder encoder =
        new RequestEncoder(Api.CHAT, EngineProfile.OPENAI, "m", Optional.empty());
    return new LoadDriver(plan, endpoint, encoder, loops, Clocks.SYSTEM, loadStarts);
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
  void aClosedLoopHasAtMostOneRequestPerUserInFlight() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(20)) {
      LoadReport report =
          driver(server.url(), Plans.of(0, DRAIN_MILLIS, Plans.users(3, 500))).run();
      StageResult stage = report.stages().getFirst();
      assertThat(server.mostActive()).isLessThanOrEqualTo(3);
      assertThat(stage.sent()).isEqualTo(server.requests()).isGreaterThan(3);
      assertThat(stage.completed()).isEqualTo(stage.sent());
      assertThat(stage.outputTokens()).isEqualTo(2 * stage.completed());
      assertThat(stage.inputTokens()).hasValue(7 * stage.completed());
      assertThat(stage.tokensRequested()).isEqualTo(20 * stage.completed());
      assertThat(stage.complete()).isTrue();
      assertThat(stage.windowMicros()).isEqualTo(500_000);
      assertThat(stage.requestedRate()).isEmpty();
      assertThat(stage.inFlightMicros()).isLessThanOrEqualTo(3 * 500_000);
      assertThat(latency(stage, Metric.ttft).p50()).isGreaterThanOrEqualTo(20_000);
      assertThat(report.stopped()).isFalse();
      assertThat(report.generator().loops()).isEqualTo(2);
      assertThat(report.generator().loopDelayP99Micros()).isPresent();
      assertThat(report.generator().cpuShare()).isPresent();
    }
  }

  @Test
  void aNumberOfRequestsClosesTheWindow() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      RunPlan plan = Plans.of(0, DRAIN_MILLIS, Plans.users(3, 0, new End.Requests(20)));
      StageResult stage = driver(server.url(), plan).run().stages().getFirst();
      assertThat(stage.sent()).isBetween(20L, 22L);
      assertThat(stage.completed()).isEqualTo(stage.sent());
      assertThat(stage.endedInWindow()).isBetween(20L, stage.sent());
      assertThat(stage.complete()).isTrue();
    }
  }

  @Test
  void aUserThinksBetweenAnAnswerAndTheNextRequest() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      RunPlan plan = Plans.of(0, DRAIN_MILLIS, Plans.users(2, HOUR_MILLIS, new End.After(300)));
      driver(server.url(), plan).run();
      assertThat(server.requests()).isEqualTo(2);
    }
  }

  @Test
  void openLoopArrivalsDoNotWaitForAnswers() throws Exception {
    try (HeldServer server = HeldServer.holding()) {
      RunPlan plan = Plans.of(0, 100, Plans.rate("100", "Constant", 500));
      StageResult stage = driver(server.url(), plan).run().stages().getFirst();
      assertThat(stage.sent()).isBetween(2L, 50L);
      assertThat(stage.cut()).isEqualTo(stage.sent());
      assertThat(stage.requestedRate()).hasValue(100);
      assertThat(stage.latencies()).isEmpty();
      assertThat(stage.withCut()).containsKeys(Metric.ttftScheduled, Metric.e2eScheduled);
    }
  }

  @Test
  void poissonArrivalsAreAnsweredAndDrained() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(50)) {
      RunPlan plan = Plans.of(0, DRAIN_MILLIS, Plans.rate("200", "Poisson", 500));
      StageResult stage = driver(server.url(), plan).run().stages().getFirst();
      assertThat(stage.sent()).isPositive();
      assertThat(stage.completed()).isEqualTo(stage.sent());
      assertThat(stage.latencies()).containsKeys(Metric.ttftScheduled, Metric.sendLag);
    }
  }

  @Test
  void lateArrivalsAreSentAndTheirLagIsRecorded() throws Exception {
    try (EventLoops one = EventLoops.start(1, "test-stall");
        HeldServer server = HeldServer.answeringAfter(1)) {
      CountDownLatch stall = new CountDownLatch(1);
      RunPlan plan = Plans.of(0, DRAIN_MILLIS, Plans.rate("50", "Constant", 1_000));
      CompletableFuture<LoadReport> report =
          inBackground(driver(one, server.url(), plan, () -> {}));
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

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whatIsSentDuringTheWarmupIsNotMeasured() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(5)) {
      RunPlan plan = Plans.of(400, DRAIN_MILLIS, Plans.users(2, 400));
      StageResult stage = driver(server.url(), plan).run().stages().getFirst();
      assertThat(stage.sent()).isPositive().isLessThan(server.requests());
      assertThat(stage.completed()).isEqualTo(stage.sent());
    }
  }

  @Test
  void whatIsInFlightWhenTheDrainEndsIsCut() throws Exception {
    try (HeldServer server = HeldServer.holding()) {
      RunPlan plan = Plans.of(0, 50, Plans.users(2, 200));
      StageResult stage = driver(server.url(), plan).run().stages().getFirst();
      assertThat(stage.sent()).isEqualTo(2);
      assertThat(stage.cut()).isEqualTo(2);
      assertThat(stage.failed()).isZero();
      assertThat(stage.errors()).isEmpty();
      assertThat(stage.complete()).isTrue();
      assertThat(stage.withCut().keySet())
          .containsExactlyInAnyOrder(Metric.ttft, Metric.ttfo, Metric.e2e);
    }
  }

  @Test
  void stagesFollowOneAnother() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(5)) {
      RunPlan plan =
          Plans.of(
              50,
              DRAIN_MILLIS,
              Plans.users(1, 200),
              Plans.rate("50", "Constant", 200),
              Plans.users(3, 0, new End.Requests(5)));
      LoadReport report = driver(server.url(), plan).run();
      assertThat(report.stages())
          .extracting(StageResult::name)
          .containsExactly("users-1", "rate-50", "users-3");
      assertThat(report.stages()).allMatch(stage -> stage.sent() > 0 && stage.complete());
      for (int i = 1; i < 3; i++) {
        StageResult before = report.stages().get(i - 1);
        assertThat(report.stages().get(i).windowStartMillis())
            .isGreaterThanOrEqualTo(before.windowStartMillis() + before.windowMicros() / 1_000);
      }
    }
  }

  @Test
  void aRefusedConnectionIsAFailureAndNoFlood() throws Exception {
    LoadReport report =
        driver("http://127.0.0.1:" + closedPort() + "/v1", Plans.of(0, 0, Plans.users(2, 500)))
            .run();
    StageResult stage = report.stages().getFirst();
    assertThat(stage.failed()).isEqualTo(stage.sent()).isBetween(2L, 22L);
    assertThat(stage.errors().getFirst().errorClass()).isEqualTo("connect");
    assertThat(report.loadStartedMillis()).isPresent();
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void aServerThatRefusesIsAResult() throws Exception {
    try (HeldServer server = HeldServer.refusing(503)) {
      RunPlan plan = Plans.of(0, DRAIN_MILLIS, Plans.users(2, 0, new End.Requests(6)));
      StageResult stage = driver(server.url(), plan).run().stages().getFirst();
      assertThat(stage.failed()).isEqualTo(stage.sent());
      assertThat(stage.errors().getFirst().errorClass()).isEqualTo("overload");
    }
  }

  @Test
  void saysThatTheLoadStartsRightBeforeTheFirstRequest() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      AtomicInteger calls = new AtomicInteger();
      AtomicInteger requestsBefore = new AtomicInteger(-1);
      RunPlan plan = Plans.of(0, DRAIN_MILLIS, Plans.users(1, 100), Plans.users(1, 100));
      Runnable loadStarts =
          () -> {
            calls.incrementAndGet();
            requestsBefore.set(server.requests());
          };
      long before = System.currentTimeMillis();
      LoadReport report = driver(loops, server.url(), plan, loadStarts).run();
      assertThat(calls).hasValue(1);
      assertThat(requestsBefore).hasValue(0);
      assertThat(report.loadStartedMillis().orElseThrow())
          .isBetween(before, System.currentTimeMillis());
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
      assertThat(stage.complete()).isFalse();
      assertThat(stage.cut()).isEqualTo(2);
      assertThat(stage.windowMicros()).isBetween(1L, HOUR_MILLIS * 1_000 - 1);
    }
  }

  @Test
  void aStopDuringTheDrainLeavesTheWindowComplete() throws Exception {
    try (HeldServer server = HeldServer.holding()) {
      LoadDriver driver = driver(server.url(), Plans.of(0, HOUR_MILLIS, Plans.users(1, 100)));
      CompletableFuture<LoadReport> running = inBackground(driver);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> driver.progress().filter(p -> p.phase() == Progress.Phase.DRAIN).isPresent());
      driver.stop();
      assertThat(running.get().stopped()).isTrue();
      assertThat(running.get().stages().getFirst().complete()).isTrue();
      assertThat(running.get().stages().getFirst().windowMicros()).isEqualTo(100_000);
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
      assertThat(stage.complete()).isFalse();
      assertThat(stage.windowMicros()).isZero();
      assertThat(stage.sent()).isZero();
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
      assertThat(progress.phaseLength()).isEmpty();
      assertThat(progress.requestsWanted()).hasValue(HOUR_MILLIS);
      assertThat(progress.requestsEnded()).isPositive();
      assertThat(progress.inStage()).isPositive().isEqualTo(progress.inPhase());
      assertThat(progress.figures().ttftMicros(50)).isPresent();
      assertThat(progress.figures().tokens()).isPositive();
      driver.stop();
      running.get();
      assertThat(driver.progress()).isEmpty();
    }
  }
}
