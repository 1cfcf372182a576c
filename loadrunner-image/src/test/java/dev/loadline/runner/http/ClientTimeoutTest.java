package dev.loadline.runner.http;

import static dev.loadline.runner.http.LoadClientTest.errorClass;
import static dev.loadline.runner.http.LoadClientTest.failure;
import static dev.loadline.runner.measure.ErrorClass.CONNECT_TIMEOUT;
import static dev.loadline.runner.measure.ErrorClass.FIRST_TOKEN_TIMEOUT;
import static dev.loadline.runner.measure.ErrorClass.IDLE_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.measure.RequestTimeline;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClientTimeoutTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(150);

  @Test
  void timesOutAConnectionThatIsNotAccepted() throws Exception {
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ClientFixture client =
            ClientFixture.to(full.getLocalPort(), new Timeouts(SHORT, LONG, LONG))) {
      assertThat(ClientFixture.await(client.onLoop(() -> client.client().prewarm(50))))
          .isLessThan(50);

      RequestTimeline timeline = client.filledBacklog();
      assertThat(errorClass(timeline)).isEqualTo(CONNECT_TIMEOUT);
      assertThat(timeline.sentNanos()).isEqualTo(RequestTimeline.NEVER);
    }
  }

  @Test
  void timesOutWithoutAToken() throws Exception {
    RequestTimeline timeline =
        ClientFailureTest.request(
            new Timeouts(LONG, SHORT, LONG),
            peer -> {
              peer.request();
              peer.streamHead();
              peer.chunk("data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n");
              peer.awaitEnd();
            });

    assertThat(errorClass(timeline)).isEqualTo(FIRST_TOKEN_TIMEOUT);
    assertThat(failure(timeline).message()).contains("150 ms");
    assertThat(timeline.endNanos() - timeline.sentNanos()).isGreaterThan(SHORT.toNanos());
  }

  @Test
  void timesOutThoughBytesDrip() throws Exception {
    RequestTimeline timeline =
        ClientFailureTest.request(
            new Timeouts(LONG, LONG, SHORT),
            peer -> {
              peer.request();
              peer.streamHead();
              peer.chunk(ClientFailureTest.TOKEN);
              peer.chunk("data: \"");
              while (true) {
                peer.chunk("x");
                peer.chunk(" ");
              }
            });

    assertThat(errorClass(timeline)).isEqualTo(IDLE_TIMEOUT);
  }

  @Test
  void timesOutThoughCommentsCome() throws Exception {
    RequestTimeline timeline =
        ClientFailureTest.request(
            new Timeouts(LONG, LONG, SHORT),
            peer -> {
              peer.request();
              peer.streamHead();
              peer.chunk(ClientFailureTest.TOKEN);
              while (true) {
                peer.chunk(": still here\n\n");
              }
            });

    assertThat(errorClass(timeline)).isEqualTo(IDLE_TIMEOUT);
  }
}
