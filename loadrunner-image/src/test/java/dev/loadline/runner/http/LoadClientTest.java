package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.http.ScriptedServer.Script;
import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.Outcome;
import dev.loadline.runner.measure.RequestTimeline;
import dev.loadline.runner.measure.TokenGaps;
import dev.loadline.runner.measure.TokenSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadClientTest {
  static final Script GOOD =
      peer -> {
        while (!peer.request().isEmpty()) {
          peer.stream(4);
        }
      };

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void measuresAStreamOnEpollAndOnNio(boolean epoll) throws Exception {
    try (ScriptedServer server = ScriptedServer.start(GOOD);
        ClientFixture client =
            new ClientFixture(
                epoll ? EventLoops.start(1, "test") : EventLoops.startNio(1, "test"),
                ClientFixture.endpoint(server.port(), ClientFixture.PATIENT))) {
      RequestTimeline timeline = client.request();

      assertThat(timeline.outcome()).isEqualTo(new Outcome.Success());
      assertThat(timeline.counts().events()).isEqualTo(4);
      assertThat(timeline.counts().output()).isEqualTo(4);
      assertThat(timeline.counts().source()).isEqualTo(TokenSource.USAGE);
      assertThat(timeline.counts().input()).hasValue(7);
      assertThat(timeline.connectNanos()).isPresent();
      assertThat(timeline.ttfbNanos()).isPresent();
      assertThat(timeline.ttftNanos().orElseThrow()).isPositive();
      assertThat(timeline.e2eNanos().orElseThrow())
          .isGreaterThanOrEqualTo(timeline.ttftNanos().orElseThrow());
      assertThat(timeline.endNanos()).isGreaterThanOrEqualTo(timeline.lastTokenNanos());
    }
  }

  @Test
  void sendsTheHeadersThatTheProtocolNeedsAndAnIdOfItsOwn() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(GOOD);
        ClientFixture client = ClientFixture.to(server.port(), ClientFixture.PATIENT)) {
      client.requests(2);

      List<String> heads = server.requests();
      assertThat(heads.getFirst())
          .startsWith("POST /v1/chat/completions HTTP/1.1\r\n")
          .containsIgnoringCase("host: 127.0.0.1:" + server.port())
          .containsIgnoringCase("accept-encoding: identity")
          .containsIgnoringCase("content-type: application/json")
          .containsIgnoringCase("authorization: Bearer " + ClientFixture.KEY);
      assertThat(heads.stream().map(LoadClientTest::requestId).distinct()).hasSize(2);
    }
  }

  private static String requestId(String head) {
    return head.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("x-request-id: "))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void opensAConnectionForEachRequestInFlight() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    try (ScriptedServer server =
            ScriptedServer.start(peer -> {
              peer.request();
              go.await();
              peer.stream(2);
            });
        ClientFixture client = ClientFixture.to(server.port(), ClientFixture.PATIENT)) {
      List<CompletableFuture<RequestTimeline>> requests =
          IntStream.range(0, 20).mapToObj(_ -> client.begin(NoTokenGaps.INSTANCE)).toList();
      within(() -> server.requests().size() == 20);
      assertThat(server.connections()).isEqualTo(20);
      go.countDown();

      assertThat(requests)
          .allMatch(one -> ClientFixture.await(one).outcome() instanceof Outcome.Success);
    }
  }

  @Test
  void opensConnectionsBeforehand() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(GOOD);
        ClientFixture client = ClientFixture.to(server.port(), ClientFixture.PATIENT)) {
      int opened = ClientFixture.await(client.onLoop(() -> client.client().prewarm(30)));
      RequestTimeline timeline = client.request();

      assertThat(opened).isEqualTo(30);
      assertThat(timeline.connectNanos()).isEmpty();
      within(() -> server.connections() == 30);
    }
  }

  @Test
  void saysHowManyConnectionsCouldBeOpened() throws Exception {
    int port = closedPort();
    try (ClientFixture client = ClientFixture.to(port, ClientFixture.PATIENT)) {
      assertThat(ClientFixture.await(client.onLoop(() -> client.client().prewarm(1_000)))).isZero();
    }
  }

  static int closedPort() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(GOOD)) {
      return server.port();
    }
  }

  @Test
  void cutsWhatIsInFlight() throws Exception {
    Script script =
        peer -> {
          peer.request();
          peer.streamHead();
          peer.chunk("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n");
          peer.awaitEnd();
        };
    try (ScriptedServer server = ScriptedServer.start(script);
        ClientFixture client = ClientFixture.to(server.port(), ClientFixture.PATIENT)) {
      CompletableFuture<RequestTimeline> token = new CompletableFuture<>();
      TokenGaps gaps = received(() -> token.complete(null));
      CompletableFuture<RequestTimeline> request = client.begin(gaps);
      ClientFixture.await(token);
      boolean _ =
          client.onLoop(() -> {
            client.client().cutAll();
            return true;
          });

      RequestTimeline timeline = ClientFixture.await(request);
      assertThat(errorClass(timeline)).isEqualTo(ErrorClass.CUT);
      assertThat(timeline.endNanos() - timeline.sentNanos()).isPositive();
    }
  }

  @Test
  void cutsWhatIsInFlightWhenItIsClosed() throws Exception {
    Script script =
        peer -> {
          peer.request();
          peer.awaitEnd();
        };
    try (ScriptedServer server = ScriptedServer.start(script);
        ClientFixture client = ClientFixture.to(server.port(), ClientFixture.PATIENT)) {
      CompletableFuture<RequestTimeline> request = client.begin(NoTokenGaps.INSTANCE);
      within(() -> server.requests().size() == 1);
      client.client().close();

      assertThat(errorClass(ClientFixture.await(request))).isEqualTo(ErrorClass.CUT);
      assertThat(errorClass(client.request())).isEqualTo(ErrorClass.CUT);
    }
  }

  @Test
  void tellsWhichEventsCameWithOneRead() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    String event =
        "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"x\"}]}\n\n";
    Script script =
        peer -> {
          peer.request();
          peer.streamHead();
          peer.chunk(event.repeat(3));
          first.await();
          peer.chunk(event.repeat(2));
          peer.lastChunk();
        };
    List<Long> gaps = Collections.synchronizedList(new ArrayList<>());
    List<Long> received = Collections.synchronizedList(new ArrayList<>());
    TokenGaps recording =
        new TokenGaps() {
          @Override
          public void gap(long gapNanos, int tokens) {
            gaps.add(gapNanos);
          }

          @Override
          public void received(long nanos, int tokens) {
            received.add(nanos);
            if (received.size() == 3) {
              first.countDown();
            }
          }
        };
    try (ScriptedServer server = ScriptedServer.start(script);
        ClientFixture client = ClientFixture.to(server.port(), ClientFixture.PATIENT)) {
      RequestTimeline timeline = ClientFixture.await(client.begin(recording));

      assertThat(timeline.counts().events()).isEqualTo(5);
      assertThat(received).hasSize(5);
      assertThat(received.stream().distinct()).hasSize(2);
      assertThat(gaps).hasSize(4);
      assertThat(gaps.get(2)).isPositive();
      assertThat(List.of(gaps.get(0), gaps.get(1), gaps.get(3))).containsOnly(0L);
    }
  }

  @Test
  void endsSoonAfterDoneThoughTheServerKeepsTheBodyOpen() throws Exception {
    Script script =
        peer -> {
          peer.request();
          peer.streamHead();
          peer.chunk("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: [DONE]\n\n");
          peer.awaitEnd();
        };
    try (ScriptedServer server = ScriptedServer.start(script);
        ClientFixture client = ClientFixture.to(server.port(), ClientFixture.PATIENT)) {
      assertThat(client.request().outcome()).isEqualTo(new Outcome.Success());
    }
  }

  static TokenGaps received(Runnable then) {
    return new TokenGaps() {
      @Override
      public void gap(long gapNanos, int tokens) {}

      @Override
      public void received(long nanos, int tokens) {
        then.run();
      }
    };
  }

  static ErrorClass errorClass(RequestTimeline timeline) {
    return failure(timeline).errorClass();
  }

  static Outcome.Failure failure(RequestTimeline timeline) {
    assertThat(timeline.outcome()).isInstanceOf(Outcome.Failure.class);
    return (Outcome.Failure) timeline.outcome();
  }

  static void within(Callable<Boolean> condition) {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(condition);
  }
}
