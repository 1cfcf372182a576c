package dev.loadline.operator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every due time within 36 hours of every change of a zone's clock from 1985 to 2025, as
 * robfig/cron v3 itself found them (the resource and the program that wrote it lie side by side):
 * also at midnight, by half an hour, by two hours.
 */
class CronReferenceTest {
  private static final Instant FROM = Instant.parse("1985-01-01T00:00:00Z");
  private static final Instant TO = Instant.parse("2025-01-01T00:00:00Z");
  private static final Duration AROUND = Duration.ofHours(36);

  static Stream<Map.Entry<String, List<String>>> zones() throws IOException {
    return Files.readAllLines(Path.of("src/test/resources/schedule/clock-changes.csv")).stream()
        .collect(Collectors.groupingBy(line -> line.substring(0, line.indexOf(';'))))
        .entrySet()
        .stream()
        .sorted(Map.Entry.comparingByKey());
  }

  @ParameterizedTest
  @MethodSource("zones")
  void findsWhatTheLibraryOfCronJobsFinds(Map.Entry<String, List<String>> zone) {
    ZoneId id = ZoneId.of(zone.getKey());
    List<Instant> changes = changes(id.getRules());
    List<String> found = new ArrayList<>();
    for (String line : zone.getValue()) {
      String expression = line.split(";", -1)[1];
      found.add(zone.getKey() + ";" + expression + ";" + found(expression, id, changes));
    }
    assertThat(found).isEqualTo(zone.getValue());
  }

  /** There robfig/cron never returns, or returns what is not later than what it was asked after. */
  @ParameterizedTest
  @CsvSource({
    "Pacific/Apia, 0 0 * * 0",
    "Pacific/Apia, 0 0 1 * *",
    "America/St_Johns, 30 0 * * *",
    "America/Goose_Bay, '5 0,23 1-7,25-31 * 0,6'",
    "Asia/Bishkek, 30 0 * * *"
  })
  void alwaysComesToALaterTime(String zone, String expression) {
    ZoneId id = ZoneId.of(zone);
    CronSchedule schedule = CronScheduleTest.valid(expression);
    for (Instant change : changes(id.getRules())) {
      Instant end = change.plus(AROUND);
      Instant due = change.minus(AROUND);
      while (due.isBefore(end)) {
        Instant next = schedule.next(due, id).orElseThrow();
        assertThat(next).as("after %s", due).isAfter(due);
        due = next;
      }
    }
  }

  private static String found(String expression, ZoneId zone, List<Instant> changes) {
    CronSchedule schedule = CronScheduleTest.valid(expression);
    CRC32 sum = new CRC32();
    int count = 0;
    for (Instant change : changes) {
      Instant end = change.plus(AROUND);
      Optional<Instant> due = schedule.next(change.minus(AROUND), zone);
      while (due.filter(end::isAfter).isPresent()) {
        sum.update(ByteBuffer.allocate(8).putLong(0, due.get().getEpochSecond()));
        count++;
        due = schedule.next(due.get(), zone);
      }
    }
    return "%d;%d;%08x".formatted(changes.size(), count, sum.getValue());
  }

  private static List<Instant> changes(ZoneRules rules) {
    List<Instant> changes = new ArrayList<>();
    ZoneOffsetTransition change = rules.nextTransition(FROM);
    while (change != null && change.getInstant().isBefore(TO)) {
      changes.add(change.getInstant());
      change = rules.nextTransition(change.getInstant());
    }
    return changes;
  }
}
