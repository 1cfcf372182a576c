package dev.loadline.runner.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.End;
import dev.loadline.runner.contract.StageResult;
import dev.loadline.runner.http.EventLoops;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The driver as it is stopped from outside. */
@Timeout(60)
class LoadDriverStopTest {
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

  @Test
  void aStopEndsTheLoadWithWhatWasMeasured() throws Exception {
    try (HeldServer server = HeldServer.holding()) {
      LoadDriver driver =
          driver(
              server.url(),
              Plans.of(0, HOUR_MILLIS, Plans.users(2, HOUR_MILLIS), Plans.users(1, 1)));
      CompletableFuture<LoadReport> running = Drivers.inBackground(driver);
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
  void aStopThatCutsRequestsOfTheLastDrainIsAStop() throws Exception {
    try (HeldServer server = HeldServer.holding()) {
      LoadDriver driver = driver(server.url(), Plans.of(0, HOUR_MILLIS, Plans.users(1, 100)));
      CompletableFuture<LoadReport> running = Drivers.inBackground(driver);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> driver.progress().filter(p -> p.phase() == Progress.Phase.DRAIN).isPresent());
      driver.stop();
      assertThat(running.get().stopped()).isTrue();
      StageResult stage = running.get().stages().getFirst();
      assertThat(stage.requests().cut()).isEqualTo(1);
      assertThat(stage.window().complete()).isTrue();
      assertThat(stage.window().micros()).isEqualTo(100_000);
    }
  }

  @Test
  void requestsThatTheDrainsEndCutsAreNoStop() throws Exception {
    try (HeldServer server = HeldServer.holding()) {
      LoadDriver driver = driver(server.url(), Plans.of(0, 1, Plans.users(1, 100)));
      LoadReport report = driver.run();
      driver.stop();
      assertThat(report.stages().getFirst().requests().cut()).isEqualTo(1);
      assertThat(report.stopped()).isFalse();
      assertThat(driver.reportSoFar().stopped()).isFalse();
    }
  }

  @Test
  void aStopDuringTheWarmupLeavesAnEmptyWindow() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      LoadDriver driver = driver(server.url(), Plans.of(HOUR_MILLIS, 0, Plans.users(1, 1)));
      CompletableFuture<LoadReport> running = Drivers.inBackground(driver);
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
  void aStopAfterTheEndChangesNothing() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      RunPlan plan = Plans.of(0, DRAIN_MILLIS, Plans.users(1, 0, new End.Requests(3)));
      LoadDriver driver = driver(server.url(), plan);
      assertThat(driver.run().stopped()).isFalse();
      driver.stop();
      assertThat(driver.reportSoFar().stopped()).isFalse();
    }
  }
}
