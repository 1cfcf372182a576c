package dev.loadline.runner.trace;

import java.math.BigDecimal;
import java.util.List;

/**
 * What a line says, not yet compared with its neighbours.
 *
 * @param nanos its time, nanoseconds since any fixed instant
 */
record Row(long nanos, long inputTokens, long outputTokens, List<Long> blockHashes) {
  /** Beyond the year 2262 nanoseconds have no number. */
  private static final BigDecimal MOST_NANOS = BigDecimal.valueOf(Long.MAX_VALUE);

  /**
   * A time in nanoseconds.
   *
   * @param power how many powers of ten the unit is longer than a nanosecond
   */
  static long nanos(BigDecimal time, int power) throws RowException {
    if (time.signum() < 0) {
      throw new RowException("the time is negative, give one from 0 on");
    }
    if (time.compareTo(MOST_NANOS.scaleByPowerOfTen(-power)) > 0) {
      throw new RowException("the time is too large, check its unit");
    }
    return time.scaleByPowerOfTen(power).longValue();
  }
}
