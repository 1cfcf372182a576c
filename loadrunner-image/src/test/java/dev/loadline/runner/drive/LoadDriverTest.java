package dev.loadline.runner.drive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.End;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.StageResult;
import dev.loadline.runner.http.EventLoops;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The driver with the real client; what is asserted holds at any speed. */
@Timeout(60)
class LoadDriverTest {
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
  void aClosedLoopHasAtMostOneRequestPerUserInFlight() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(20)) {
      LoadReport report =
          driver(server.url(), Plans.of(0, DRAIN_MILLIS, Plans.users(3, 2_000))).run();
      StageResult stage = report.stages().getFirst();
      assertThat(server.mostActive()).isLessThanOrEqualTo(3);
      assertThat(stage.requests().sent()).isEqualTo(server.requests()).isPositive();
      assertThat(stage.requests().completed()).isEqualTo(stage.requests().sent());
      assertThat(stage.tokens().output()).isEqualTo(2 * stage.requests().completed());
      assertThat(stage.tokens().input()).hasValue(7 * stage.requests().completed());
      assertThat(stage.tokens().requested()).isEqualTo(20 * stage.requests().completed());
      assertThat(stage.window().complete()).isTrue();
      assertThat(stage.window().micros()).isEqualTo(2_000_000);
      assertThat(stage.requestedRate()).isEmpty();
      assertThat(stage.inWindow().inFlightMicros()).isLessThanOrEqualTo(3 * 2_000_000);
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
      assertThat(stage.requests().sent()).isBetween(20L, 22L);
      assertThat(stage.requests().completed()).isEqualTo(stage.requests().sent());
      assertThat(stage.inWindow().completed()).isBetween(20L, stage.requests().sent());
      assertThat(stage.window().complete()).isTrue();
    }
  }

  @Test
  void openLoopArrivalsDoNotWaitForAnswers() throws Exception {
    try (HeldServer server = HeldServer.holding()) {
      RunPlan plan = Plans.of(0, 1_000, Plans.rate("100", "Constant", 500));
      StageResult stage = driver(server.url(), plan).run().stages().getFirst();
      assertThat(stage.requests().sent()).isEqualTo(50);
      assertThat(stage.requests().cut()).isEqualTo(stage.requests().sent());
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
      assertThat(stage.requests().sent()).isPositive();
      assertThat(stage.requests().completed()).isEqualTo(stage.requests().sent());
      assertThat(stage.latencies()).containsKeys(Metric.ttftScheduled, Metric.sendLag);
    }
  }

  @Test
  void whatIsSentDuringTheWarmupIsNotMeasured() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(5)) {
      RunPlan plan = Plans.of(2_000, DRAIN_MILLIS, Plans.users(2, 0, new End.Requests(5)));
      StageResult stage = driver(server.url(), plan).run().stages().getFirst();
      assertThat(stage.requests().sent()).isPositive().isLessThan(server.requests());
      assertThat(stage.requests().completed()).isEqualTo(stage.requests().sent());
    }
  }

  @Test
  void whatIsInFlightWhenTheDrainEndsIsCut() throws Exception {
    try (HeldServer server = HeldServer.holding()) {
      RunPlan plan = Plans.of(0, 50, Plans.rate("10", "Constant", 200));
      StageResult stage = driver(server.url(), plan).run().stages().getFirst();
      assertThat(stage.requests().sent()).isEqualTo(2);
      assertThat(stage.requests().cut()).isEqualTo(2);
      assertThat(stage.requests().failed()).isZero();
      assertThat(stage.errors()).isEmpty();
      assertThat(stage.window().complete()).isTrue();
      assertThat(stage.withCut().keySet())
          .containsExactlyInAnyOrder(
              Metric.ttft, Metric.ttfo, Metric.e2e, Metric.ttftScheduled, Metric.e2eScheduled);
    }
  }

  @Test
  void stagesFollowOneAnother() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(5)) {
      RunPlan plan =
          Plans.of(
              50,
              DRAIN_MILLIS,
              Plans.users(1, 0, new End.Requests(3)),
              Plans.rate("50", "Constant", 200),
              Plans.users(3, 0, new End.Requests(5)));
      LoadReport report = driver(server.url(), plan).run();
      assertThat(report.stages())
          .extracting(StageResult::name)
          .containsExactly("users-1", "rate-50", "users-3");
      assertThat(report.stages())
          .allMatch(stage -> stage.requests().sent() > 0 && stage.window().complete());
      for (int i = 1; i < 3; i++) {
        StageResult before = report.stages().get(i - 1);
        assertThat(report.stages().get(i).window().startMillis())
            .isGreaterThanOrEqualTo(
                before.window().startMillis() + before.window().micros() / 1_000);
      }
    }
  }

  @Test
  void aRefusedConnectionIsAFailureAndNoFlood() throws Exception {
    LoadReport report =
        driver("http://127.0.0.1:" + closedPort() + "/v1", Plans.of(0, 0, Plans.users(2, 2_000)))
            .run();
    StageResult stage = report.stages().getFirst();
    assertThat(stage.requests().failed()).isEqualTo(stage.requests().sent()).isBetween(1L, 82L);
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
      assertThat(stage.requests().failed()).isEqualTo(stage.requests().sent());
      assertThat(stage.errors().getFirst().errorClass()).isEqualTo("overload");
    }
  }

  @Test
  void saysThatTheLoadStartsRightBeforeTheFirstRequest() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      AtomicInteger calls = new AtomicInteger();
      AtomicInteger requestsBefore = new AtomicInteger(-1);
      RunPlan plan =
          Plans.of(
              0,
              DRAIN_MILLIS,
              Plans.users(1, 0, new End.Requests(2)),
              Plans.users(1, 0, new End.Requests(2)));
      Runnable loadStarts =
          () -> {
            calls.incrementAndGet();
            requestsBefore.set(server.requests());
          };
      long before = System.currentTimeMillis();
      LoadReport report = Drivers.of(loops, server.url(), plan, loadStarts).run();
      assertThat(calls).hasValue(1);
      assertThat(requestsBefore).hasValue(0);
      assertThat(report.loadStartedMillis().orElseThrow())
          .isBetween(before, System.currentTimeMillis());
    }
  }
}
