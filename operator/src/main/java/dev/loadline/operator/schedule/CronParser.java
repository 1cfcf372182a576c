package dev.loadline.operator.schedule;

import dev.loadline.operator.schedule.CronSchedule.CronProblem;
import dev.loadline.operator.schedule.CronSchedule.Parsed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads cron expressions by the rules of the standard parser of robfig/cron v3. */
final class CronParser {
  private static final String EVERY = "@every ";

  private static final Map<String, String> MACROS =
      Map.of(
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *",
          "@monthly", "0 0 1 * *",
          "@weekly", "0 0 * * 0",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@hourly", "0 * * * *");

  private final List<CronProblem> problems = new ArrayList<>();

  private CronParser() {}

  static Parsed parse(String expression) {
    return new CronParser().read(expression);
  }

  private Parsed read(String expression) {
    if (expression.contains("TZ=")) {
      return invalid("holds a time zone: remove TZ= or CRON_TZ= and set timeZone");
    }
    if (expression.startsWith(EVERY)) {
      return every(expression);
    }
    if (expression.startsWith("@")) {
      String fields = MACROS.get(expression);
      return fields == null
          ? invalid(
              "unknown macro "
                  + quoted(expression)
                  + ": use @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually"
                  + " or @every with a duration")
          : fields(expression, fields);
    }
    return fields(expression, expression);
  }

  private Parsed fields(String expression, String text) {
    List<String> parts =
        Arrays.stream(text.split("\\s+", -1)).filter(part -> !part.isEmpty()).toList();
    CronField[] fields = CronField.values();
    if (parts.size() != fields.length) {
      return invalid(
          "has "
              + parts.size()
              + (parts.size() == 1 ? " field" : " fields")
              + ", not 5: minute, hour, day of month, month, day of week");
    }
    long[] bits = new long[fields.length];
    for (int i = 0; i < fields.length; i++) {
      bits[i] = field(fields[i], parts.get(i));
    }
    return problems.isEmpty()
        ? new Parsed.Valid(new CronFields(expression, bits[0], bits[1], bits[2], bits[3], bits[4]))
        : new Parsed.Invalid(problems);
  }

  /** The union of the comma-separated elements. Empty elements are passed over, as robfig does. */
  private long field(CronField field, String text) {
    long bits = 0;
    boolean any = false;
    for (String element : text.split(",", -1)) {
      if (!element.isEmpty()) {
        any = true;
        bits |= element(field, element);
      }
    }
    if (!any) {
      problem(field, "holds no value: use " + field.expected() + " or *");
    }
    return bits;
  }

  private long element(CronField field, String element) {
    String[] rangeAndStep = element.split("/", -1);
    String[] ends = rangeAndStep[0].split("-", -1);
    boolean star = ends[0].equals("*") || ends[0].equals("?");
    if (rangeAndStep.length > 2 || (!star && ends.length > 2)) {
      problem(field, quoted(element) + " is not a value, a range like 1-5 or a step like */5");
      return 0;
    }
    Optional<Integer> from = star ? Optional.of(field.min()) : value(field, ends[0], element);
    Optional<Integer> to = star ? Optional.of(field.max()) : to(field, rangeAndStep, ends, from);
    Optional<Integer> step = rangeAndStep.length == 1 ? Optional.of(1) : step(field, rangeAndStep);
    if (from.isEmpty() || to.isEmpty() || step.isEmpty()) {
      return 0;
    }
    if (from.get() > to.get()) {
      problem(field, quoted(element) + " is a range that ends before it begins");
      return 0;
    }
    long bits = CronField.bits(from.get(), to.get(), step.get());
    return star && step.get() == 1 ? bits | CronField.STAR : bits;
  }

  /** The end of a range; a single value with a step runs to the field's maximum. */
  private Optional<Integer> to(
      CronField field, String[] rangeAndStep, String[] ends, Optional<Integer> from) {
    if (ends.length == 2) {
      return value(field, ends[1], rangeAndStep[0]);
    }
    return rangeAndStep.length == 2 ? Optional.of(field.max()) : from;
  }

  private Optional<Integer> value(CronField field, String text, String element) {
    var named = field.named(text);
    Optional<Integer> value =
        named.isPresent() ? Optional.of(named.getAsInt()) : Optional.of(text).flatMap(this::number);
    if (value.filter(v -> v >= field.min() && v <= field.max()).isEmpty()) {
      problem(
          field,
          (text.equals(element) ? quoted(text) : quoted(text) + " in " + quoted(element))
              + " is not "
              + field.expected()
              + (field == CronField.DAY_OF_WEEK && text.equals("7") ? " (Sunday is 0)" : ""));
      return Optional.empty();
    }
    return value;
  }

  private Optional<Integer> step(CronField field, String[] rangeAndStep) {
    Optional<Integer> step = number(rangeAndStep[1]).filter(value -> value > 0);
    if (step.isEmpty()) {
      problem(
          field,
          "the step "
              + quoted(rangeAndStep[1])
              + " in "
              + quoted(rangeAndStep[0] + "/" + rangeAndStep[1])
              + " is not a whole number above 0");
    }
    return step;
  }

  /** Decimal ASCII digits with an optional plus, as Go reads them. */
  private Optional<Integer> number(String text) {
    String digits = text.startsWith("+") ? text.substring(1) : text;
    boolean decimal = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!decimal) {
      return Optional.empty();
    }
    String significant = digits.replaceFirst("^0+(?=.)", "");
    // Longer numbers are beyond every field; as a step they all mean the first value only.
    return Optional.of(
        significant.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(significant));
  }

  private Parsed every(String expression) {
    String text = expression.substring(EVERY.length());
    Optional<Duration> interval = GoDuration.parse(text);
    if (interval.isEmpty()) {
      return invalid(quoted(text) + " after @every is not a duration such as 90m or 1h30m");
    }
    if (interval.get().compareTo(EveryInterval.SHORTEST) < 0) {
      return invalid("@every " + text + " is shorter than one minute");
    }
    return new Parsed.Valid(
        new EveryInterval(expression, Duration.ofSeconds(interval.get().toSeconds())));
  }

  private void problem(CronField field, String message) {
    problems.add(new CronProblem(field.label(), message));
  }

  private static Parsed invalid(String message) {
    return new Parsed.Invalid(List.of(new CronProblem("schedule", message)));
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }
}
