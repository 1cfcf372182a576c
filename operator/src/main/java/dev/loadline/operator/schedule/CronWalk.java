package dev.loadline.operator.schedule;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneRules;
import java.util.Optional;

/**
 * The search for the next due instant, as robfig/cron v3 does it: from the largest field to the
 * smallest, each moved forward until it matches, starting over when one rolls into the next larger.
 * Months and days move on the calendar, hours and minutes on the real time line; that difference is
 * what decides at a change of the clock: an hour that is left out is stepped over, an hour that
 * comes twice is met twice. Where robfig is strange (half-hour shifts, midnights that do not
 * exist), this is strange in the same way, because a schedule must mean here what it means in a
 * CronJob. Only where robfig never returns (a whole day that was left out) or returns what is not
 * later (a clock set back over midnight), this goes on to what is later.
 */
final class CronWalk {
  private static final int YEARS_SEARCHED = 5;

  private final CronFields fields;
  private final ZoneRules rules;
  private long epochSecond;
  private LocalDateTime local = LocalDateTime.MIN;

  /** Whether a field was moved already, so that all smaller ones stand at their beginning. */
  private boolean moved;

  CronWalk(CronFields fields, ZoneRules rules) {
    this.fields = fields;
    this.rules = rules;
  }

  Optional<Instant> next(Instant after) {
    long second = after.getEpochSecond();
    Optional<Instant> next = walk(second + 1);
    while (next.isPresent() && !next.get().isAfter(after)) {
      second += 60;
      next = walk(second);
    }
    return next;
  }

  private Optional<Instant> walk(long from) {
    moved = false;
    moveTo(from);
    int lastYear = local.getYear() + YEARS_SEARCHED;
    while (local.getYear() <= lastYear) {
      if (findMonth() && findDay() && findHour() && findMinute() && findSecond()) {
        return Optional.of(Instant.ofEpochSecond(epochSecond));
      }
    }
    return Optional.empty();
  }

  /** False if the search must start over in a new year. */
  private boolean findMonth() {
    while (!fields.monthMatches(local)) {
      if (!moved) {
        moved = true;
        moveTo(local.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1));
      }
      moveTo(plusOneMonth(local));
      if (local.getMonthValue() == 1) {
        return false;
      }
    }
    return true;
  }

  /** False if the search must start over in a new month. */
  private boolean findDay() {
    while (!fields.dayMatches(local)) {
      if (!moved) {
        moved = true;
        moveTo(local.truncatedTo(ChronoUnit.DAYS));
      }
      long before = epochSecond;
      moveTo(local.plusDays(1));
      // Midnight may not exist on that day: go on from the hour nearest to it.
      if (local.getHour() > 12) {
        moveTo(epochSecond + 3600L * (24 - local.getHour()));
      } else if (local.getHour() > 0) {
        moveTo(epochSecond - 3600L * local.getHour());
      }
      if (epochSecond <= before) {
        moveTo(before + 86_400);
      }
      if (local.getDayOfMonth() == 1) {
        return false;
      }
    }
    return true;
  }

  /** False if the search must start over on a new day. */
  private boolean findHour() {
    while (!fields.hourMatches(local)) {
      if (!moved) {
        moved = true;
        moveTo(local.truncatedTo(ChronoUnit.HOURS));
      }
      moveTo(epochSecond + 3600);
      if (local.getHour() == 0) {
        return false;
      }
    }
    return true;
  }

  /** False if the search must start over in a new hour. */
  private boolean findMinute() {
    while (!fields.minuteMatches(local)) {
      if (!moved) {
        moved = true;
        moveTo(epochSecond - Math.floorMod(epochSecond, 60L));
      }
      moveTo(epochSecond + 60);
      if (local.getMinute() == 0) {
        return false;
      }
    }
    return true;
  }

  /** Five fields mean second 0. False if the search must start over in a new minute. */
  private boolean findSecond() {
    if (local.getSecond() == 0) {
      return true;
    }
    moved = true;
    moveTo(epochSecond + 60 - local.getSecond());
    return false;
  }

  private void moveTo(long second) {
    epochSecond = second;
    Instant instant = Instant.ofEpochSecond(second);
    local = LocalDateTime.ofEpochSecond(second, 0, rules.getOffset(instant));
  }

  /**
   * To a local time. Where it exists twice or not at all this chooses as Go's {@code time.Date}:
   * the offset in force when the local time is taken for UTC is tried first; if it was not in force
   * at the instant that gives, the one that was.
   */
  private void moveTo(LocalDateTime time) {
    long asIfUtc = time.toEpochSecond(ZoneOffset.UTC);
    int guess = offsetAt(asIfUtc);
    moveTo(guess == 0 ? asIfUtc : asIfUtc - offsetAt(asIfUtc - guess));
  }

  private int offsetAt(long second) {
    return rules.getOffset(Instant.ofEpochSecond(second)).getTotalSeconds();
  }

  /** The same day of the next month; a day that it does not have runs over, as in Go. */
  private static LocalDateTime plusOneMonth(LocalDateTime time) {
    return time.withDayOfMonth(1).plusMonths(1).plusDays(time.getDayOfMonth() - 1L);
  }
}
