package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.http.ScriptedServer.Script;
import dev.loadline.runner.measure.Outcome;
import dev.loadline.runner.measure.RequestTimeline;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LaneTest {
  /** The client would take no connection again that is not a lane's own. */
  private static final KeepAlive NEVER_AGAIN =
      new KeepAlive(Duration.ZERO, KeepAlive.DEFAULT.race());

  private static Lane lane(ClientFixture client, ConnectionReuse reuse) {
    return client.onLoop(() -> client.client().lane(reuse));
  }

  private static List<RequestTimeline> requests(ClientFixture client, Lane lane, int count) {
    return Stream.generate(() -> ClientFixture.await(client.begin(lane))).limit(count).toList();
  }

  @Test
  void opensAConnectionForEachRequestAndClosesIt() throws Exception {
    CountDownLatch closed = new CountDownLatch(3);
    Script script =
        peer -> {
          peer.request();
          peer.stream(1);
          peer.awaitEnd();
          closed.countDown();
        };
    try (ScriptedServer server = ScriptedServer.start(script);
        ClientFixture client = ClientFixture.to(server.port(), ClientFixture.PATIENT)) {
      List<RequestTimeline> timelines =
          requests(client, lane(client, ConnectionReuse.PER_REQUEST), 3);

      assertThat(timelines)
          .allMatch(one -> one.outcome() instanceof Outcome.Success)
          .allMatch(one -> one.connectNanos().isPresent());
      assertThat(server.connections()).isEqualTo(3);
      LoadClientTest.within(() -> closed.getCount() == 0);
    }
  }

  @Test
  void aRequestWithAConnectionOfItsOwnTakesNoIdleOne() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(LoadClientTest.GOOD);
        ClientFixture client = ClientFixture.to(server.port(), ClientFixture.PATIENT)) {
      client.request();
      requests(client, lane(client, ConnectionReuse.PER_REQUEST), 1);

      assertThat(server.connections()).isEqualTo(2);
      assertThat(client.onLoop(() -> client.client().idleConnections())).isEqualTo(1);
    }
  }

  @Test
  void eachUserKeepsItsOwnConnectionHoweverLongItRests() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(LoadClientTest.GOOD);
        ClientFixture client = ClientFixture.keeping(server.port(), NEVER_AGAIN)) {
      Lane one = lane(client, ConnectionReuse.PER_USER);
      Lane other = lane(client, ConnectionReuse.PER_USER);
      Stream.of(one, other, one, other).forEach(lane -> requests(client, lane, 1));

      assertThat(server.connections()).isEqualTo(2);
      assertThat(client.onLoop(() -> client.client().idleConnections())).isZero();
      assertThat(requests(client, one, 1)).allMatch(timeline -> timeline.connectNanos().isEmpty());
    }
  }

  @Test
  void aUserBeginsWithAConnectionThatWasOpenedInAdvance() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(LoadClientTest.GOOD);
        ClientFixture client = ClientFixture.to(server.port(), ClientFixture.PATIENT)) {
      ClientFixture.await(client.onLoop(() -> client.client().prewarm(1)));
      List<RequestTimeline> timelines = requests(client, lane(client, ConnectionReuse.PER_USER), 2);

      assertThat(timelines).allMatch(one -> one.connectNanos().isEmpty());
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void aUserWhoseConnectionTheServerClosedOpensAnother() throws Exception {
    CountDownLatch close = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    Script script =
        peer -> {
          peer.request();
          peer.stream(1);
          if (peer.number() == 1) {
            close.await();
            peer.close();
            closed.countDown();
          } else {
            peer.awaitEnd();
          }
        };
    try (ScriptedServer server = ScriptedServer.start(script);
        ClientFixture client =
            ClientFixture.keeping(
                server.port(), new KeepAlive(KeepAlive.DEFAULT.idle(), Duration.ofHours(1)))) {
      Lane lane = lane(client, ConnectionReuse.PER_USER);
      requests(client, lane, 1);
      close.countDown();
      closed.await();
      RequestTimeline second = requests(client, lane, 1).getFirst();

      assertThat(second.outcome()).isEqualTo(new Outcome.Success());
      assertThat(second.connectNanos()).isPresent();
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void aUserThatIsGoneLeavesItsConnectionToOthers() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(LoadClientTest.GOOD);
        ClientFixture client = ClientFixture.to(server.port(), ClientFixture.PATIENT)) {
      Lane gone = lane(client, ConnectionReuse.PER_USER);
      requests(client, gone, 1);
      client.onLoop(() -> {
        gone.close();
        return true;
      });

      assertThat(client.onLoop(() -> client.client().idleConnections())).isEqualTo(1);
      requests(client, lane(client, ConnectionReuse.PER_USER), 1);
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(ConnectionReuse.class)
  void theClientClosesWhatItsLanesKeep(ConnectionReuse reuse) throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    Script script =
        peer -> {
          peer.request();
          peer.stream(1);
          peer.awaitEnd();
          closed.countDown();
        };
    try (ScriptedServer server = ScriptedServer.start(script);
        ClientFixture client = ClientFixture.to(server.port(), ClientFixture.PATIENT)) {
      Lane lane = lane(client, reuse);
      requests(client, lane, 1);
      client.client().close();

      LoadClientTest.within(() -> closed.getCount() == 0);
      assertThat(LoadClientTest.failure(requests(client, lane, 1).getFirst()).message())
          .isEqualTo("The client is closed.");
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(ConnectionReuse.class)
  void isFoundByItsNameInAPlan(ConnectionReuse reuse) {
    assertThat(ConnectionReuse.named(reuse.planName())).contains(reuse);
    assertThat(ConnectionReuse.named("pooled")).isEmpty();
  }
}
