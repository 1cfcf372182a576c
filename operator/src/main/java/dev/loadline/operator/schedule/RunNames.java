package dev.loadline.operator.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;

/**
 * Names of runs: the same cause always gives the same name, so creating a run twice is harmless. A
 * token and a UID are hashed (SHA-256, first 8 hex digits), since a token may be any text.
 */
final class RunNames {
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyyMMddHHmm").withZone(ZoneOffset.UTC);

  private RunNames() {}

  /** {@code <test>-<yyyyMMddHHmm>}, the minute in UTC. */
  static String ofMinute(String test, Instant scheduledTime) {
    return test + "-" + MINUTE.format(scheduledTime);
  }

  /** {@code <test>-<8 hex>} of a token or, for the only run of a test without schedule, its UID. */
  static String ofText(String test, String text) {
    return test + "-" + HexFormat.of().formatHex(sha256(text), 0, 4);
  }

  static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java has SHA-256", absent);
    }
  }
}
