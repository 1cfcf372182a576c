package dev.loadline.runner.http;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * A self-signed certificate for {@link #NAME} that exists only in memory, for a server within this
 * process. The JDK can read certificates but offers no way to make one, so the few structures of
 * one of version 1 (RFC 5280) are written here.
 */
public final class LoopbackCertificate {
  /** The name that it bears. */
  public static final String NAME = "localhost";

  private static final byte[] ECDSA_WITH_SHA256 =
      Der.of(Der.SEQUENCE, Der.oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2));
  private static final byte[] COMMON_NAME = Der.oid(0x55, 4, 3);

  private final KeyPair keys;
  private final X509Certificate certificate;

  private LoopbackCertificate(KeyPair keys, X509Certificate certificate) {
    this.keys = keys;
    this.certificate = certificate;
  }

  /** Makes one with a key of its own. */
  public static LoopbackCertificate create() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair keys = generator.generateKeyPair();
      byte[] body = body(keys.getPublic().getEncoded());
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(body);
      byte[] bits = Der.of(Der.BITS, new byte[1], signature.sign());
      byte[] whole = Der.of(Der.SEQUENCE, body, ECDSA_WITH_SHA256, bits);
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      return new LoopbackCertificate(
          keys, (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(whole)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has EC keys and SHA-256", e);
    }
  }

  /** Serial number 1, valid from 2020 to 2049. */
  private static byte[] body(byte[] publicKey) {
    byte[] common = Der.of(Der.SEQUENCE, COMMON_NAME, Der.of(Der.UTF8, ascii(NAME)));
    byte[] name = Der.of(Der.SEQUENCE, Der.of(Der.SET, common));
    byte[] validity =
        Der.of(
            Der.SEQUENCE,
            Der.of(Der.UTC_TIME, ascii("200101000000Z")),
            Der.of(Der.UTC_TIME, ascii("491231235959Z")));
    return Der.of(
        Der.SEQUENCE,
        Der.of(Der.INTEGER, new byte[] {1}),
        ECDSA_WITH_SHA256,
        name,
        validity,
        name,
        publicKey);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** How a client trusts it and nothing else, whatever address it reaches the server at. */
  public TlsSettings trusted() {
    try {
      String base64 =
          Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded());
      String pem = "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n";
      return new TlsSettings(false, Optional.of(pem), Optional.of(NAME), Optional.empty());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this certificate was just read", e);
    }
  }

  /** The context of a server that has it. */
  public SslContext server() {
    try {
      return SslContextBuilder.forServer(keys.getPrivate(), certificate)
          .sslProvider(SslProvider.JDK)
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("a key store in memory cannot fail", e);
    }
  }
}
