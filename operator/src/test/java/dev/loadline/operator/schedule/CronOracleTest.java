package dev.loadline.operator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random schedules against the definition itself: look at every minute of the real time line and
 * ask whether its local fields match. All but two of the zones change their clocks, by whole hours
 * and not at midnight; elsewhere the walk is strange on purpose.
 */
class CronOracleTest {
  private static final Instant FROM = Instant.parse("1985-01-01T00:00:00Z");
  private static final Instant TO = Instant.parse("2025-01-01T00:00:00Z");
  private static final Duration AROUND = Duration.ofHours(36);
  private static final int SEARCHED_DAYS = 120;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Etc/UTC",
        "Asia/Kolkata",
        "Europe/Berlin",
        "Europe/London",
        "Europe/Helsinki",
        "Europe/Moscow",
        "America/New_York",
        "America/Los_Angeles",
        "Australia/Sydney",
        "Pacific/Auckland"
      })
  void agreesWithLookingAtEveryMinute(String zoneName) {
    ZoneId zone = ZoneId.of(zoneName);
    SplittableRandom random = new SplittableRandom(zoneName.hashCode());
    for (int i = 0; i < 40; i++) {
      Fields fields = Fields.draw(random);
      Instant after = FROM.plusSeconds(random.nextLong(Duration.between(FROM, TO).toSeconds()));
      Instant end = after.plus(SEARCHED_DAYS, ChronoUnit.DAYS);
      Optional<Instant> found =
          CronScheduleTest.valid(fields.expression()).next(after, zone).filter(end::isAfter);
      assertThat(found)
          .as("%s after %s in %s", fields.expression(), after, zone)
          .isEqualTo(fields.firstMinute(after, end, zone));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Europe/Berlin, 40, 40",
    "Europe/London, 40, 40",
    "Europe/Helsinki, 40, 40",
    "Europe/Moscow, 27, 27",
    "America/New_York, 40, 40",
    "America/Los_Angeles, 40, 40",
    "Australia/Sydney, 40, 40",
    "Pacific/Auckland, 40, 40"
  })
  void agreesWithLookingAtEveryMinuteAroundEveryChangeOfTheClockOfFortyYears(
      String zoneName, int gaps, int overlaps) {
    ZoneId zone = ZoneId.of(zoneName);
    SplittableRandom random = new SplittableRandom(zoneName.hashCode());
    Map<Boolean, Integer> seen = new HashMap<>();
    ZoneOffsetTransition change = zone.getRules().nextTransition(FROM);
    while (change != null && change.getInstant().isBefore(TO)) {
      seen.merge(change.isGap(), 1, Integer::sum);
      Instant from = change.getInstant().minus(AROUND);
      Instant to = change.getInstant().plus(AROUND);
      for (int i = 0; i < 6; i++) {
        Fields fields = i == 0 ? Fields.atNight(random) : Fields.draw(random);
        assertThat(found(fields.expression(), from, to, zone))
            .as("%s around %s in %s", fields.expression(), change, zone)
            .isEqualTo(fields.minutes(from, to, zone));
      }
      change = zone.getRules().nextTransition(change.getInstant());
    }
    assertThat(seen).isEqualTo(Map.of(true, gaps, false, overlaps));
  }

  private static List<Instant> found(String expression, Instant from, Instant to, ZoneId zone) {
    CronSchedule schedule = CronScheduleTest.valid(expression);
    List<Instant> found = new ArrayList<>();
    Optional<Instant> next = schedule.next(from, zone);
    while (next.filter(to::isAfter).isPresent()) {
      found.add(next.get());
      next = schedule.next(next.get(), zone);
    }
    return found;
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

    /** In the hours in which clocks change, on all days. */
    static Fields atNight(SplittableRandom random) {
      return new Fields(
          some(random, 0, 59, 0.1),
          some(random, 0, 4, 0),
          new TreeSet<>(),
          new TreeSet<>(),
          new TreeSet<>());
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
      return all(after, end, zone).findFirst();
    }

    List<Instant> minutes(Instant after, Instant end, ZoneId zone) {
      return all(after, end, zone).toList();
    }

    private Stream<Instant> all(Instant after, Instant end, ZoneId zone) {
      ZoneRules rules = zone.getRules();
      return Stream.iterate(
              after.truncatedTo(ChronoUnit.MINUTES).plusSeconds(60),
              end::isAfter,
              minute -> minute.plusSeconds(60))
          .filter(minute ->
              due(
                  LocalDateTime.ofEpochSecond(
                      minute.getEpochSecond(), 0, rules.getOffset(minute))));
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
