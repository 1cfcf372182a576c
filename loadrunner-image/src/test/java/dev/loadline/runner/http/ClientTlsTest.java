package dev.loadline.runner.http;

import static dev.loadline.runner.http.LoadClientTest.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loadline.runner.http.ScriptedServer.Script;
import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.Outcome;
import dev.loadline.runner.measure.RequestTimeline;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientTlsTest {
  private static final Script GOOD =
      peer -> {
        while (!peer.request().isEmpty()) {
          peer.stream(3);
        }
      };

  private static Certificates right;
  private static Certificates ofAnotherHost;

  @BeforeAll
  static void makeCertificates(@TempDir Path folder) throws Exception {
    right = Certificates.selfSigned(folder, "ip:127.0.0.1");
    ofAnotherHost = Certificates.selfSigned(folder, "dns:elsewhere.example");
  }

  private static TlsSettings trusting(Certificates certificates) throws GeneralSecurityException {
    return new TlsSettings(false, Optional.of(certificates.pem()));
  }

  private static ClientFixture client(
      EventLoops loops, int port, TlsSettings tls, Timeouts timeouts) {
    String url = "https://127.0.0.1:" + port + "/v1";
    return new ClientFixture(loops, ClientFixture.endpoint(url, tls, timeouts));
  }

  private static RequestTimeline request(Certificates of, TlsSettings tls) throws Exception {
    try (ScriptedServer server = ScriptedServer.start(of.serverSockets(), GOOD);
        ClientFixture client =
            client(EventLoops.start(1, "test"), server.port(), tls, ClientFixture.PATIENT)) {
      return client.request();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void acceptsACertificateOfTheGivenCa(boolean epoll) throws Exception {
    try (ScriptedServer server = ScriptedServer.start(right.serverSockets(), GOOD);
        ClientFixture client =
            client(
                epoll ? EventLoops.start(1, "test") : EventLoops.startNio(1, "test"),
                server.port(),
                trusting(right),
                ClientFixture.PATIENT)) {
      List<RequestTimeline> timelines = client.requests(2);

      assertThat(timelines).allMatch(one -> one.outcome().equals(new Outcome.Success()));
      assertThat(timelines.getFirst().counts().events()).isEqualTo(3);
      assertThat(timelines.getFirst().connectNanos()).isPresent();
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void refusesACertificateThatNobodyTrusts() throws Exception {
    Outcome.Failure failure = failure(request(right, TlsSettings.VERIFIED));

    assertThat(failure.errorClass()).isEqualTo(ErrorClass.TLS);
    assertThat(failure.message()).contains("not trusted").contains("tls.caBundle");
  }

  @Test
  void refusesACertificateOfAnotherHost() throws Exception {
    Outcome.Failure failure = failure(request(ofAnotherHost, trusting(ofAnotherHost)));

    assertThat(failure.errorClass()).isEqualTo(ErrorClass.TLS);
    assertThat(failure.message()).contains("not for 127.0.0.1");
  }

  @Test
  void acceptsAnyCertificateWithoutVerification() throws Exception {
    RequestTimeline timeline = request(ofAnotherHost, new TlsSettings(true, Optional.empty()));

    assertThat(timeline.outcome()).isEqualTo(new Outcome.Success());
  }

  @Test
  void saysThatTheServerDoesNotSpeakTls() throws Exception {
    try (ScriptedServer server =
            ScriptedServer.start(peer -> peer.send("HTTP/1.1 400 Bad Request\r\n\r\n"));
        ClientFixture client =
            client(
                EventLoops.start(1, "test"),
                server.port(),
                TlsSettings.VERIFIED,
                ClientFixture.PATIENT)) {
      Outcome.Failure failure = failure(client.request());

      assertThat(failure.errorClass()).isEqualTo(ErrorClass.TLS);
      assertThat(failure.message()).contains("does not speak TLS");
    }
  }

  @Test
  void saysThatTheServerClosedWithinTheHandshake() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(peer -> {});
        ClientFixture client =
            client(
                EventLoops.start(1, "test"),
                server.port(),
                TlsSettings.VERIFIED,
                ClientFixture.PATIENT)) {
      assertThat(failure(client.request()).errorClass()).isEqualTo(ErrorClass.TLS);
    }
  }

  @Test
  void anAnswerWithoutALengthEndsWhenTheServerSaysThatNothingMoreComes() throws Exception {
    Script script =
        peer -> {
          peer.request();
          peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
          peer.send("data: {\"choices\":[{\"text\":\"a\",\"finish_reason\":\"stop\"}]}\n\n");
          peer.endOutput();
          peer.awaitEnd();
        };
    try (ScriptedServer server = ScriptedServer.start(right.serverSockets("TLSv1.3"), script);
        ClientFixture client =
            client(
                EventLoops.start(1, "test"),
                server.port(),
                trusting(right),
                ClientFixture.PATIENT)) {
      assertThat(client.request().outcome()).isEqualTo(new Outcome.Success());
    }
  }

  @Test
  void timesOutAHandshakeThatDoesNotEnd() throws Exception {
    Timeouts timeouts =
        new Timeouts(Duration.ofMillis(200), Duration.ofSeconds(30), Duration.ofSeconds(30));
    try (ScriptedServer server = ScriptedServer.start(peer -> peer.awaitEnd());
        ClientFixture client =
            client(EventLoops.start(1, "test"), server.port(), TlsSettings.VERIFIED, timeouts)) {
      assertThat(failure(client.request()).errorClass()).isEqualTo(ErrorClass.CONNECT_TIMEOUT);
    }
  }

  @Test
  void sendsOnceMoreWhenAKeptAliveConnectionDies() throws Exception {
    Script script =
        peer -> {
          peer.request();
          peer.stream(1);
          peer.request();
          if (peer.number() > 1) {
            peer.stream(1);
          }
        };
    try (ScriptedServer server = ScriptedServer.start(right.serverSockets(), script);
        ClientFixture client =
            client(
                EventLoops.start(1, "test"),
                server.port(),
                trusting(right),
                ClientFixture.PATIENT)) {
      client.request();
      RequestTimeline second = client.request();

      assertThat(second.outcome()).isEqualTo(new Outcome.Success());
      assertThat(second.isReconnected()).isTrue();
    }
  }

  @Test
  void saysThatACaBundleIsUnusable() {
    TlsSettings tls = new TlsSettings(false, Optional.of("no certificate"));
    try (EventLoops loops = EventLoops.start(1, "test")) {
      Endpoint endpoint = ClientFixture.endpoint("https://127.0.0.1:1", tls, Timeouts.DEFAULT);

      assertThatThrownBy(() -> LoadClient.onEach(loops, endpoint))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("BEGIN CERTIFICATE");
    }
  }
}
