package dev.loadline.runner.http;

import static dev.loadline.runner.http.LoadClientTest.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loadline.runner.http.ScriptedServer.Script;
import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.Outcome;
import dev.loadline.runner.measure.RequestTimeline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates of both sides, each judged by the other, with both versions of TLS. */
class ClientMutualTlsTest {
  private static final Script GOOD =
      peer -> {
        while (!peer.request().isEmpty()) {
          peer.stream(1);
        }
      };

  private static Certificates server;
  private static Certificates expired;
  private static Certificates named;
  private static Certificates client;
  private static Certificates stranger;

  @BeforeAll
  static void makeCertificates(@TempDir Path folder) throws Exception {
    server = Certificates.selfSigned(folder, "ip:127.0.0.1");
    expired = Certificates.expired(folder, "ip:127.0.0.1");
    named = Certificates.selfSigned(folder, "dns:gateway.example");
    client = Certificates.ofClient(folder);
    stranger = Certificates.selfSigned(folder, "dns:stranger");
  }

  private static TlsSettings presenting(Optional<Certificates> own) throws Exception {
    Optional<ClientCertificate> certificate =
        own.isEmpty()
            ? Optional.empty()
            : Optional.of(ClientCertificate.of(own.get().chainPem(), own.get().keyPem()));
    return new TlsSettings(false, Optional.of(server.pem()), Optional.empty(), certificate);
  }

  private static TlsSettings expecting(Certificates certificate, String name) throws Exception {
    return new TlsSettings(
        false, Optional.of(certificate.pem()), Optional.of(name), Optional.empty());
  }

  private static ClientFixture client(ScriptedServer to, TlsSettings tls) {
    String url = "https://127.0.0.1:" + to.port() + "/v1";
    return new ClientFixture(
        EventLoops.start(1, "test"), ClientFixture.endpoint(url, tls, ClientFixture.PATIENT));
  }

  private static RequestTimeline request(ScriptedServer to, TlsSettings tls) {
    try (ClientFixture fixture = client(to, tls)) {
      return fixture.request();
    }
  }

  private static ScriptedServer demanding(String protocol) throws Exception {
    return ScriptedServer.start(server.demanding(client.other("root"), protocol), GOOD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void provesItselfToAServerThatKnowsOnlyTheRoot(String protocol) throws Exception {
    try (ScriptedServer to = demanding(protocol)) {
      assertThat(request(to, presenting(Optional.of(client))).outcome())
          .isEqualTo(new Outcome.Success());
      assertThat(to.protocols()).containsExactly(protocol);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void saysThatTheServerAsksForACertificate(String protocol) throws Exception {
    try (ScriptedServer to = demanding(protocol)) {
      Outcome.Failure failure = failure(request(to, presenting(Optional.empty())));

      assertThat(failure.errorClass()).isEqualTo(ErrorClass.TLS);
      assertThat(failure.message()).contains("asks for", "tls.clientCertificateSecretName");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void saysThatTheServerRefusesItsCertificate(String protocol) throws Exception {
    try (ScriptedServer to = demanding(protocol)) {
      Outcome.Failure failure = failure(request(to, presenting(Optional.of(stranger))));

      assertThat(failure.errorClass()).isEqualTo(ErrorClass.TLS);
      assertThat(failure.message())
          .contains("refuses the client's certificate", "tls.clientCertificateSecretName");
    }
  }

  @Test
  void theProbeSaysSoBeforeAnyLoadIsSent() throws Exception {
    try (ScriptedServer to = demanding("TLSv1.3");
        EventLoops loops = EventLoops.start(1, "test")) {
      Endpoint endpoint =
          ClientFixture.endpoint(
              "https://127.0.0.1:" + to.port() + "/v1",
              presenting(Optional.empty()),
              Timeouts.DEFAULT);
      ProbeResult result =
          new TargetProbe(
                  Connector.of(loops, loops.all().getFirst(), endpoint),
                  endpoint,
                  _ -> {},
                  new QuickClock())
              .probe(Optional.of("m"), Optional.empty(), Duration.ofSeconds(5));

      assertThat(result)
          .isInstanceOfSatisfying(
              ProbeResult.Unreachable.class,
              found -> assertThat(found.sentence()).contains("asks for a client certificate"));
    }
  }

  @Test
  void refusesACertificateThatHasExpired() throws Exception {
    TlsSettings tls = new TlsSettings(false, Optional.of(expired.other("root").pem()));
    try (ScriptedServer to = ScriptedServer.start(expired.serverSockets(), GOOD)) {
      Outcome.Failure failure = failure(request(to, tls));

      assertThat(failure.errorClass()).isEqualTo(ErrorClass.TLS);
      assertThat(failure.message()).contains("has expired").doesNotContain("caBundle");
    }
  }

  @ParameterizedTest
  @CsvSource({"gateway.example, TLSv1.2", "gateway.example, TLSv1.3"})
  void asksAnAddressForTheNameThatItsCertificateBears(String name, String protocol)
      throws Exception {
    try (ScriptedServer to = ScriptedServer.start(named.serverSockets(protocol), GOOD)) {
      assertThat(request(to, expecting(named, name)).outcome()).isEqualTo(new Outcome.Success());
      assertThat(to.serverNames()).containsExactly(name);
    }
  }

  @Test
  void refusesACertificateThatDoesNotBearTheGivenName() throws Exception {
    try (ScriptedServer to = ScriptedServer.start(named.serverSockets(), GOOD)) {
      Outcome.Failure failure = failure(request(to, expecting(named, "other.example")));

      assertThat(failure.errorClass()).isEqualTo(ErrorClass.TLS);
      assertThat(failure.message()).contains("is not for other.example", "tls.serverName");
      assertThat(to.requests()).isEmpty();
    }
  }

  @Test
  void asksForNoNameWhereTheHostIsAnAddress() throws Exception {
    try (ScriptedServer to = ScriptedServer.start(server.serverSockets(), GOOD)) {
      assertThat(request(to, presenting(Optional.empty())).outcome())
          .isEqualTo(new Outcome.Success());
      assertThat(to.serverNames()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"gateway, gateway", "gateway., gateway"})
  void asksForAShortNameAsWell(String name, String expected) throws Exception {
    TlsSettings tls = new TlsSettings(true, Optional.empty());
    assertThat(tls.nameOf(name)).isEqualTo(expected);
    try (ScriptedServer to = ScriptedServer.start(named.serverSockets(), GOOD)) {
      TlsSettings asking =
          new TlsSettings(true, Optional.empty(), Optional.of(expected), Optional.empty());
      request(to, asking);
      assertThat(to.serverNames()).containsExactly(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void eachConnectionIsAWholeHandshake(String protocol) throws Exception {
    try (ScriptedServer to = ScriptedServer.start(server.serverSockets(protocol), GOOD);
        ClientFixture fixture = client(to, presenting(Optional.empty()))) {
      Lane lane = fixture.onLoop(() -> fixture.client().lane(ConnectionReuse.PER_REQUEST));
      List<RequestTimeline> timelines =
          List.of(
              ClientFixture.await(fixture.begin(lane)),
              ClientFixture.await(fixture.begin(lane)),
              ClientFixture.await(fixture.begin(lane)));

      assertThat(timelines).allMatch(one -> one.connectNanos().isPresent());
      assertThat(to.sessions()).hasSize(3).doesNotHaveDuplicates();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "ü..x", "-", "gateway.example."})
  void refusesANameThatNoHostCanHave(String name) {
    assertThatThrownBy(
            () -> new TlsSettings(false, Optional.empty(), Optional.of(name), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("target.tls.serverName ");
  }
}
