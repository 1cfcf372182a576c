package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPrivateKey;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ClientCertificateTest {
  private static final byte[] P256 = Der.oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7);

  private static Certificates rsa;
  private static Certificates ec;
  private static Certificates ed25519;

  @BeforeAll
  static void makeCertificates(@TempDir Path folder) throws Exception {
    ec = Certificates.selfSigned(folder, "dns:ec");
    rsa = Certificates.selfSigned(folder, "dns:rsa", List.of("-keyalg", "RSA", "-keysize", "2048"));
    ed25519 = Certificates.selfSigned(folder, "dns:ed", List.of("-keyalg", "Ed25519"));
  }

  /** The key in its algorithm's own form, which PKCS #8 wraps. */
  private static byte[] inner(Certificates of) throws GeneralSecurityException {
    Der fields = new Der(of.key().getEncoded()).enter(Der.SEQUENCE);
    fields.enter(Der.INTEGER);
    fields.enter(Der.SEQUENCE);
    return fields.enter(Der.OCTETS).rest();
  }

  /** RFC 5915 with the curve, as OpenSSL writes it. */
  private static String sec1() throws GeneralSecurityException {
    byte[] number = ((ECPrivateKey) ec.key()).getS().toByteArray();
    byte[] fixed = new byte[32];
    int length = Math.min(32, number.length);
    System.arraycopy(number, number.length - length, fixed, 32 - length, length);
    byte[] der =
        Der.of(
            Der.SEQUENCE,
            Der.of(Der.INTEGER, new byte[] {1}),
            Der.of(Der.OCTETS, fixed),
            Der.of(Der.CONTEXT_0, P256));
    return Certificates.pem("EC PARAMETERS", P256) + Certificates.pem("EC PRIVATE KEY", der);
  }

  static Stream<Arguments> keys() throws Exception {
    return Stream.of(
        Arguments.of(rsa, rsa.keyPem()),
        Arguments.of(rsa, Certificates.pem("RSA PRIVATE KEY", inner(rsa))),
        Arguments.of(ec, ec.keyPem()),
        Arguments.of(ec, sec1()),
        Arguments.of(ec, "Bag Attributes: none\n" + ec.keyPem().replace("\n", "\r\n")),
        Arguments.of(ed25519, ed25519.keyPem()));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void readsKeysOfAllUsualForms(Certificates of, String key) throws Exception {
    ClientCertificate certificate = ClientCertificate.of("a comment\n" + of.pem(), key);

    assertThat(certificate).hasToString("certificate of CN=test server");
  }

  static Stream<Arguments> unusable() throws Exception {
    String certificate = ec.pem();
    String key = ec.keyPem();
    String base64 = Base64.getEncoder().encodeToString(new byte[100]);
    String begin = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES\n\n";
    return Stream.of(
        Arguments.of("", key, "tls.crt must hold one or more PEM certificates"),
        Arguments.of("no certificate", key, "tls.crt must hold one or more PEM certificates"),
        Arguments.of(key, key, "tls.crt must hold one or more PEM certificates"),
        Arguments.of(
            Certificates.pem("CERTIFICATE", new byte[50]), key, "tls.crt must hold one or more"),
        Arguments.of(certificate, "", "the key in tls.key is none in PEM"),
        Arguments.of(certificate, certificate, "the key in tls.key is none in PEM"),
        Arguments.of(certificate, Certificates.pem("PRIVATE KEY", new byte[50]), "is no readable"),
        Arguments.of(
            certificate, Certificates.pem("EC PRIVATE KEY", new byte[] {0x30, 9, 1}), "is no read"),
        Arguments.of(certificate, Certificates.pem("OPENSSH PRIVATE KEY", inner(ec)), "is no read"),
        Arguments.of(
            certificate,
            Certificates.pem("ENCRYPTED PRIVATE KEY", ec.key().getEncoded()),
            "the key in tls.key is encrypted: store it without a passphrase."),
        Arguments.of(
            certificate, begin + base64 + "\n-----END RSA PRIVATE KEY-----", "is encrypted"),
        Arguments.of(certificate, rsa.keyPem(), "does not belong to the first certificate"),
        Arguments.of(rsa.pem() + certificate, key, "does not belong to the first certificate"));
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void saysWhatIsWrongWithoutShowingAnyOfIt(String certificates, String key, String words) {
    assertThatThrownBy(() -> ClientCertificate.of(certificates, key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The client certificate (target.tls.clientCertificateSecretName) ")
        .hasMessageContaining(words)
        .hasMessageEndingWith(".")
        .hasNoCause()
        .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContain("MI", "AAAA"));
  }

  @Test
  void noServerSeesTheKeyInWhatIsShown() throws Exception {
    TlsSettings tls =
        new TlsSettings(
            false,
            Optional.empty(),
            Optional.of("a.example"),
            Optional.of(ClientCertificate.of(ec.pem(), ec.keyPem())));

    assertThat(tls.toString())
        .contains("a.example", "CN=test server")
        .doesNotContain(ec.keyPem().lines().toList().get(1));
  }
}
