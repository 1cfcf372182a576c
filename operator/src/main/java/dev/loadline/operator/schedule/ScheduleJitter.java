package dev.loadline.operator.schedule;

import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * How long after its minute a test starts, so that tests of one schedule do not start in one
 * instant. Always the same for a test: {@code offset = ⌊j × h ÷ 2³²⌋} seconds, where j is the
 * jitter in whole seconds and h the first four bytes of the SHA-256 of the test's UID, as an
 * unsigned big-endian number. Over UIDs that is uniform on 0, 1, …, j − 1.
 */
public final class ScheduleJitter {
  private ScheduleJitter() {}

  /** At least 0 and below the jitter, in whole seconds; 0 of a jitter below a second. */
  public static Duration offset(Duration jitter, String uid) {
    long hash = Integer.toUnsignedLong(ByteBuffer.wrap(RunNames.sha256(uid)).getInt());
    return Duration.ofSeconds((jitter.toSeconds() * hash) >>> 32);
  }
}
