package dev.loadline.runner.drive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.contract.StageResult;
import dev.loadline.runner.http.Api;
import dev.loadline.runner.http.Endpoint;
import dev.loadline.runner.http.EventLoops;
import dev.loadline.runner.http.Timeouts;
import dev.loadline.runner.http.TlsSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ClientWarmupTest {
  /** What was sent is answered however long that takes. */
  private static final Duration LONG_ENOUGH_TO_SEND = Duration.ofSeconds(2);

  private static Endpoint endpoint(String url, Api api) {
    return Endpoint.of(url, api, Map.of(), TlsSettings.VERIFIED, Timeouts.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource({
    "http://vllm/v1, CHAT",
    "http://vllm/v1, COMPLETIONS",
    "https://vllm.example/v1, CHAT",
    "https://vllm.example/v1, COMPLETIONS"
  })
  void drivesBothLoopsThroughTheRealClientOnKeptAndOnNewConnections(String url, Api api)
      throws Exception {
    try (EventLoops loops = EventLoops.start(1, "test-warm-up")) {
      List<StageResult> stages =
          new ClientWarmup(loops, endpoint(url, api), LONG_ENOUGH_TO_SEND).load();
      assertThat(stages).hasSize(4);
      assertThat(stages)
          .allSatisfy(stage -> {
            assertThat(stage.requests().completed()).isPositive();
            assertThat(stage.requests().failed()).isZero();
            assertThat(stage.tokens().source()).isEqualTo("Usage");
            assertThat(stage.tokens().output())
                .isEqualTo(stage.requests().completed() * ClientWarmup.TOKENS);
          });
    }
  }

  @Test
  void noLengthMeansNoWarmup() throws Exception {
    try (EventLoops loops = EventLoops.start(1, "test-warm-up")) {
      assertThat(
              new ClientWarmup(loops, endpoint("http://vllm/v1", Api.CHAT), Duration.ZERO).load())
          .isEmpty();
    }
  }

  @Test
  void stopsWhenItIsTold() throws Exception {
    try (EventLoops loops = EventLoops.start(1, "test-warm-up")) {
      ClientWarmup warmup =
          new ClientWarmup(loops, endpoint("http://vllm/v1", Api.CHAT), Duration.ofHours(1));
      Thread stopper = Thread.ofVirtual().start(warmup::stop);
      warmup.run();
      stopper.join();
      assertThat(loops.all()).noneMatch(loop -> loop.isShuttingDown());
    }
  }
}
