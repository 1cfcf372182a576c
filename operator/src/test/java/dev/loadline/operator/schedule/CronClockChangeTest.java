package dev.loadline.operator.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a schedule does on the days on which clocks change. Those of 2012 and 2018, and in a zone
 * that changes nothing those of 2016, are the cases of robfig/cron v3.0.1 ({@code spec_test.go},
 * TestNext and TestNextWithTz).
 */
class CronClockChangeTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          America/New_York  | 30 2 11 Mar ?  | 2012-03-11T00:00-05:00 | 2013-03-11T02:30-04:00
          America/New_York  | 0 * * * ?      | 2012-03-11T00:00-05:00 | 2012-03-11T01:00-05:00
          America/New_York  | 0 * * * ?      | 2012-03-11T01:00-05:00 | 2012-03-11T03:00-04:00
          America/New_York  | 0 * * * ?      | 2012-03-11T03:00-04:00 | 2012-03-11T04:00-04:00
          America/New_York  | 0 * * * ?      | 2012-03-11T04:00-04:00 | 2012-03-11T05:00-04:00
          America/New_York  | 0 1 * * ?      | 2012-03-11T00:00-05:00 | 2012-03-11T01:00-05:00
          America/New_York  | 0 1 * * ?      | 2012-03-11T01:00-05:00 | 2012-03-12T01:00-04:00
          America/New_York  | 0 2 * * ?      | 2012-03-11T00:00-05:00 | 2012-03-12T02:00-04:00
          America/New_York  | 30 2 * * ?     | 2012-03-10T02:30-05:00 | 2012-03-12T02:30-04:00
          Europe/Berlin     | 0 2 * * *      | 2026-03-28T02:00+01:00 | 2026-03-30T02:00+02:00
          Europe/Berlin     | 0 3 * * *      | 2026-03-29T00:00+01:00 | 2026-03-29T03:00+02:00
          Europe/Berlin     | */15 * * * *   | 2026-03-29T01:45+01:00 | 2026-03-29T03:00+02:00
          Europe/London     | 30 1 * * *     | 2026-03-29T00:00+00:00 | 2026-03-30T01:30+01:00
          Europe/London     | 30 1 29 3 *    | 2026-03-28T00:00+00:00 | 2027-03-29T01:30+01:00
          Australia/Sydney  | 30 2 * * *     | 2026-10-03T02:30+10:00 | 2026-10-05T02:30+11:00
          Pacific/Auckland  | 0 2 * * 0      | 2026-09-20T02:00+12:00 | 2026-10-04T02:00+13:00
          America/Santiago  | 0 0 * * *      | 2026-09-05T00:00-04:00 | 2026-09-07T00:00-03:00
          America/Sao_Paulo | 0 9 10 * ?     | 2018-10-17T05:00-04:00 | 2018-11-10T06:00-05:00
          America/Sao_Paulo | 0 9 22 * ?     | 2018-02-14T05:00-05:00 | 2018-02-22T07:00-05:00
          Australia/Lord_Howe | 15 2 * * *   | 2026-10-04T00:00+10:30 | 2026-10-05T02:15+11:00
          Australia/Lord_Howe | 45 2 * * *   | 2026-10-04T00:00+10:30 | 2026-10-04T02:45+11:00
          Africa/Casablanca | 30 2 * * *     | 2026-03-22T00:00+00:00 | 2026-03-23T02:30+01:00
          """)
  void stepsOverLocalTimesThatDoNotExist(
      ZoneId zone, String expression, OffsetDateTime after, OffsetDateTime due) {
    assertThat(CronScheduleTest.valid(expression).next(after.toInstant(), zone))
        .contains(due.toInstant());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          America/New_York  | 30 2 04 Nov ?  | 2012-11-04T00:00-04:00 | 2012-11-04T02:30-05:00
          America/New_York  | 30 1 04 Nov ?  | 2012-11-04T01:45-04:00 | 2012-11-04T01:30-05:00
          America/New_York  | 0 * * * ?      | 2012-11-04T00:00-04:00 | 2012-11-04T01:00-04:00
          America/New_York  | 0 * * * ?      | 2012-11-04T01:00-04:00 | 2012-11-04T01:00-05:00
          America/New_York  | 0 * * * ?      | 2012-11-04T01:00-05:00 | 2012-11-04T02:00-05:00
          America/New_York  | 0 1 * * ?      | 2012-11-04T00:00-04:00 | 2012-11-04T01:00-04:00
          America/New_York  | 0 1 * * ?      | 2012-11-04T01:00-04:00 | 2012-11-04T01:00-05:00
          America/New_York  | 0 1 * * ?      | 2012-11-04T01:00-05:00 | 2012-11-05T01:00-05:00
          America/New_York  | 0 2 * * ?      | 2012-11-04T00:00-04:00 | 2012-11-04T02:00-05:00
          America/New_York  | 0 2 * * ?      | 2012-11-04T02:00-05:00 | 2012-11-05T02:00-05:00
          America/New_York  | 0 3 * * ?      | 2012-11-04T00:00-04:00 | 2012-11-04T03:00-05:00
          America/New_York  | 0 3 * * ?      | 2012-11-04T03:00-05:00 | 2012-11-05T03:00-05:00
          America/New_York  | 0 3 3 * ?      | 2012-11-04T00:00-04:00 | 2012-12-03T03:00-05:00
          Europe/Berlin     | 30 2 * * *     | 2026-10-25T00:00+02:00 | 2026-10-25T02:30+02:00
          Europe/Berlin     | 30 2 * * *     | 2026-10-25T02:30+02:00 | 2026-10-25T02:30+01:00
          Europe/Berlin     | 30 2 * * *     | 2026-10-25T02:30+01:00 | 2026-10-26T02:30+01:00
          Europe/London     | 15 1 * * *     | 2026-10-25T01:15+01:00 | 2026-10-25T01:15+00:00
          Australia/Sydney  | 30 2 * * *     | 2026-04-05T02:30+11:00 | 2026-04-05T02:30+10:00
          Pacific/Auckland  | 0 2 * * 0      | 2026-04-05T02:00+13:00 | 2026-04-05T02:00+12:00
          Asia/Kolkata      | 14 14 * * *    | 2016-01-03T13:09:03+05:30 | 2016-01-03T14:14+05:30
          Asia/Kolkata      | 14 14 * * ?    | 2016-01-03T04:09:03+05:30 | 2016-01-03T14:14+05:30
          Asia/Kolkata      | 14 14 * * *    | 2016-01-03T14:09:03+05:30 | 2016-01-03T14:14+05:30
          Asia/Kolkata      | 14 14 * * ?    | 2016-01-03T14:00:00+05:30 | 2016-01-03T14:14+05:30
          Asia/Kolkata      | 0 2 * * *      | 2026-10-25T02:00+05:30 | 2026-10-26T02:00+05:30
          """)
  void meetsLocalTimesThatExistTwiceTwice(
      ZoneId zone, String expression, OffsetDateTime after, OffsetDateTime due) {
    assertThat(CronScheduleTest.valid(expression).next(after.toInstant(), zone))
        .contains(due.toInstant());
  }
}
