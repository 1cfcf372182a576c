package dev.loadline.runner.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir Path folder;

  @Test
  void speaksTlsWithTheCertificateThatItIsGiven() throws Exception {
    KeyStore store = selfSigned();
    Path certificate = pem("CERTIFICATE", store.getCertificate("simulator").getEncoded());
    Path key = pem("PRIVATE KEY", store.getKey("simulator", PASSWORD).getEncoded());
    SimulatorSettings settings =
        SimulatorSettings.parse(
            "--port=0", "--ttft=0", "--tls-certificate=" + certificate, "--tls-key=" + key);
    try (Simulator simulator = Simulator.start(settings);
        HttpClient client = HttpClient.newBuilder().sslContext(trusting(store)).build()) {
      assertThat(simulator.url().toString()).startsWith("https://127.0.0.1:").endsWith("/v1");
      HttpRequest request =
          HttpRequest.newBuilder(simulator.root().resolve("/v1/completions"))
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"prompt\":\"a\",\"max_tokens\":1,\"stream\":true}"))
              .build();
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.body()).endsWith("data: [DONE]\n\n");
      assertThat(simulator.truth().succeeded()).isEqualTo(1);
    }
  }

  @Test
  void saysThatItsFilesAreUnusable() {
    Path missing = folder.resolve("missing.pem");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            Simulator.start(
                SimulatorSettings.parse(
                    "--port=0", "--tls-certificate=" + missing, "--tls-key=" + missing)))
        .withMessageContaining("--tls-certificate");
  }

  private KeyStore selfSigned() throws IOException, InterruptedException, GeneralSecurityException {
    Path file = folder.resolve("store.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                "simulator",
                "-keyalg",
                "EC",
                "-dname",
                "CN=simulator",
                "-ext",
                "SAN=IP:127.0.0.1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  private Path pem(String type, byte[] der) throws IOException {
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return Files.writeString(
        folder.resolve(type.replace(' ', '-') + ".pem"),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, body, type));
  }

  private static SSLContext trusting(KeyStore store) throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("simulator", store.getCertificate("simulator"));
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }
}
