package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BusyConnectionsTest {
  private static final long SLOT = 20;
  private static final long AHEAD = 1_000;

  /** Monotonic instants may be negative. */
  private static final long NOW = -12_345;

  private final ClientFixture client = ClientFixture.to(1, ClientFixture.PATIENT);
  private final Lane lane = client.client().lane(ConnectionReuse.POOLED);
  private final BusyConnections busy = new BusyConnections(SLOT, AHEAD);

  @AfterEach
  void close() {
    client.close();
  }

  private Connection put(long now, long in) {
    Connection connection = new Connection(client.client(), null, lane, opened -> {});
    busy.put(connection, now, in);
    return connection;
  }

  @Test
  void eachIsDueAfterItsInstantAndAtMostOneSlotLater() {
    Random random = new Random(1);
    Map<Connection, Long> looks = new HashMap<>();
    for (long now = NOW; now < NOW + 20 * AHEAD; now++) {
      long in = random.nextLong(AHEAD + 1);
      looks.put(put(now, in), now + in);
      for (Connection connection : busy.due(now)) {
        assertThat(now - looks.remove(connection)).isBetween(1L, SLOT);
        busy.remove(connection);
      }
    }
    assertThat(looks.keySet()).containsExactlyInAnyOrderElementsOf(busy.all());
  }

  @Test
  void aLookFindsThoseThatAreDueAndNoOthers() {
    List<Connection> later = LongStream.range(0, 500).mapToObj(i -> put(NOW, AHEAD - i)).toList();
    Connection soon = put(NOW, 5);

    assertThat(busy.due(NOW)).isEmpty();
    assertThat(busy.due(NOW + 5 + SLOT)).containsExactly(soon);
    busy.remove(soon);
    assertThat(busy.all()).containsExactlyInAnyOrderElementsOf(later);
  }

  @Test
  void aLookThatComesVeryLateFindsEachOnce() {
    List<Connection> all = Stream.generate(() -> put(NOW, AHEAD)).limit(3).toList();

    assertThat(busy.due(NOW + 50 * AHEAD)).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void whatIsPutAgainIsDueAtItsNewInstantOnly() {
    Connection connection = put(NOW, 5);
    busy.put(connection, NOW, 500);

    assertThat(busy.due(NOW + 499)).isEmpty();
    assertThat(busy.due(NOW + 500 + SLOT)).containsExactly(connection);
  }

  @Test
  void whatIsRemovedIsNeverDue() {
    Connection connection = put(NOW, 5);

    assertThat(busy.remove(connection)).isTrue();
    assertThat(busy.remove(connection)).isFalse();
    assertThat(busy.isEmpty()).isTrue();
    assertThat(busy.due(NOW + AHEAD)).isEmpty();
  }
}
