package dev.loadline.operator.local.apiserver;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A self-signed certificate for 127.0.0.1 that exists only in memory. The JDK can read certificates
 * but offers no way to make one, so its few DER structures (RFC 5280) are written here.
 */
final class LoopbackCertificate {
  private static final byte[] ECDSA_WITH_SHA256 = oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2);
  private static final byte[] COMMON_NAME = oid(0x55, 4, 3);
  private static final byte[] ALTERNATIVE_NAME = oid(0x55, 0x1d, 0x11);
  private static final byte[] BASIC_CONSTRAINTS = oid(0x55, 0x1d, 0x13);
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int OCTETS = 0x04;

  private final KeyPair keys;
  private final Certificate certificate;

  private LoopbackCertificate(KeyPair keys, Certificate certificate) {
    this.keys = keys;
    this.certificate = certificate;
  }

  static LoopbackCertificate create() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair keys = generator.generateKeyPair();
      byte[] body = body(keys.getPublic().getEncoded());
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(body);
      byte[] whole =
          der(
              SEQUENCE,
              body,
              der(SEQUENCE, ECDSA_WITH_SHA256),
              der(0x03, new byte[] {0}, signature.sign()));
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      return new LoopbackCertificate(
          keys, factory.generateCertificate(new ByteArrayInputStream(whole)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has EC keys and SHA-256", impossible);
    }
  }

  /** Version 3, a random serial number, valid from 2020 to 2049, for the address 127.0.0.1. */
  private static byte[] body(byte[] publicKey) {
    byte[] name =
        der(
            SEQUENCE,
            der(SET, der(SEQUENCE, COMMON_NAME, der(0x0c, ascii("loadline local mode")))));
    byte[] validity =
        der(SEQUENCE, der(0x17, ascii("200101000000Z")), der(0x17, ascii("491231235959Z")));
    byte[] address = der(SEQUENCE, der(0x87, new byte[] {127, 0, 0, 1}));
    byte[] authority = der(SEQUENCE, der(0x01, new byte[] {(byte) 0xff}));
    byte[] extensions =
        der(
            SEQUENCE,
            der(SEQUENCE, ALTERNATIVE_NAME, der(OCTETS, address)),
            der(
                SEQUENCE,
                BASIC_CONSTRAINTS,
                der(0x01, new byte[] {(byte) 0xff}),
                der(OCTETS, authority)));
    return der(
        SEQUENCE,
        der(0xa0, der(0x02, new byte[] {2})),
        der(0x02, new BigInteger(64, new SecureRandom()).toByteArray()),
        der(SEQUENCE, ECDSA_WITH_SHA256),
        name,
        validity,
        name,
        publicKey,
        der(0xa3, extensions));
  }

  private static byte[] oid(int... bytes) {
    byte[] content = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      content[i] = (byte) bytes[i];
    }
    return der(0x06, content);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Tag, length, contents. */
  private static byte[] der(int tag, byte[]... contents) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : contents) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.size();
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    }
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }

  String pem() {
    try {
      return "-----BEGIN CERTIFICATE-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this certificate was just read", impossible);
    }
  }

  /** TLS with this certificate. */
  SSLContext context() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      char[] none = new char[0];
      store.setKeyEntry("loopback", keys.getPrivate(), none, new Certificate[] {certificate});
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(store, none);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | java.io.IOException impossible) {
      throw new IllegalStateException("a key store in memory cannot fail", impossible);
    }
  }
}
