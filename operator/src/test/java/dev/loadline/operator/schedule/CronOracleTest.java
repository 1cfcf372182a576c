package dev.loadline.operator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random schedules against the definition itself: look at every minute of the real time line and
 * ask whether its local fields match. The zones change their clocks by whole hours and not at
 * midnight; elsewhere the walk is strange on purpose.
 */
class CronOracleTest {
  private static final Instant FROM = Instant.parse("2025-01-01T00:00:00Z");
  private static final int SEARCHED_DAYS = 120;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Etc/UTC",
        "Europe/Berlin",
        "Europe/London",
        "America/New_York",
        "Asia/Kolkata",
        "Australia/Sydney",
        "Pacific/Auckland",
        "Africa/Casablanca"
      })
  void agreesWithLookingAtEveryMinute(String zoneName) {
    ZoneId zone = ZoneId.of(zoneName);
    SplittableRandom random = new SplittableRandom(zoneName.hashCode());
    for (int i = 0; i < 60; i++) {
      Fields fields = Fields.draw(random);
      Instant after = FROM.plusSeconds(random.nextLong(3 * 365 * 86_400L));
      Instant end = after.plus(SEARCHED_DAYS, ChronoUnit.DAYS);
      Optional<Instant> found =
          CronScheduleTest.valid(fields.expression()).next(after, zone).filter(end::isAfter);
      assertThat(found)
          .as("%s after %s in %s", fields.expression(), after, zone)
          .isEqualTo(fields.firstMinute(after, end, zone));
    }
  }

  /** Sets of values; an empty one stands for a star. */
  private record Fields(
      TreeSet<Integer> minutes,
      TreeSet<Integer> hours,
      TreeSet<Integer> days,
      TreeSet<Integer> months,
      TreeSet<Integer> weekdays) {

    static Fields draw(SplittableRandom random) {
      return new Fields(
          some(random, 0, 59, 0.2),
          some(random, 0, 23, 0.3),
          some(random, 1, 31, 0.5),
          some(random, 1, 12, 0.7),
          some(random, 0, 6, 0.5));
    }

    private static TreeSet<Integer> some(SplittableRandom random, int min, int max, double star) {
      TreeSet<Integer> values = new TreeSet<>();
      if (random.nextDouble() >= star) {
        IntStream.rangeClosed(0, random.nextInt(4))
            .forEach(i -> values.add(random.nextInt(min, max + 1)));
      }
      return values;
    }

    String expression() {
      return text(minutes)
          + ' '
          + text(hours)
          + ' '
          + text(days)
          + ' '
          + text(months)
          + ' '
          + text(weekdays);
    }

    private static String text(TreeSet<Integer> values) {
      return values.isEmpty()
          ? "*"
          : values.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    Optional<Instant> firstMinute(Instant after, Instant end, ZoneId zone) {
      Instant minute = after.truncatedTo(ChronoUnit.MINUTES).plusSeconds(60);
      while (minute.isBefore(end)) {
        if (due(LocalDateTime.ofInstant(minute, zone))) {
          return Optional.of(minute);
        }
        minute = minute.plusSeconds(60);
      }
      return Optional.empty();
    }

    private boolean due(LocalDateTime time) {
      return in(minutes, time.getMinute())
          && in(hours, time.getHour())
          && in(months, time.getMonthValue())
          && dayDue(time.getDayOfMonth(), time.getDayOfWeek().getValue() % 7);
    }

    private boolean dayDue(int day, int weekday) {
      if (days.isEmpty() || weekdays.isEmpty()) {
        return in(days, day) && in(weekdays, weekday);
      }
      return days.contains(day) || weekdays.contains(weekday);
    }

    private static boolean in(TreeSet<Integer> values, int value) {
      return values.isEmpty() || values.contains(value);
    }
  }
}
