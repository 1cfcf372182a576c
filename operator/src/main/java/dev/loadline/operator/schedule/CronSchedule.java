package dev.loadline.operator.schedule;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * A cron expression with exactly the meaning that Kubernetes' CronJob gives it (the standard parser
 * of robfig/cron v3): five fields of lists, ranges, steps and names, {@code ?} as another {@code
 * *}, the macros {@code @hourly} to {@code @yearly}, and {@code @every} with a duration.
 *
 * <p>Three rules surprise people and are kept on purpose. Sunday is 0 and 7 is refused. When day of
 * month and day of week are both restricted, either may match; a field restricts unless one of its
 * elements is {@code *}, {@code ?} or {@code *}{@code /1}. At a change of the clock the walk goes
 * through real hours: a local time that does not exist is skipped, one that exists twice fires
 * twice.
 *
 * <p>Two differences, both refusals of what could never work: {@code @every} takes at least one
 * minute (runs are named by the minute) and a field that holds nothing but commas is an error.
 */
public sealed interface CronSchedule permits CronFields, EveryInterval {

  /** The expression as it was written. */
  String expression();

  /**
   * The first due instant after {@code after}; empty if there is none within the five calendar
   * years that follow, as for 30 February.
   *
   * @param after exclusive
   * @param zone zone in which the fields are read
   */
  Optional<Instant> next(Instant after, ZoneId zone);

  /** Whether any day matches it: none is 30 February. */
  boolean isEverDue();

  /** Reads an expression; all problems of all fields at once. */
  static Parsed parse(String expression) {
    return CronParser.parse(expression);
  }

  /** What became of an expression. */
  sealed interface Parsed {
    /** It can be used. */
    record Valid(CronSchedule schedule) implements Parsed {}

    /** It cannot; at least one problem. */
    record Invalid(List<CronProblem> problems) implements Parsed {
      /** Copies the list. */
      public Invalid {
        problems = List.copyOf(problems);
        if (problems.isEmpty()) {
          throw new IllegalArgumentException("an invalid expression has a problem");
        }
      }
    }
  }

  /**
   * One thing that is wrong with an expression.
   *
   * @param field {@code minute}, {@code hour}, {@code day of month}, {@code month}, {@code day of
   *     week}, or {@code schedule} for the whole
   * @param message what is wrong and what would be right
   */
  record CronProblem(String field, String message) {}
}
