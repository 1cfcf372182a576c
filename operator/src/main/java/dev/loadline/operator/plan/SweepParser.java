package dev.loadline.operator.plan;

import dev.loadline.operator.api.LoadSpec;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Makes a stage of each level of a sweep. */
final class SweepParser {
  private static final String FIELD = "spec.load.sweep";

  private final Problems problems;
  private final StageParser stages;

  SweepParser(Problems problems, StageParser stages) {
    this.problems = problems;
    this.stages = stages;
  }

  /** A stage, and the field of its level. */
  record Level(Load.Stage stage, String field) {}

  /** One stage for each level, in the order of the list: {@code users-16}, {@code rps-2-5}. */
  List<Level> levels(LoadSpec.SweepSpec spec) {
    boolean isClosed = spec.users() != null;
    boolean isOpen = spec.requestsPerSecond() != null;
    if (isClosed == isOpen) {
      problems.add(FIELD, "exactly one of users and requestsPerSecond must be set");
    }
    StageParser.Manner manner = stages.manner(common(spec), isClosed, isOpen, FIELD);
    List<Level> levels = new ArrayList<>();
    problems.each(
        spec.users(),
        FIELD + ".users",
        (value, field) -> {
          int users = stages.users(value, field);
          Load.Shape shape = stages.closed(users, OptionalInt.empty(), manner);
          add(new Load.Stage("users-" + users, shape, manner.end()), field, levels);
        });
    problems.each(
        spec.requestsPerSecond(),
        FIELD + ".requestsPerSecond",
        (node, field) -> {
          BigDecimal rate = stages.rate(node, field);
          Load.Shape shape =
              new Load.Shape.Open(rate, Optional.empty(), manner.arrival(), manner.burstiness());
          String number = rate.stripTrailingZeros().toPlainString().replace('.', '-');
          add(new Load.Stage("rps-" + number, shape, manner.end()), field, levels);
        });
    return levels;
  }

  private static LoadSpec.StageSpec common(LoadSpec.SweepSpec spec) {
    return new LoadSpec.StageSpec(
        null,
        null,
        spec.thinkTime(),
        null,
        spec.arrival(),
        spec.burstiness(),
        null,
        spec.duration(),
        spec.requests());
  }

  /** A level that is none has no name of its own. */
  private void add(Load.Stage stage, String field, List<Level> levels) {
    if (problems.noneIn(field)) {
      levels.add(new Level(stage, field));
    }
  }
}
