package dev.loadline.operator.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.loadline.operator.schedule.CronSchedule.CronProblem;
import dev.loadline.operator.schedule.CronSchedule.Parsed;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Expressions and what they mean, without changes of the clock. The cases of robfig/cron v3.0.1
 * ({@code spec_test.go}, {@code parser_test.go}, {@code constantdelay_test.go}) are all here or in
 * {@link CronClockChangeTest}, without the field for seconds, which a CronJob does not have either,
 * and with the zone beside the expression instead of in it. Where {@code @every} takes less than a
 * minute there, it is refused here.
 */
class CronScheduleTest {

  /** Whether a minute is due: the minute before it has it as its next. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2012-07-09T15:00 | 0/15 * * * *       | true
          2012-07-09T15:45 | 0/15 * * * *       | true
          2012-07-09T15:40 | 0/15 * * * *       | false
          2012-07-09T15:05 | 5/15 * * * *       | true
          2012-07-09T15:20 | 5/15 * * * *       | true
          2012-07-09T15:50 | 5/15 * * * *       | true
          2012-07-15T15:00 | 0/15 * * Jul *     | true
          2012-07-15T15:00 | 0/15 * * Jun *     | false
          2012-07-15T08:30 | 30 08 ? Jul Sun    | true
          2012-07-15T08:30 | 30 08 15 Jul ?     | true
          2012-07-16T08:30 | 30 08 ? Jul Sun    | false
          2012-07-16T08:30 | 30 08 15 Jul ?     | false
          2012-07-09T15:00 | @hourly            | true
          2012-07-09T15:04 | @hourly            | false
          2012-07-09T15:00 | @daily             | false
          2012-07-09T00:00 | @daily             | true
          2012-07-09T00:00 | @midnight          | true
          2012-07-09T00:00 | @weekly            | false
          2012-07-08T00:00 | @weekly            | true
          2012-07-08T01:00 | @weekly            | false
          2012-07-08T00:00 | @monthly           | false
          2012-07-01T00:00 | @monthly           | true
          2012-07-01T00:00 | @yearly            | false
          2012-01-01T00:00 | @yearly            | true
          2012-01-01T00:00 | @annually          | true
          2012-07-15T00:00 | * * 1,15 * Sun     | true
          2012-06-15T00:00 | * * 1,15 * Sun     | true
          2012-08-01T00:00 | * * 1,15 * Sun     | true
          2012-07-15T00:00 | * * */10 * Sun     | true
          2012-07-15T00:00 | * * * * Mon        | false
          2012-07-09T00:00 | * * 1,15 * *       | false
          2012-07-15T00:00 | * * 1,15 * *       | true
          2012-07-15T00:00 | * * */2 * Sun      | true
          2012-07-09T00:00 | * * 1,15 * */1     | false
          2012-07-09T00:00 | * * 1,15 * */2     | false
          2012-07-10T00:00 | * * 1,15 * */2     | true
          2012-07-09T00:00 | * * 1,15 * 0-6     | true
          2012-07-09T00:00 | * * 1,*,15 * 2     | false
          2012-07-11T00:00 | * * * * MON-wed    | true
          2012-07-12T00:00 | * * * * MON-wed    | false
          2012-12-01T00:00 | 0 0 1 JAN-DEC/11 * | true
          2012-11-01T00:00 | 0 0 1 JAN-DEC/11 * | false
          2012-07-09T15:05 | +5 *-3 * * *       | true
          2012-07-09T15:07 | 5,,7 * * * *       | true
          """)
  void tellsWhichMinutesAreDue(LocalDateTime minute, String expression, boolean due) {
    Instant instant = minute.toInstant(ZoneOffset.UTC);
    assertThat(valid(expression).next(instant.minusSeconds(1), ZoneOffset.UTC).equals(of(instant)))
        .isEqualTo(due);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2012-07-09T14:45:00Z | 0/15 * * * *        | 2012-07-09T15:00:00Z
          2012-07-09T14:59:59Z | 0/15 * * * *        | 2012-07-09T15:00:00Z
          2012-07-09T14:59:59.999Z | 0/15 * * * *    | 2012-07-09T15:00:00Z
          2012-07-09T15:45:00Z | 20-35/15 * * * *    | 2012-07-09T16:20:00Z
          2012-07-09T23:46:00Z | */15 * * * *        | 2012-07-10T00:00:00Z
          2012-07-09T23:45:00Z | 20-35/15 * * * *    | 2012-07-10T00:20:00Z
          2012-07-09T23:35:51Z | 20-35/15 1/2 * * *  | 2012-07-10T01:20:00Z
          2012-07-09T23:35:51Z | 20-35/15 10-12 * * * | 2012-07-10T10:20:00Z
          2012-07-09T23:35:51Z | 20-35/15 1/2 */2 * * | 2012-07-11T01:20:00Z
          2012-07-09T23:35:51Z | 20-35/15 * 9-20 * * | 2012-07-10T00:20:00Z
          2012-07-09T23:35:51Z | 20-35/15 * 9-20 Jul * | 2012-07-10T00:20:00Z
          2012-07-09T23:35:00Z | 0 0 9 Apr-Oct ?     | 2012-08-09T00:00:00Z
          2012-07-09T23:35:00Z | 0 0 */5 Apr,Aug,Oct Mon | 2012-08-01T00:00:00Z
          2012-07-09T23:35:00Z | 0 0 */5 Oct Mon     | 2012-10-01T00:00:00Z
          2012-07-09T23:35:00Z | 0 0 * Feb Mon       | 2013-02-04T00:00:00Z
          2012-07-09T23:35:00Z | 0 0 * Feb Mon/2     | 2013-02-01T00:00:00Z
          2012-12-31T23:59:45Z | * * * * *           | 2013-01-01T00:00:00Z
          2012-07-09T23:35:00Z | 0 0 29 Feb ?        | 2016-02-29T00:00:00Z
          """)
  void findsTheNextDueTime(Instant after, String expression, Instant due) {
    assertThat(valid(expression).next(after, ZoneOffset.UTC)).contains(due);
  }

  /** parser_test.go, TestRange, TestField and TestBits, in a field that has all those values. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          5         | 5
          0         | 0
          7         | 7
          5-5       | 5
          5-6       | 5 6
          5-7       | 5 6 7
          5-6/2     | 5
          5-7/2     | 5 7
          5-7/1     | 5 6 7
          5,6       | 5 6
          5,6,7     | 5 6 7
          1,5-7/2,3 | 1 3 5 7
          0-0/1     | 0
          1-5/2     | 1 3 5
          1-4/2     | 1 3
          """)
  void readsListsRangesAndSteps(String field, String values) {
    long bits = 0;
    for (String value : values.split(" ", -1)) {
      bits |= 1L << Integer.parseInt(value);
    }
    CronFields fields = (CronFields) valid(field + " 0 1 1 0");
    assertThat(fields.minutes()).isEqualTo(bits);
  }

  /** parser_test.go, TestAll, TestRange and TestStandardSpecSchedule. */
  @Test
  void knowsAStarFromAStepOverEverything() {
    CronFields all = (CronFields) valid("5 * * * *");
    assertThat(all.minutes()).isEqualTo(1L << 5);
    assertThat(all.hours()).isEqualTo(0xff_ffffL | CronField.STAR);
    assertThat(all.daysOfMonth()).isEqualTo(0xffff_fffeL | CronField.STAR);
    assertThat(all.months()).isEqualTo(0x1ffeL | CronField.STAR);
    assertThat(all.daysOfWeek()).isEqualTo(0x7fL | CronField.STAR);
    assertThat(((CronFields) valid("* 0 1 1 0")).minutes())
        .isEqualTo(0xfff_ffff_ffff_ffffL | CronField.STAR);
    assertThat(((CronFields) valid("0 0 1 */2 0")).months()).isEqualTo(0xaaaL);
    assertThat(((CronFields) valid("0 0 1 */1 0")).months()).isEqualTo(0x1ffeL | CronField.STAR);
  }

  @Test
  void searchesFiveYearsAndNoMore() {
    CronSchedule leapDay = valid("0 0 29 2 *");
    assertThat(leapDay.next(Instant.parse("2096-02-29T00:00:00Z"), ZoneOffset.UTC)).isEmpty();
    assertThat(leapDay.next(Instant.parse("2099-02-28T00:00:00Z"), ZoneOffset.UTC))
        .contains(Instant.parse("2104-02-29T00:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0 0 30 Feb ?", "0 0 31 4,6,9,11 *", "59 23 31 2 *"})
  void hasNoNextTimeWhenNoSuchDayExists(String expression) {
    CronSchedule schedule = valid(expression);
    assertThat(schedule.next(Instant.parse("2012-07-09T23:35:00Z"), ZoneOffset.UTC)).isEmpty();
    assertThat(schedule.isEverDue()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0 0 29 2 *",
        "0 0 31 2,3 *",
        "0 0 30 2 1",
        "0 0 30,*/2 2 *",
        "0 0 * 2 1",
        "@yearly",
        "@every 1h"
      })
  void isDueSomeDayIfThereIsSuchADay(String expression) {
    assertThat(valid(expression).isEverDue()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "@every 1h30m, 2012-07-09T14:00:20.9Z, 2012-07-09T15:30:20Z",
    "@every 15m, 2012-07-09T14:45:00Z, 2012-07-09T15:00:00Z",
    "@every 15m, 2012-07-09T14:59:00Z, 2012-07-09T15:14:00Z",
    "@every 15m, 2012-07-09T14:59:59Z, 2012-07-09T15:14:59Z",
    "@every 35m, 2012-07-09T15:45:00Z, 2012-07-09T16:20:00Z",
    "@every 14m, 2012-07-09T23:46:00Z, 2012-07-10T00:00:00Z",
    "@every 35m, 2012-07-09T23:45:00Z, 2012-07-10T00:20:00Z",
    "@every 44m24s, 2012-07-09T23:35:51Z, 2012-07-10T00:20:15Z",
    "@every 25h44m24s, 2012-07-09T23:35:51Z, 2012-07-11T01:20:15Z",
    "@every 2184h25m, 2012-07-09T23:35:00Z, 2012-10-09T00:00:00Z",
    "@every 15m50ns, 2012-07-09T14:45:00Z, 2012-07-09T15:00:00Z",
    "@every 15m, 2012-07-09T14:45:00.005Z, 2012-07-09T15:00:00Z",
    "@every 5m, 2012-07-09T14:45:00Z, 2012-07-09T14:50:00Z",
    "@every 90s, 2012-07-09T14:00:00Z, 2012-07-09T14:01:30Z",
    "@every 1.5h, 2012-07-09T14:00:00Z, 2012-07-09T15:30:00Z",
    "@every 60.9s, 2012-07-09T14:00:00Z, 2012-07-09T14:01:00Z",
    "@every 3600000ms, 2012-07-09T14:00:00Z, 2012-07-09T15:00:00Z",
  })
  void countsAFixedDistance(String expression, Instant after, Instant due) {
    assertThat(valid(expression).next(after, ZoneId.of("America/New_York"))).contains(due);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          60 0 * * *      | minute       | "60" is not 0 to 59
          0 24 * * *      | hour         | "24" is not 0 to 23
          0 0 0 * *       | day of month | "0" is not 1 to 31
          0 0 32 * *      | day of month | "32" is not 1 to 31
          0 0 * 13 *      | month        | "13" is not 1 to 12 or JAN to DEC
          0 0 * Juli *    | month        | "Juli" is not 1 to 12 or JAN to DEC
          0 0 * * 7       | day of week  | "7" is not 0 to 6 or SUN to SAT (Sunday is 0)
          0 0 * * Mon-7   | day of week  | "7" in "Mon-7" is not 0 to 6 or SUN to SAT (Sunday is 0)
          0 0 * * 5-1     | day of week  | "5-1" is a range that ends before it begins
          0 0 * * Sat-Sun | day of week  | "Sat-Sun" is a range that ends before it begins
          -5 * * * *      | minute       | "" in "-5" is not 0 to 59
          5- * * * *      | minute       | "" in "5-" is not 0 to 59
          1-2-3 * * * *   | minute       | "1-2-3" is not a value, a range like 1-5 or a step like */5
          */5/2 * * * *   | minute       | "*/5/2" is not a value, a range like 1-5 or a step like */5
          */0 * * * *     | minute       | the step "0" in "*/0" is not a whole number above 0
          */-5 * * * *    | minute       | the step "-5" in "*/-5" is not a whole number above 0
          */ * * * *      | minute       | the step "" in "*/" is not a whole number above 0
          1.5 * * * *     | minute       | "1.5" is not 0 to 59
          99999999999999999999 * * * * | minute | "99999999999999999999" is not 0 to 59
          , * * * *       | minute       | holds no value: use 0 to 59 or *
          JAN * * * *     | minute       | "JAN" is not 0 to 59
          15/0 * * * *    | minute       | the step "0" in "15/0" is not a whole number above 0
          5--5 * * * *    | minute       | "5--5" is not a value, a range like 1-5 or a step like */5
          0 0 * jan-x *   | month        | "x" in "jan-x" is not 1 to 12 or JAN to DEC
          0 0 2-x * *     | day of month | "x" in "2-x" is not 1 to 31
          */-12 * * * *   | minute       | the step "-12" in "*/-12" is not a whole number above 0
          *//2 * * * *    | minute       | "*//2" is not a value, a range like 1-5 or a step like */5
          0 0 5-3 * *     | day of month | "5-3" is a range that ends before it begins
          5 j * * *       | hour         | "j" is not 0 to 23
          0 60 * * *      | hour         | "60" is not 0 to 23
          0 0 * * XYZ     | day of week  | "XYZ" is not 0 to 6 or SUN to SAT
          * * * * L       | day of week  | "L" is not 0 to 6 or SUN to SAT
          """)
  void namesTheFieldAndWhatIsWrong(String expression, String field, String message) {
    assertThat(problems(expression)).containsExactly(new CronProblem(field, message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                            | has 0 fields, not 5
          * * * *                       | has 4 fields, not 5
          0 * * * * *                   | has 6 fields, not 5
          x                             | has 1 field, not 5
          TZ=UTC 0 0 * * *              | set timeZone
          CRON_TZ=Europe/Berlin @daily  | set timeZone
          @Daily                        | unknown macro
          @reboot                       | unknown macro
          @every                        | unknown macro
          xyz                           | has 1 field, not 5
          @unrecognized                 | unknown macro
          @every Xm                     | is not a duration
          @every 15ms                   | shorter than one minute
          @every soon                   | is not a duration
          @every 5                      | is not a duration
          @every 1h 5m                  | is not a duration
          @every 999999999999h          | is not a duration
          @every 59s                    | shorter than one minute
          @every -5m                    | shorter than one minute
          @every 0                      | shorter than one minute
          """)
  void refusesWhatIsNoSchedule(String expression, String message) {
    assertThat(problems(expression))
        .singleElement()
        .satisfies(problem -> assertThat(problem.field()).isEqualTo("schedule"))
        .satisfies(problem -> assertThat(problem.message()).contains(message));
  }

  @Test
  void listsTheProblemsOfAllFieldsAtOnce() {
    assertThat(problems("60,61 25 0 FOO 8"))
        .extracting(CronProblem::field)
        .containsExactly("minute", "minute", "hour", "day of month", "month", "day of week");
  }

  static CronSchedule valid(String expression) {
    return assertInstanceOf(Parsed.Valid.class, CronSchedule.parse(expression), expression)
        .schedule();
  }

  private static List<CronProblem> problems(String expression) {
    return assertInstanceOf(Parsed.Invalid.class, CronSchedule.parse(expression)).problems();
  }

  private static Optional<Instant> of(Instant instant) {
    return Optional.of(instant);
  }
}
