package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.http.ScriptedServer.Script;
import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.Outcome;
import dev.loadline.runner.measure.RequestTimeline;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What answers take of the memory that those of one loop may take together. */
class ClientMemoryTest {
  private static final int MEBIBYTE = 1 << 20;
  private static final int STREAMS = 8;

  @ParameterizedTest
  @ValueSource(strings = {"data: ", "{\"choices\":"})
  void answersWithoutEndShareTheMemoryAndGiveItBack(String beginning) throws Exception {
    Script script =
        peer -> {
          peer.request();
          if (peer.number() <= STREAMS) {
            peer.streamHead();
            peer.chunk(beginning);
            while (true) {
              peer.chunk("x".repeat(10_000));
            }
          }
          peer.streamHead();
          peer.chunk(large(MEBIBYTE / 2));
          peer.lastChunk();
        };
    AnswerBudget budget = new AnswerBudget(2 * MEBIBYTE);
    try (ScriptedServer server = ScriptedServer.start(script);
        ClientFixture client = ClientFixture.withMemory(server.port(), budget)) {
      List<CompletableFuture<RequestTimeline>> endless =
          IntStream.range(0, STREAMS).mapToObj(_ -> client.begin(NoTokenGaps.INSTANCE)).toList();
      for (CompletableFuture<RequestTimeline> request : endless) {
        RequestTimeline timeline = ClientFixture.await(request);
        assertThat(LoadClientTest.errorClass(timeline)).isEqualTo(ErrorClass.BAD_RESPONSE);
        assertThat(LoadClientTest.failure(timeline).message())
            .endsWith("does not end: with those of other answers it is larger than 2 MiB.");
      }

      assertThat(client.onLoop(budget::left)).isEqualTo(2 * MEBIBYTE);
      assertThat(client.request().outcome()).isEqualTo(new Outcome.Success());
    }
  }

  @Test
  void anIdleConnectionHoldsNothing() throws Exception {
    Script script =
        peer -> {
          peer.request();
          peer.streamHead();
          peer.chunk(large(MEBIBYTE));
          peer.lastChunk();
          peer.awaitEnd();
        };
    AnswerBudget budget = new AnswerBudget(16 * MEBIBYTE);
    try (ScriptedServer server = ScriptedServer.start(script);
        ClientFixture client = ClientFixture.withMemory(server.port(), budget)) {
      assertThat(client.request().outcome()).isEqualTo(new Outcome.Success());

      assertThat(client.onLoop(() -> client.client().idleConnections())).isEqualTo(1);
      assertThat(client.onLoop(budget::left)).isEqualTo(16 * MEBIBYTE);
    }
  }

  private static String large(int length) {
    return "data: {\"choices\":[{\"text\":\""
        + "x".repeat(length)
        + "\",\"finish_reason\":\"stop\"}]}\n\n";
  }

  @Test
  void theBudgetIsAQuarterOfTheHeapForAllLoopsTogether() {
    assertThat(4 * 8 * AnswerBudget.ofOneLoop(8).left())
        .isBetween(Runtime.getRuntime().maxMemory() - 32, Runtime.getRuntime().maxMemory());
  }

  @Test
  void smallEventsCountForNothing() {
    AnswerBytes bytes = new AnswerBytes(new AnswerBudget(0));
    byte[] part = "a part of an event".getBytes(StandardCharsets.US_ASCII);

    assertThat(bytes.append(part, 0, part.length)).isTrue();
    assertThat(bytes.append(part, 1, 6)).isTrue();

    assertThat(new String(bytes.array(), 0, bytes.length(), StandardCharsets.US_ASCII))
        .isEqualTo("a part of an event part");
    assertThat(bytes.append(new byte[3 << 10], 0, 3 << 10)).isFalse();
    assertThat(bytes.lacksMemory()).isTrue();
    bytes.release();
    assertThat(bytes.array()).isEmpty();
  }
}
