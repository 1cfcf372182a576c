package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where connections go if the host has several addresses, as a headless Service has. */
class ClientAddressesTest {
  private static final int ADDRESSES = 4;

  private static InetAddress address(int number) throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) number});
  }

  /** Listens at the same port of each address. */
  private static List<ServerSocket> listeners() throws IOException {
    List<ServerSocket> listeners = new ArrayList<>();
    listeners.add(new ServerSocket(0, 50, address(1)));
    for (int i = 2; i <= ADDRESSES; i++) {
      listeners.add(new ServerSocket(listeners.getFirst().getLocalPort(), 50, address(i)));
    }
    return listeners;
  }

  @ParameterizedTest
  @CsvSource({
    // loops, connections of each
    "1, 8",
    "2, 4",
    "3, 4",
    "4, 1",
    "4, 2",
    "8, 1"
  })
  void allLoopsTogetherSpreadTheirConnectionsEvenly(int loopCount, int each) throws Exception {
    List<ServerSocket> listeners = listeners();
    InetAddress[] all = new InetAddress[ADDRESSES];
    for (int i = 0; i < ADDRESSES; i++) {
      all[i] = address(i + 1);
    }
    int port = listeners.getFirst().getLocalPort();
    Endpoint endpoint = ClientFixture.endpoint(port, ClientFixture.PATIENT);
    HostAddresses addresses = new HostAddresses(endpoint, _ -> all, Runnable::run);
    try (EventLoops loops = EventLoops.start(loopCount, "test")) {
      List<LoadClient> clients = LoadClient.onEach(loops, endpoint, addresses);
      for (int i = 0; i < loopCount; i++) {
        LoadClient client = clients.get(i);
        CompletableFuture<Integer> opened = new CompletableFuture<>();
        loops
            .all()
            .get(i)
            .execute(() -> {
              var _ = client.prewarm(each).thenAccept(opened::complete);
            });
        assertThat(ClientFixture.await(opened)).isEqualTo(each);
      }

      for (ServerSocket listener : listeners) {
        assertThat(waiting(listener))
            .as("%s", listener.getInetAddress())
            .isEqualTo(loopCount * each / ADDRESSES);
      }
      clients.forEach(LoadClient::close);
    } finally {
      for (ServerSocket listener : listeners) {
        listener.close();
      }
    }
  }

  /** Connections that were opened and wait to be accepted: all there are, since nobody accepts. */
  private static int waiting(ServerSocket listener) throws IOException {
    listener.setSoTimeout(100);
    int count = 0;
    try {
      while (true) {
        listener.accept().close();
        count++;
      }
    } catch (SocketTimeoutException e) {
      return count;
    }
  }

  @Test
  void aClientGoesOnWithTheAddressesOfTheLastLookUp() throws Exception {
    Endpoint endpoint = ClientFixture.endpoint(1, ClientFixture.PATIENT);
    List<InetAddress> now = new ArrayList<>(List.of(address(1), address(2), address(3)));
    HostAddresses addresses =
        new HostAddresses(endpoint, _ -> now.toArray(new InetAddress[0]), Runnable::run);
    addresses.lookUpNow(0);
    assertThat(List.of(addresses.next(), addresses.next(), addresses.next(), addresses.next()))
        .containsExactly(address(1), address(2), address(3), address(1));

    now.removeLast();
    addresses.lookUpNow(1);
    assertThat(List.of(addresses.next(), addresses.next())).contains(address(1), address(2));
  }
}
