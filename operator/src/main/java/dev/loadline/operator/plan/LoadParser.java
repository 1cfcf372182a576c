package dev.loadline.operator.plan;

import dev.loadline.operator.api.LoadSpec;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the load: its stages as they are written, or those that a sweep or a replay stands for. */
final class LoadParser {
  private static final String FIELD = "spec.load";
  private static final String REPLAY = "replay";
  private static final int MOST_STAGES = 20;

  private final Problems problems;
  private final boolean turnsPause;
  private final Set<String> names = new LinkedHashSet<>();
  private final Set<String> open = new LinkedHashSet<>();

  /** For a workload whose conversations, if it has any, pause between their turns or not. */
  LoadParser(Problems problems, boolean turnsPause) {
    this.problems = problems;
    this.turnsPause = turnsPause;
  }

  /** Names of the stages that {@link #load} saw. */
  Set<String> stages() {
    return names;
  }

  /** Those of them with open-loop arrivals. */
  Set<String> openStages() {
    return open;
  }

  Optional<Load> load(@Nullable LoadSpec spec) {
    if (spec == null) {
      problems.add(FIELD, "is missing: give it stages, a sweep or a replay");
      return Optional.empty();
    }
    long forms =
        Stream.of(
                Optional.ofNullable(spec.stages()),
                Optional.ofNullable(spec.sweep()),
                Optional.ofNullable(spec.replay()))
            .filter(Optional::isPresent)
            .count();
    if (forms != 1) {
      problems.add(FIELD, "exactly one of stages, sweep and replay must be set");
    }
    List<Load.Stage> stages = stages(spec);
    Duration warmup = problems.duration(spec.warmup(), Duration.ofSeconds(30), FIELD + ".warmup");
    Duration drain =
        problems.duration(spec.drainTimeout(), Duration.ofSeconds(60), FIELD + ".drainTimeout");
    Load.ConnectionReuse reuse =
        problems.oneOf(
            spec.connectionReuse(), Load.ConnectionReuse.Pooled, FIELD + ".connectionReuse");
    if (reuse == Load.ConnectionReuse.PerUser && !open.isEmpty()) {
      problems.add(
          FIELD + ".connectionReuse",
          "PerUser goes with users in every stage: " + open + " have none");
    }
    return stages.isEmpty()
        ? Optional.empty()
        : Optional.of(new Load(warmup, drain, reuse, stages));
  }

  private List<Load.Stage> stages(LoadSpec spec) {
    List<Load.Stage> stages = new ArrayList<>();
    StageParser parser = new StageParser(problems, turnsPause);
    if (spec.stages() != null) {
      few(spec.stages(), "stages");
      problems.each(
          spec.stages(),
          FIELD + ".stages",
          (stage, field) -> add(parser.stage(stage, field), field + ".name", stages));
    }
    if (spec.sweep() != null) {
      few(Objects.requireNonNullElse(spec.sweep().users(), List.of(1)), "sweep.users");
      few(
          Objects.requireNonNullElse(spec.sweep().requestsPerSecond(), List.of(1)),
          "sweep.requestsPerSecond");
      new SweepParser(problems, parser)
          .levels(spec.sweep())
          .forEach(level -> add(level.stage(), level.field(), stages));
    }
    if (spec.replay() != null) {
      add(replay(spec.replay()), FIELD + ".replay", stages);
    }
    return stages;
  }

  private void few(List<?> levels, String name) {
    if (levels.isEmpty()) {
      problems.add(FIELD + "." + name, "at least one stage is needed");
    }
    if (levels.size() > MOST_STAGES) {
      problems.add(FIELD + "." + name, "at most " + MOST_STAGES + " stages are possible");
    }
  }

  private void add(Load.Stage stage, String field, List<Load.Stage> stages) {
    if (!names.add(stage.name())) {
      problems.add(field, Problems.quoted(stage.name()) + " is there twice");
    }
    switch (stage.shape()) {
      case Load.Shape.Closed ignored -> {}
      case Load.Shape.Open ignored -> open.add(stage.name());
      case Load.Shape.Replay ignored -> open.add(stage.name());
    }
    stages.add(stage);
  }

  private Load.Stage replay(LoadSpec.ReplaySpec spec) {
    String field = FIELD + ".replay.";
    BigDecimal speed = Positive.SPEED.read(spec.speed(), field + "speed", problems);
    OptionalLong limit =
        spec.limit() == null
            ? OptionalLong.empty()
            : OptionalLong.of(
                problems.within(spec.limit(), 1, new long[] {1, 100_000_000}, field + "limit"));
    return new Load.Stage(REPLAY, new Load.Shape.Replay(speed, limit), new Load.End.Trace());
  }
}
