package dev.loadline.runner.http;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * How an {@code https} target is verified.
 *
 * @param insecureSkipVerify accept any certificate of any host
 * @param caBundle PEM certificates to trust instead of the system's
 */
public record TlsSettings(boolean insecureSkipVerify, Optional<String> caBundle) {
  /** The system's certificates, host names checked. */
  public static final TlsSettings VERIFIED = new TlsSettings(false, Optional.empty());

  /**
   * The context of all connections to the target.
   *
   * @throws IllegalArgumentException with a sentence for the user if the bundle holds no usable
   *     certificates
   */
  public SslContext context() {
    SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
    try {
      if (insecureSkipVerify) {
        return builder
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .endpointIdentificationAlgorithm("")
            .build();
      }
      caBundle.ifPresent(pem ->
          builder.trustManager(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
      return builder.endpointIdentificationAlgorithm("HTTPS").build();
    } catch (IllegalArgumentException | SSLException e) {
      throw new IllegalArgumentException(
          "The CA bundle cannot be used: it must hold one or more PEM certificates"
              + " (-----BEGIN CERTIFICATE-----).",
          e);
    }
  }
}
