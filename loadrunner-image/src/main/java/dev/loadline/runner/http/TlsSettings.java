package dev.loadline.runner.http;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.NetUtil;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * How an {@code https} target is verified, and how the client proves itself.
 *
 * @param insecureSkipVerify accept any certificate of any host
 * @param caBundle PEM certificates to trust instead of the system's
 * @param serverName the name that the certificate must bear and that the server is told (SNI),
 *     instead of the URL's host
 * @param clientCertificate what a server that asks for a certificate gets
 */
public record TlsSettings(
    boolean insecureSkipVerify,
    Optional<String> caBundle,
    Optional<String> serverName,
    Optional<ClientCertificate> clientCertificate) {
  /** The system's certificates, host names checked. */
  public static final TlsSettings VERIFIED = new TlsSettings(false, Optional.empty());

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException with a sentence for the user if it is none
   */
  public TlsSettings {
    if (serverName.filter(name -> !isAddress(name) && !isHostName(name)).isPresent()) {
      throw new IllegalArgumentException(
          "target.tls.serverName is no host name: give the name that the certificate bears.");
    }
  }

  /** Those of a server with the URL's name that wants no certificate. */
  TlsSettings(boolean insecureSkipVerify, Optional<String> caBundle) {
    this(insecureSkipVerify, caBundle, Optional.empty(), Optional.empty());
  }

  private static boolean isAddress(String name) {
    return NetUtil.isValidIpV4Address(name) || NetUtil.isValidIpV6Address(name);
  }

  private static boolean isHostName(String name) {
    try {
      SNIHostName _ = new SNIHostName(name);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The name that the certificate of a server at this host must bear. */
  String nameOf(String host) {
    return serverName.orElse(host.endsWith(".") ? host.substring(0, host.length() - 1) : host);
  }

  /**
   * The way to open connections to that host.
   *
   * @throws IllegalArgumentException with a sentence for the user if the bundle holds no usable
   *     certificates
   */
  Client client(String host) {
    return new Client(context(), nameOf(host));
  }

  /**
   * Makes a context to see that one can be made.
   *
   * @throws IllegalArgumentException with a sentence for the user if none can be
   */
  public void check() {
    SslContext _ = context();
  }

  private SslContext context() {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .sessionCacheSize(1)
            .endpointIdentificationAlgorithm(insecureSkipVerify ? "" : "HTTPS");
    clientCertificate.ifPresent(own -> builder.keyManager(own.keyManager()));
    try {
      if (insecureSkipVerify) {
        builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
      } else {
        caBundle.ifPresent(pem ->
            builder.trustManager(
                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
      }
      return builder.build();
    } catch (IllegalArgumentException | SSLException e) {
      throw new IllegalArgumentException(
          "The CA bundle cannot be used: it must hold one or more PEM certificates"
              + " (-----BEGIN CERTIFICATE-----).",
          e);
    }
  }

  /** Makes the TLS handlers of one client's connections. */
  static final class Client {
    private final SslContext context;
    private final String name;
    private final AtomicInteger connections = new AtomicInteger();

    private Client(SslContext context, String name) {
      this.context = context;
      this.name = name;
    }

    /**
     * The handler of one connection. The JDK resumes a session with the same host and port; the
     * port is a new one each time, which nothing else looks at, so that each handshake is a whole
     * one: the clients of inference services seldom resume, and what is measured must not depend on
     * which connection came before.
     */
    SslHandler handler(ByteBufAllocator allocator) {
      SslHandler handler = context.newHandler(allocator, name, connections.incrementAndGet());
      if (!isAddress(name)) {
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(name)));
        handler.engine().setSSLParameters(parameters);
      }
      handler.setHandshakeTimeoutMillis(0);
      return handler;
    }
  }
}
