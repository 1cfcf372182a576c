package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.Outcome;
import dev.loadline.runner.measure.RequestTimeline;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ClientConnectTest {
  private static final InetAddress[] HERE = {InetAddress.getLoopbackAddress()};

  private static Bootstrap withoutSockets(Bootstrap bootstrap) {
    return new Bootstrap()
        .group(bootstrap.config().group())
        .channelFactory(() -> {
          throw new ChannelException("no channel", new IOException("Too many open files"));
        });
  }

  @Test
  void endsARequestOnItsLoopThoughNoSocketCanBeMade() {
    try (ClientFixture client =
        ClientFixture.with(ClientConnectTest::withoutSockets, 1, _ -> HERE)) {
      CompletableFuture<Thread> endedOn = new CompletableFuture<>();
      CompletableFuture<RequestTimeline> request =
          client.begin(NoTokenGaps.INSTANCE, endedOn::complete);
      RequestTimeline timeline = ClientFixture.await(request);

      assertThat(LoadClientTest.errorClass(timeline)).isEqualTo(ErrorClass.CLIENT_PORTS);
      assertThat(ClientFixture.await(endedOn)).isEqualTo(client.onLoop(Thread::currentThread));
    }
  }

  @Test
  void looksTheHostUpAgainThatIsUnknownAtFirst() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    HostAddresses.Lookup lookup =
        host -> {
          if (asked.incrementAndGet() == 1) {
            throw new UnknownHostException(host + ": Temporary failure in name resolution");
          }
          return HERE;
        };
    try (ScriptedServer server = ScriptedServer.start(LoadClientTest.GOOD);
        ClientFixture client =
            ClientFixture.with(UnaryOperator.identity(), server.port(), lookup)) {
      RequestTimeline first = client.request();
      assertThat(first.outcome())
          .isInstanceOfSatisfying(
              Outcome.Failure.class,
              failure -> {
                assertThat(failure.errorClass()).isEqualTo(ErrorClass.CONNECT);
                assertThat(failure.message()).contains("name server did not answer");
              });

      LoadClientTest.within(() -> client.request().outcome() instanceof Outcome.Success);
      assertThat(asked).hasValue(2);
    }
  }
}
