package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.http.ProbeResult.Timeout;
import dev.loadline.runner.http.ProbeResult.Unreachable;
import dev.loadline.runner.http.ScriptedServer.Script;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class TargetProbeWaitTest {
  private static final EventLoops LOOPS = EventLoops.start(1, "probe");
  private static final Script LOADING =
      peer -> {
        peer.request();
        peer.answer(503, "text/plain", "loading");
      };
  private static final Duration LONG = Duration.ofSeconds(30);

  @AfterAll
  static void closeLoops() {
    LOOPS.close();
  }

  private static TargetProbe probe(
      Endpoint endpoint, Consumer<ProbeResult.NotReady> waiting, TargetProbe.Clock clock) {
    Connector connector = Connector.of(LOOPS, LOOPS.all().getFirst(), endpoint);
    return new TargetProbe(connector, endpoint, waiting, clock);
  }

  @Test
  void doesNotWaitLongerThanAllowedForAServerThatNeverAnswers() throws Exception {
    Script script =
        peer -> {
          peer.request();
          peer.awaitEnd();
        };

    assertThat(realProbe(script, Duration.ofMillis(400)))
        .isInstanceOfSatisfying(
            Unreachable.class, result -> assertThat(result.sentence()).contains("did not answer"));
  }

  @Test
  void saysThatAnAnswerBeganAndDidNotEnd() throws Exception {
    Script script =
        peer -> {
          peer.request();
          peer.head(200, "Content-Type: application/json", "Content-Length: 1000");
          peer.awaitEnd();
        };

    String said = "";
    for (long millis = 300; millis < 20_000 && !said.contains("began"); millis *= 2) {
      said = sentence(realProbe(script, Duration.ofMillis(millis)));
    }
    assertThat(said).contains("began an answer (HTTP 200) and did not end it within");
  }

  private static String sentence(ProbeResult result) {
    return ((ProbeResult.NotReady) result).sentence();
  }

  @Test
  void saysThatTheServerClosedTheConnectionBeforeItsAnswerHadEnded() throws Exception {
    for (boolean chunked : List.of(true, false)) {
      Script script =
          peer -> {
            peer.request();
            if (chunked) {
              peer.streamHead();
              peer.chunk("{\"data\":[");
            } else {
              peer.head(200, "Content-Type: application/json", "Content-Length: 1000");
              peer.send("{\"data\":[");
            }
            peer.close();
          };

      try (ScriptedServer server = ScriptedServer.start(script)) {
        Endpoint endpoint = ClientFixture.endpoint(server.port(), Timeouts.DEFAULT);
        ProbeResult result =
            probe(endpoint, _ -> {}, new QuickClock())
                .probe(Optional.of("m"), Optional.empty(), LONG);
        assertThat(result).isInstanceOf(Unreachable.class);
        assertThat(sentence(result)).contains("closed the connection before its answer had ended");
      }
    }
  }

  private static ProbeResult realProbe(Script script, Duration timeout) throws Exception {
    try (ScriptedServer server = ScriptedServer.start(script)) {
      Endpoint endpoint = ClientFixture.endpoint(server.port(), Timeouts.DEFAULT);
      return new TargetProbe(LOOPS, endpoint, _ -> {})
          .probe(Optional.of("m"), Optional.empty(), timeout);
    }
  }

  @Test
  void keepsWhatAnAnswerSaidWhenTheLastLookHasNoTime() throws Exception {
    Script script =
        peer -> {
          peer.request();
          if (peer.number() == 1) {
            peer.answer(503, "text/plain", "loading");
          } else {
            peer.awaitEnd();
          }
        };

    assertThat(realProbe(script, Duration.ofSeconds(3)))
        .isInstanceOfSatisfying(
            Timeout.class, result -> assertThat(result.sentence()).contains("HTTP 503"));
  }

  @Test
  void looksAgainUntilTheTimeIsUp() throws Exception {
    QuickClock clock = new QuickClock();
    long begun = clock.nanos();
    try (ScriptedServer server = ScriptedServer.start(LOADING)) {
      Endpoint endpoint = ClientFixture.endpoint(server.port(), Timeouts.DEFAULT);
      ProbeResult _ =
          probe(endpoint, _ -> {}, clock)
              .probe(Optional.of("m"), Optional.empty(), Duration.ofSeconds(5));
    }

    assertThat(Duration.ofNanos(clock.nanos() - begun)).isEqualTo(Duration.ofMillis(4_900));
  }

  @Test
  void saysThatTheNameServerDoesNotAnswer() throws Exception {
    Endpoint endpoint = ClientFixture.endpoint(1, Timeouts.DEFAULT);
    HostAddresses silent = new HostAddresses(endpoint, InetAddress::getAllByName, _ -> {});
    Connector connector = new Connector(LOOPS.client(LOOPS.all().getFirst()), silent, endpoint);
    TargetProbe probe = new TargetProbe(connector, endpoint, _ -> {}, TargetProbe.Clock.SYSTEM);

    assertThat(probe.probe(Optional.of("m"), Optional.empty(), Duration.ofMillis(50)))
        .isInstanceOfSatisfying(
            Unreachable.class,
            result -> assertThat(result.sentence()).contains("name server did not answer"));
  }

  @Test
  void tellsEveryTenSecondsWhatItWaitsFor() throws Exception {
    List<String> heard = new ArrayList<>();
    try (ScriptedServer server = ScriptedServer.start(LOADING)) {
      Endpoint endpoint = ClientFixture.endpoint(server.port(), Timeouts.DEFAULT);
      ProbeResult _ =
          probe(endpoint, result -> heard.add(result.sentence()), new QuickClock())
              .probe(Optional.of("m"), Optional.empty(), LONG);
    }

    assertThat(heard).hasSize(3).allMatch(one -> one.contains("HTTP 503"));
  }
}
