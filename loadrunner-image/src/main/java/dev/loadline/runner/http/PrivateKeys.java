package dev.loadline.runner.http;

import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Reads private keys in PEM (RFC 7468): PKCS #8, and what older tools write: PKCS #1 (RSA) and SEC
 * 1 (EC). No message holds anything of the text.
 */
final class PrivateKeys {
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----([^-]*(?:-(?!----)[^-]*)*)-----END \\1");
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");
  private static final byte[] ZERO = Der.of(Der.INTEGER, new byte[1]);
  private static final byte[] RSA =
      Der.of(Der.SEQUENCE, Der.oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1), Der.of(0x05));
  private static final byte[] EC = Der.oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1);

  private PrivateKeys() {}

  /**
   * The first key in the text.
   *
   * @throws IllegalArgumentException with the rest of a sentence that begins with "the key"
   */
  static PrivateKey read(String pem) {
    Optional<MatchResult> block = BLOCK.matcher(pem).results().findFirst();
    if (block.isEmpty()) {
      throw new IllegalArgumentException(
          "is none in PEM (-----BEGIN PRIVATE KEY-----, RSA PRIVATE KEY or EC PRIVATE KEY)");
    }
    String form = block.get().group(1);
    String text = block.get().group(2);
    if (form.startsWith("ENCRYPTED") || text.contains("ENCRYPTED")) {
      throw new IllegalArgumentException("is encrypted: store it without a passphrase");
    }
    byte[] bytes = Base64.getMimeDecoder().decode(text);
    try {
      return switch (form) {
        case "PRIVATE KEY" -> key(bytes);
        case "RSA PRIVATE KEY" -> key(wrapped(RSA, bytes));
        case "EC PRIVATE KEY" -> key(wrapped(Der.of(Der.SEQUENCE, EC, curve(bytes)), bytes));
        default -> throw unreadable();
      };
    } catch (IllegalArgumentException e) {
      throw unreadable();
    }
  }

  /** PKCS #8 (RFC 5958) around a key of an algorithm's own form. */
  private static byte[] wrapped(byte[] algorithm, byte[] key) {
    return Der.of(Der.SEQUENCE, ZERO, algorithm, Der.of(Der.OCTETS, key));
  }

  /** The curve's identifier, which is [0] of ECPrivateKey (RFC 5915). */
  private static byte[] curve(byte[] key) {
    Der fields = new Der(key).enter(Der.SEQUENCE);
    fields.enter(Der.INTEGER);
    fields.enter(Der.OCTETS);
    return fields.enter(Der.CONTEXT_0).rest();
  }

  private static PrivateKey key(byte[] pkcs8) {
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException e) {
        // One of another algorithm.
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has them", e);
      }
    }
    throw unreadable();
  }

  private static IllegalArgumentException unreadable() {
    return new IllegalArgumentException("is no readable RSA, EC or Ed25519 key");
  }
}
