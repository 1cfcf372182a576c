package dev.loadline.operator.plan;

import dev.loadline.operator.api.LifecycleSpec;
import dev.loadline.operator.api.LoadTestSpec;
import dev.loadline.operator.schedule.CronSchedule;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a spec part by part and collects every problem. */
final class PlanParser {
  private static final Duration SHORTEST_STARTUP = Duration.ofSeconds(30);
  private static final Duration LONGEST_JITTER = Duration.ofHours(1);
  private static final Duration SHORTEST_TIME_TO_LIVE = Duration.ofSeconds(60);

  private final String namespace;
  private final Problems problems = new Problems();

  PlanParser(String namespace) {
    this.namespace = namespace;
  }

  TestPlan.Parsed parse(@Nullable LoadTestSpec spec) {
    if (spec == null) {
      return new TestPlan.Parsed.Refused(
          List.of(new Problem("spec", "is missing")), Optional.empty(), Optional.empty());
    }
    Timing timing = timing(spec);
    Optional<Target> target = new TargetParser(problems, namespace).target(spec.target());
    WorkloadParser workloadParser = new WorkloadParser(problems);
    Optional<Workload> workload = workloadParser.workload(spec.workload());
    LoadParser loadParser =
        new LoadParser(problems, workload.filter(Workload::turnsPause).isPresent());
    Optional<Load> load = loadParser.load(spec.load());
    workloadParser.together(spec, loadParser.openStages());
    List<Objective> objectives =
        new ObjectiveParser(problems, loadParser.stages(), loadParser.openStages())
            .objectives(spec.objectives());
    Limits limits = new LimitsParser(problems).limits(spec.limits(), load);
    Lifecycle lifecycle = lifecycle(spec.lifecycle(), load, limits);
    new RunnerParser(problems).check(spec.runner());
    if (!problems.found().isEmpty() || target.isEmpty() || workload.isEmpty() || load.isEmpty()) {
      return new TestPlan.Parsed.Refused(
          problems.found(),
          load.filter(is -> problems.noneIn("spec.load")),
          Optional.of(objectives).filter(are -> problems.noneIn("spec.objectives")));
    }
    return new TestPlan.Parsed.Valid(
        new TestPlan(
            timing, target.get(), workload.get(), load.get(), objectives, limits, lifecycle));
  }

  private Timing timing(LoadTestSpec spec) {
    return new Timing(
        schedule(spec.schedule()),
        zone(spec.timeZone()),
        jitter(spec.scheduleJitter()),
        problems.positive(
            spec.startingDeadline(), Timing.STARTING_DEADLINE, "spec.startingDeadline"),
        problems.oneOf(
            spec.concurrencyPolicy(), Timing.ConcurrencyPolicy.Forbid, "spec.concurrencyPolicy"),
        Boolean.TRUE.equals(spec.suspend()),
        Optional.ofNullable(spec.runNow()).map(LoadTestSpec.RunNowSpec::token),
        (int)
            problems.within(
                spec.successfulRunsHistoryLimit(),
                10,
                new long[] {0, 1000},
                "spec.successfulRunsHistoryLimit"),
        (int)
            problems.within(
                spec.failedRunsHistoryLimit(),
                5,
                new long[] {0, 1000},
                "spec.failedRunsHistoryLimit"));
  }

  private Optional<CronSchedule> schedule(@Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    return switch (CronSchedule.parse(text)) {
      case CronSchedule.Parsed.Valid valid -> {
        if (!valid.schedule().isEverDue()) {
          problems.add(
              "spec.schedule",
              Problems.quoted(text) + " is never due: none of its months has such a day");
        }
        yield Optional.of(valid.schedule());
      }
      case CronSchedule.Parsed.Invalid invalid -> {
        for (CronSchedule.CronProblem problem : invalid.problems()) {
          String where = problem.field().equals("schedule") ? "" : problem.field() + ": ";
          problems.add("spec.schedule", where + problem.message());
        }
        yield Optional.empty();
      }
    };
  }

  private ZoneId zone(@Nullable String text) {
    if (text == null) {
      return ZoneId.of("Etc/UTC");
    }
    if (text.equals("Local")) {
      problems.add("spec.timeZone", "'Local' is not allowed: name a zone such as Europe/Berlin");
      return ZoneOffset.UTC;
    }
    try {
      if (ZoneId.getAvailableZoneIds().contains(text)) {
        return ZoneId.of(text);
      }
    } catch (DateTimeException unknown) {
      // The problem below says so.
    }
    problems.add(
        "spec.timeZone",
        Problems.quoted(text) + " is not a time zone of the IANA database, such as Europe/Berlin");
    return ZoneOffset.UTC;
  }

  private Duration jitter(@Nullable String text) {
    String field = "spec.scheduleJitter";
    Duration jitter = problems.duration(text, Duration.ZERO, field);
    if (jitter.compareTo(LONGEST_JITTER) > 0) {
      problems.add(field, Problems.quoted(text == null ? "" : text) + " is longer than 1h");
    }
    return jitter;
  }

  private Lifecycle lifecycle(@Nullable LifecycleSpec spec, Optional<Load> load, Limits limits) {
    Duration startup = startupDeadline(spec == null ? null : spec.startupDeadline());
    Duration longest = limits.within(load.map(Load::longest).orElse(Duration.ZERO));
    Duration derived = startup.plus(longest).plus(Lifecycle.GRACE);
    if (spec == null) {
      return new Lifecycle(startup, derived, 3, Optional.empty(), Lifecycle.PodRetention.OnFailure);
    }
    Duration active =
        problems.positive(spec.activeDeadline(), derived, "spec.lifecycle.activeDeadline");
    longEnough(
        spec.activeDeadline(),
        active,
        limits.within(load.map(Load::shortest).orElse(Duration.ZERO)));
    Optional<Duration> ttl = timeToLive(spec.ttlAfterFinished());
    int attempts =
        (int)
            problems.within(
                spec.maxStartAttempts(), 3, new long[] {1, 10}, "spec.lifecycle.maxStartAttempts");
    Lifecycle.PodRetention retention =
        problems.oneOf(
            spec.podRetention(), Lifecycle.PodRetention.OnFailure, "spec.lifecycle.podRetention");
    return new Lifecycle(startup, active, attempts, ttl, retention);
  }

  private Duration startupDeadline(@Nullable String text) {
    String field = "spec.lifecycle.startupDeadline";
    Duration deadline = problems.duration(text, Duration.ofMinutes(15), field);
    if (deadline.compareTo(SHORTEST_STARTUP) < 0) {
      problems.add(field, "must be at least 30s: the runner warms its client up for 10 s of it");
    }
    return deadline;
  }

  private void longEnough(@Nullable String text, Duration active, Duration needed) {
    boolean loadIsSound = problems.noneIn("spec.load");
    if (text != null && !active.isZero() && loadIsSound && active.compareTo(needed) < 0) {
      problems.add(
          "spec.lifecycle.activeDeadline",
          Problems.quoted(text)
              + " is shorter than the load: its warm-ups and windows take "
              + Problems.text(needed));
    }
  }

  private Optional<Duration> timeToLive(@Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    String field = "spec.lifecycle.ttlAfterFinished";
    Duration time = problems.duration(text, SHORTEST_TIME_TO_LIVE, field);
    if (time.compareTo(SHORTEST_TIME_TO_LIVE) < 0) {
      problems.add(field, "must be at least 60s: a run is recorded in its test before it goes");
    }
    return Optional.of(time);
  }
}
