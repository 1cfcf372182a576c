package dev.loadline.operator.schedule;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Optional;

/**
 * Five fields, each a set of bits (bit v is value v) with {@link CronField#STAR} if it does not
 * restrict.
 *
 * @param expression as it was written
 */
record CronFields(
    String expression, long minutes, long hours, long daysOfMonth, long months, long daysOfWeek)
    implements CronSchedule {

  @Override
  public Optional<Instant> next(Instant after, ZoneId zone) {
    return new CronWalk(this, zone.getRules()).next(after);
  }

  @Override
  public boolean isEverDue() {
    boolean byDayOfWeekAlone = ((daysOfMonth | daysOfWeek) & CronField.STAR) == 0;
    return byDayOfWeekAlone
        || Arrays.stream(Month.values())
            .filter(month -> has(months, month.getValue()))
            .anyMatch(month -> (daysOfMonth & CronField.bits(1, month.maxLength(), 1)) != 0);
  }

  boolean monthMatches(LocalDateTime time) {
    return has(months, time.getMonthValue());
  }

  /** Both must match if either has a star; if both restrict, one is enough. */
  boolean dayMatches(LocalDateTime time) {
    boolean ofMonth = has(daysOfMonth, time.getDayOfMonth());
    boolean ofWeek = has(daysOfWeek, time.getDayOfWeek().getValue() % 7);
    boolean starred = ((daysOfMonth | daysOfWeek) & CronField.STAR) != 0;
    return starred ? ofMonth && ofWeek : ofMonth || ofWeek;
  }

  boolean hourMatches(LocalDateTime time) {
    return has(hours, time.getHour());
  }

  boolean minuteMatches(LocalDateTime time) {
    return has(minutes, time.getMinute());
  }

  private static boolean has(long bits, int value) {
    return (bits & 1L << value) != 0;
  }
}
