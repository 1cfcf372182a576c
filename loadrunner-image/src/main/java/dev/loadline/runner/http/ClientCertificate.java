package dev.loadline.runner.http;

import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificate that the client proves itself with, its chain and its private key. The key is
 * secret: nothing but TLS ever reads it.
 */
public final class ClientCertificate {
  private static final String UNUSABLE =
      "The client certificate (target.tls.clientCertificateSecretName) cannot be used: ";

  private final X509Certificate[] chain;
  private final PrivateKey key;

  private ClientCertificate(X509Certificate[] chain, PrivateKey key) {
    this.chain = chain;
    this.key = key;
  }

  /**
   * Reads both.
   *
   * @param certificates PEM, the client's own certificate first
   * @param key PEM of an RSA, EC or Ed25519 key, not encrypted
   * @throws IllegalArgumentException with a sentence for the user, which holds nothing of the texts
   */
  public static ClientCertificate of(String certificates, String key) {
    X509Certificate[] chain = chain(certificates);
    PrivateKey read;
    try {
      read = PrivateKeys.read(key);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(UNUSABLE + "the key in tls.key " + e.getMessage() + ".");
    }
    if (!belongTogether(chain[0], read)) {
      throw new IllegalArgumentException(
          UNUSABLE + "the key in tls.key does not belong to the first certificate in tls.crt.");
    }
    return new ClientCertificate(chain, read);
  }

  private static X509Certificate[] chain(String pem) {
    byte[] bytes = pem.getBytes(StandardCharsets.ISO_8859_1);
    try {
      X509Certificate[] chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(bytes))
              .toArray(X509Certificate[]::new);
      if (chain.length > 0) {
        return chain;
      }
    } catch (CertificateException e) {
      // Said below; the cause may quote the text.
    }
    throw new IllegalArgumentException(
        UNUSABLE + "tls.crt must hold one or more PEM certificates (-----BEGIN CERTIFICATE-----).");
  }

  /** Whether what the key signs is verified by the certificate. */
  private static boolean belongTogether(X509Certificate certificate, PrivateKey key) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "EdDSA";
        };
    byte[] text = "loadline".getBytes(StandardCharsets.US_ASCII);
    try {
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(text);
      Signature verifying = Signature.getInstance(algorithm);
      verifying.initVerify(certificate.getPublicKey());
      verifying.update(text);
      return verifying.verify(signing.sign());
    } catch (GeneralSecurityException e) {
      return false; // Keys of two algorithms.
    }
  }

  /**
   * Presents the certificate to each server that asks for one and can verify its kind of key, as
   * OpenSSL does; the JDK's own would keep it back where the server names only the CA of a CA.
   */
  X509ExtendedKeyManager keyManager() {
    return new Presenting();
  }

  @Override
  public String toString() {
    return "certificate of " + chain[0].getSubjectX500Principal();
  }

  private final class Presenting extends X509ExtendedKeyManager {
    private static final String ALIAS = "client";

    @Override
    public @Nullable String chooseEngineClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return List.of(keyTypes).contains(key.getAlgorithm()) ? ALIAS : null;
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return chooseEngineClientAlias(keyTypes, issuers, null);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return Arrays.copyOf(chain, chain.length);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return key;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return null;
    }
  }
}
