package dev.loadline.runner;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.Shape;
import dev.loadline.runner.contract.Workload.Content;
import dev.loadline.runner.drive.Replay;
import dev.loadline.runner.prompt.PromptSource;
import dev.loadline.runner.trace.TraceFormat;
import dev.loadline.runner.trace.TraceSummary;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What reading the workload's files through has shown, before any load.
 *
 * @param problems sentences for the user, at most 20 of them; empty if the files can be used
 * @param replay the trace that is replayed, if the plan replays one and nothing is wrong with it
 */
record WorkloadFiles(List<String> problems, Optional<Replay> replay) {
  private static final WorkloadFiles NONE = new WorkloadFiles(List.of(), Optional.empty());

  /** Copies the list. */
  WorkloadFiles {
    problems = List.copyOf(problems);
  }

  private static WorkloadFiles problem(String sentence) {
    return new WorkloadFiles(List.of(sentence), Optional.empty());
  }

  /**
   * Reads each file of a plan from its begin to its end.
   *
   * @param data the folder below which they lie
   */
  static WorkloadFiles read(RunPlan plan, Path data) {
    return switch (plan.workload().content()) {
      case Content.Synthetic ignored -> NONE;
      case Content.Dataset dataset -> read(plan, data, dataset.file());
      case Content.Trace trace -> read(plan, data, trace.file());
    };
  }

  private static WorkloadFiles read(RunPlan plan, Path data, String name) {
    Optional<Path> file = below(data, name);
    if (file.isEmpty()) {
      return problem("workload.content.file names no file below the folder of the data.");
    }
    try {
      List<String> problems = PromptSource.problems(plan.workload(), data);
      Optional<Shape.Replay> shape = replayed(plan);
      return problems.isEmpty() && shape.isPresent()
          ? replay(plan, file.get(), shape.get())
          : new WorkloadFiles(problems, Optional.empty());
    } catch (UncheckedIOException e) {
      return problem(String.valueOf(e.getMessage()));
    }
  }

  private static WorkloadFiles replay(RunPlan plan, Path file, Shape.Replay shape) {
    Content.Trace trace = (Content.Trace) plan.workload().content();
    TraceFormat format = TraceFormat.named(trace.format()).orElseThrow();
    TraceSummary summary = TraceSummary.of(file, format, shape.limit());
    Replay replay = new Replay(file, format, shape.speed(), summary.records(), summary.spanNanos());
    Duration warmup = Duration.ofMillis(plan.load().warmupMillis());
    return replay.length().compareTo(warmup) > 0
        ? new WorkloadFiles(List.of(), Optional.of(replay))
        : problem(
            "%s: at this speed the trace is over after %s, and load.warmup is %s: make it shorter."
                .formatted(file.getFileName(), words(replay.length()), words(warmup)));
  }

  private static Optional<Shape.Replay> replayed(RunPlan plan) {
    return plan.load().stages().stream()
        .map(RunPlan.Stage::shape)
        .filter(Shape.Replay.class::isInstance)
        .map(Shape.Replay.class::cast)
        .findFirst();
  }

  private static String words(Duration duration) {
    return duration.truncatedTo(ChronoUnit.MILLIS).toString().substring(2).toLowerCase(Locale.ROOT);
  }

  /** A name that leads out of the folder names nothing. */
  private static Optional<Path> below(Path data, String name) {
    try {
      Path file = data.resolve(name).normalize();
      return Optional.of(file).filter(path -> path.startsWith(data.normalize()));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
