package dev.loadline.runner;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.Shape;
import dev.loadline.runner.contract.Workload.Content;
import dev.loadline.runner.drive.Replay;
import dev.loadline.runner.prompt.DatasetSummary;
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
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What reading the workload's files through has shown, before any load, and whether the prompts
 * have room in memory.
 *
 * @param problems sentences for the user, of a file the first 20 and how many more there are; empty
 *     if the workload can be sent
 * @param replay the trace that is replayed, if the plan replays one and nothing is wrong with it
 */
record WorkloadFiles(List<String> problems, Optional<Replay> replay) {
  private static final Logger LOG = LoggerFactory.getLogger(WorkloadFiles.class);

  /** Copies the list. */
  WorkloadFiles {
    problems = List.copyOf(problems);
  }

  private WorkloadFiles(List<String> problems) {
    this(problems, Optional.empty());
  }

  /**
   * Reads each file of a plan once, as far as it is sent.
   *
   * @param data where they lie
   * @param memory what the prompts may take
   */
  static WorkloadFiles read(RunPlan plan, DataFolder data, MemoryBudget memory) {
    try {
      return switch (plan.workload().content()) {
        case Content.Synthetic synthetic -> new WorkloadFiles(memory.problems(plan, synthetic));
        case Content.Dataset dataset ->
            below(data.path(), dataset.file())
                .map(file -> dataset(plan, file, dataset, memory, data.source()))
                .orElseGet(WorkloadFiles::noFile);
        case Content.Trace trace ->
            below(data.path(), trace.file())
                .map(file -> trace(plan, file, trace).from(data.source()))
                .orElseGet(WorkloadFiles::noFile);
      };
    } catch (UncheckedIOException e) {
      return new WorkloadFiles(List.of(String.valueOf(e.getMessage())));
    }
  }

  /** What is wrong with a file is said with where the user named it. */
  private WorkloadFiles from(String source) {
    return new WorkloadFiles(problems.stream().map(source::concat).toList(), replay);
  }

  private static WorkloadFiles noFile() {
    return new WorkloadFiles(
        List.of("workload.content.file names no file below the folder of the data."));
  }

  private static WorkloadFiles dataset(
      RunPlan plan, Path file, Content.Dataset dataset, MemoryBudget memory, String source) {
    DatasetSummary summary = DatasetSummary.of(file, plan.workload(), dataset);
    passedOver(file, summary.passedOver(), summary.records());
    return summary.problems().isEmpty()
        ? new WorkloadFiles(memory.problems(plan, (double) summary.meanBytes()))
        : new WorkloadFiles(summary.problems()).from(source);
  }

  private static WorkloadFiles trace(RunPlan plan, Path file, Content.Trace trace) {
    Optional<Shape.Replay> shape = plan.load().replay();
    TraceFormat format = TraceFormat.named(trace.format()).orElseThrow();
    TraceSummary summary =
        TraceSummary.of(file, format, shape.map(Shape.Replay::limit).orElse(OptionalLong.empty()));
    passedOver(file, summary.skipped(), summary.records());
    if (!summary.problems().isEmpty() || shape.isEmpty()) {
      return new WorkloadFiles(summary.problems());
    }
    Replay replay =
        new Replay(file, format, shape.get().speed(), summary.records(), summary.spanNanos());
    Duration warmup = Duration.ofMillis(plan.load().warmupMillis());
    return problem(replay, warmup, shape.get())
        .map(problem -> new WorkloadFiles(List.of(file.getFileName() + ": " + problem)))
        .orElseGet(() -> new WorkloadFiles(List.of(), Optional.of(replay)));
  }

  private static void passedOver(Path file, long passedOver, long sent) {
    if (passedOver > 0) {
      LOG.atInfo()
          .addKeyValue("file", file.getFileName())
          .addKeyValue("passedOver", passedOver)
          .addKeyValue("of", passedOver + sent)
          .log("records without a usable request are passed over");
    }
  }

  private static Optional<String> problem(Replay replay, Duration warmup, Shape.Replay shape) {
    if (replay.last().compareTo(warmup) < 0) {
      return Optional.of(
          ("at this speed the trace is over after %s, and load.warmup is %s: give a longer trace, a"
                  + " smaller load.replay.speed, %sor load.warmup: 0s")
              .formatted(
                  words(replay.last()),
                  words(warmup),
                  shape.limit().isPresent() ? "a larger load.replay.limit, " : ""));
    }
    OptionalLong longest = shape.longestMillis();
    return longest.isEmpty() || replay.length().toMillis() <= longest.getAsLong()
        ? Optional.empty()
        : Optional.of(
            ("at this speed the trace takes %s, and the run must end within %s: set"
                    + " load.replay.limit or speed, or lifecycle.activeDeadline")
                .formatted(words(replay.length()), words(Duration.ofMillis(longest.getAsLong()))));
  }

  private static String words(Duration duration) {
    if (duration.toDays() >= 3) {
      return duration.toDays() + " days";
    }
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
