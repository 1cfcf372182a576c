package dev.loadline.operator.plan;

import dev.loadline.operator.api.ObjectiveSpec;
import dev.loadline.runner.contract.RunResult;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the objectives. */
final class ObjectiveParser {
  private static final Set<RunResult.Metric> NOT_OFFERED =
      Set.of(
          RunResult.Metric.ttftFirstChunk,
          RunResult.Metric.ntpot,
          RunResult.Metric.itlPerToken,
          RunResult.Metric.sendLag,
          RunResult.Metric.connect,
          RunResult.Metric.ttfb);
  private static final Set<RunResult.Metric> OPEN_LOOP =
      Set.of(RunResult.Metric.ttftScheduled, RunResult.Metric.e2eScheduled);

  private static final Duration SHORTEST = Duration.ofNanos(1_000);
  private static final Duration LONGEST = Duration.ofDays(30);

  private final Problems problems;
  private final Set<String> stages;
  private final Set<String> openStages;

  /** For these stages, some of which have open-loop arrivals. */
  ObjectiveParser(Problems problems, Set<String> stages, Set<String> openStages) {
    this.problems = problems;
    this.stages = stages;
    this.openStages = openStages;
  }

  List<Objective> objectives(@Nullable List<ObjectiveSpec> specs) {
    List<Objective> objectives = new ArrayList<>();
    Set<String> names = new HashSet<>();
    problems.each(
        specs,
        "spec.objectives",
        (spec, field) -> {
          String name = problems.required(spec.name(), field + ".name", "missing");
          if (!names.add(name)) {
            problems.add(field + ".name", Problems.quoted(name) + " is there twice");
          }
          objective(spec, name, field).ifPresent(objectives::add);
        });
    return objectives;
  }

  private Optional<Objective> objective(ObjectiveSpec spec, String name, String field) {
    if (spec.stage() != null && !stages.isEmpty() && !stages.contains(spec.stage())) {
      problems.add(
          field + ".stage", Problems.quoted(spec.stage()) + " is no stage of the load: " + stages);
    }
    Objective.Action action =
        problems.oneOf(spec.action(), Objective.Action.Fail, field + ".action");
    Optional<Objective.Subject> subject = subject(spec, field);
    Optional<Objective.Bound> max =
        bound(spec.max(), subject, field + ".max", Objective.Bound.Max::new);
    Optional<Objective.Bound> min =
        bound(spec.min(), subject, field + ".min", Objective.Bound.Min::new);
    if ((spec.max() == null) == (spec.min() == null)) {
      problems.add(field, "exactly one of max and min must be set");
      return Optional.empty();
    }
    return max.or(() -> min)
        .map(bound ->
            new Objective(
                name, subject.orElseThrow(), bound, Optional.ofNullable(spec.stage()), action));
  }

  private Optional<Objective.Bound> bound(
      @Nullable String text,
      Optional<Objective.Subject> subject,
      String field,
      BiFunction<BigDecimal, String, Objective.Bound> made) {
    return text == null || subject.isEmpty()
        ? Optional.empty()
        : value(text, subject.get(), field).map(value -> made.apply(value, text));
  }

  private Optional<Objective.Subject> subject(ObjectiveSpec spec, String field) {
    String metric = problems.required(spec.metric(), field + ".metric", "");
    if (spec.metric() == null) {
      return Optional.empty();
    }
    for (Objective.FigureName figure : Objective.FigureName.values()) {
      if (figure.name().equals(metric)) {
        if (spec.statistic() != null) {
          problems.add(field + ".statistic", "does not go with " + metric);
        }
        return Optional.of(new Objective.Subject.Figure(figure));
      }
    }
    for (RunResult.Metric latency : offered()) {
      if (latency.name().equals(metric)) {
        if (spec.statistic() == null) {
          problems.add(
              field + ".statistic", "is missing: " + Arrays.toString(Objective.Statistic.values()));
        }
        needsOpenLoop(latency, spec, field);
        return Optional.of(
            new Objective.Subject.Latency(
                latency,
                problems.oneOf(spec.statistic(), Objective.Statistic.p95, field + ".statistic")));
      }
    }
    problems.add(
        field + ".metric",
        Problems.quoted(metric)
            + " is unknown: use one of "
            + Stream.concat(
                    offered().stream().map(Enum::name),
                    Arrays.stream(Objective.FigureName.values()).map(Enum::name))
                .toList());
    return Optional.empty();
  }

  /** In a closed loop nothing is scheduled, so such an objective could never be judged. */
  private void needsOpenLoop(RunResult.Metric metric, ObjectiveSpec spec, String field) {
    boolean closed =
        spec.stage() == null ? openStages.isEmpty() : !openStages.contains(spec.stage());
    if (OPEN_LOOP.contains(metric) && closed && !stages.isEmpty()) {
      problems.add(
          field + ".metric",
          metric
              + " exists only in stages with requestsPerSecond and in a replay: "
              + (openStages.isEmpty() ? "there is none" : openStages));
    }
  }

  private static List<RunResult.Metric> offered() {
    return Arrays.stream(RunResult.Metric.values())
        .filter(metric -> !NOT_OFFERED.contains(metric))
        .toList();
  }

  private Optional<BigDecimal> value(String text, Objective.Subject subject, String field) {
    return switch (subject) {
      case Objective.Subject.Latency ignored -> micros(text, field);
      case Objective.Subject.Figure figure ->
          switch (figure.of()) {
            case errorRate, goodFraction -> share(text, field);
            case requestsPerSecond, outputTokensPerSecond -> number(text, field);
          };
    };
  }

  private Optional<BigDecimal> micros(String text, String field) {
    Optional<Duration> duration = Problems.durationOf(text);
    if (duration.isEmpty() || duration.get().isZero()) {
      problems.add(
          field,
          Problems.quoted(text) + " is not a duration above 0 with a unit, such as 800ms or 1.5s");
      return Optional.empty();
    }
    if (duration.get().compareTo(SHORTEST) < 0 || duration.get().compareTo(LONGEST) > 0) {
      problems.add(
          field, Problems.quoted(text) + " is outside 0.001ms (a microsecond) to 720h (30 days)");
    }
    return duration.map(value -> BigDecimal.valueOf(value.toNanos(), 3));
  }

  private Optional<BigDecimal> share(String text, String field) {
    boolean percent = text.endsWith("%");
    Optional<BigDecimal> number =
        problems
            .decimal(percent ? text.substring(0, text.length() - 1) : text, field)
            .map(value -> percent ? value.movePointLeft(2) : value);
    if (number.isPresent()
        && (number.get().signum() < 0 || number.get().compareTo(BigDecimal.ONE) > 0)) {
      problems.add(field, Problems.quoted(text) + " is not a share from 0% to 100% (or 0 to 1)");
    }
    return number;
  }

  private Optional<BigDecimal> number(String text, String field) {
    Optional<BigDecimal> number = problems.decimal(text, field);
    if (number.isPresent() && number.get().signum() <= 0) {
      problems.add(field, Problems.quoted(text) + " must be above 0");
    }
    return number;
  }
}
