package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.http.ScriptedServer.Script;
import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.Outcome;
import dev.loadline.runner.measure.RequestTimeline;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionReuseTest {
  private static final KeepAlive NEVER_AGAIN =
      new KeepAlive(Duration.ZERO, KeepAlive.DEFAULT.race());

  /** However slow the test is, the connection dies in time. */
  private static final KeepAlive LONG_RACE =
      new KeepAlive(KeepAlive.DEFAULT.idle(), Duration.ofHours(1));

  private static final KeepAlive NO_RACE = new KeepAlive(KeepAlive.DEFAULT.idle(), Duration.ZERO);

  @Test
  void usesAnIdleConnectionAgain() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(LoadClientTest.GOOD);
        ClientFixture client = ClientFixture.to(server.port(), ClientFixture.PATIENT)) {
      List<RequestTimeline> timelines = client.requests(3);

      assertThat(timelines).allMatch(one -> one.outcome() instanceof Outcome.Success);
      assertThat(timelines.get(1).connectNanos()).isEmpty();
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 200 OK\r\nConnection: close", "HTTP/1.0 200 OK"})
  void doesNotKeepAConnectionThatTheServerCloses(String head) throws Exception {
    Script script =
        peer -> {
          peer.request();
          peer.send(head + "\r\nContent-Type: text/event-stream\r\n\r\n");
          peer.send("data: {\"choices\":[{\"text\":\"a\",\"finish_reason\":\"stop\"}]}\n\n");
        };
    try (ScriptedServer server = ScriptedServer.start(script);
        ClientFixture client = ClientFixture.to(server.port(), ClientFixture.PATIENT)) {
      assertThat(client.requests(2))
          .allMatch(one -> one.outcome() instanceof Outcome.Success)
          .noneMatch(RequestTimeline::isReconnected);
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sendsOnceMoreWhenAKeptAliveConnectionDies(boolean byReset) throws Exception {
    Script script =
        peer -> {
          peer.request();
          peer.stream(1);
          peer.request();
          if (peer.number() > 1) {
            peer.stream(1);
          } else if (byReset) {
            peer.reset();
          }
        };
    try (ScriptedServer server = ScriptedServer.start(script);
        ClientFixture client = ClientFixture.keeping(server.port(), LONG_RACE)) {
      client.request();
      RequestTimeline second = client.request();

      assertThat(second.outcome()).isEqualTo(new Outcome.Success());
      assertThat(second.isReconnected()).isTrue();
      assertThat(second.connectNanos()).isPresent();
      assertThat(second.ttftNanos().orElseThrow())
          .as("the lost time counts")
          .isGreaterThan(second.connectNanos().orElseThrow());
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void sendsNoThirdTime() throws Exception {
    Script script =
        peer -> {
          peer.request();
          if (peer.number() == 1) {
            peer.stream(1);
            peer.request();
          }
        };
    try (ScriptedServer server = ScriptedServer.start(script);
        ClientFixture client = ClientFixture.keeping(server.port(), LONG_RACE)) {
      client.request();
      RequestTimeline second = client.request();

      assertThat(LoadClientTest.errorClass(second)).isEqualTo(ErrorClass.RESET);
      assertThat(server.requests()).hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void doesNotSendAgainWhatTheServerHadTimeToWorkOn(boolean byReset) throws Exception {
    Script script =
        peer -> {
          peer.request();
          peer.stream(1);
          peer.request();
          if (byReset) {
            peer.reset();
          }
        };
    try (ScriptedServer server = ScriptedServer.start(script);
        ClientFixture client = ClientFixture.keeping(server.port(), NO_RACE)) {
      client.request();
      RequestTimeline second = client.request();

      assertThat(LoadClientTest.errorClass(second)).isEqualTo(ErrorClass.RESET);
      assertThat(second.isReconnected()).isFalse();
      assertThat(server.requests()).hasSize(2);
    }
  }

  @Test
  void doesNotSendAgainOnceTheAnswerHasBegun() throws Exception {
    Script script =
        peer -> {
          peer.request();
          peer.stream(1);
          peer.request();
          peer.send("HTTP/1.1 2");
        };
    try (ScriptedServer server = ScriptedServer.start(script);
        ClientFixture client = ClientFixture.keeping(server.port(), LONG_RACE)) {
      client.request();
      RequestTimeline second = client.request();

      assertThat(LoadClientTest.errorClass(second)).isEqualTo(ErrorClass.TRUNCATED);
      assertThat(second.isReconnected()).isFalse();
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void doesNotUseAConnectionAgainThatTheServerMayBeAboutToClose() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(LoadClientTest.GOOD);
        ClientFixture client = ClientFixture.keeping(server.port(), NEVER_AGAIN)) {
      assertThat(client.requests(2))
          .allMatch(one -> one.outcome() instanceof Outcome.Success)
          .noneMatch(RequestTimeline::isReconnected);
      assertThat(server.connections()).isEqualTo(2);
      LoadClientTest.within(() -> client.onLoop(() -> client.client().idleConnections()) == 0);
    }
  }

  @Test
  void keepsAConnectionThatWasNeverUsed() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(LoadClientTest.GOOD);
        ClientFixture client = ClientFixture.keeping(server.port(), NEVER_AGAIN)) {
      int opened = ClientFixture.await(client.onLoop(() -> client.client().prewarm(2)));
      List<RequestTimeline> timelines = client.requests(2);

      assertThat(opened).isEqualTo(2);
      assertThat(timelines).allMatch(one -> one.connectNanos().isEmpty());
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void forgetsAnIdleConnectionThatTheServerCloses() throws Exception {
    CountDownLatch close = new CountDownLatch(1);
    Script script =
        peer -> {
          peer.request();
          peer.stream(1);
          if (peer.number() == 1) {
            close.await();
            peer.send("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n");
          }
        };
    try (ScriptedServer server = ScriptedServer.start(script);
        ClientFixture client = ClientFixture.to(server.port(), ClientFixture.PATIENT)) {
      client.request();
      close.countDown();
      LoadClientTest.within(() -> client.onLoop(() -> client.client().idleConnections()) == 0);

      RequestTimeline second = client.request();
      assertThat(second.outcome()).isEqualTo(new Outcome.Success());
      assertThat(second.isReconnected()).isFalse();
    }
  }
}
