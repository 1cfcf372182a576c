package dev.loadline.operator.plan;

import dev.loadline.operator.api.LimitsSpec;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads what a run may spend. */
final class LimitsParser {
  private static final long[] REQUESTS = {1, Limits.MOST_REQUESTS};
  private static final long[] TOKENS = {1, Limits.MOST_OUTPUT_TOKENS};

  private final Problems problems;

  LimitsParser(Problems problems) {
    this.problems = problems;
  }

  Limits limits(@Nullable LimitsSpec spec, Optional<Load> load) {
    if (spec == null) {
      return Limits.NONE;
    }
    Limits limits =
        new Limits(
            count(spec.requests(), REQUESTS, "requests"),
            count(spec.outputTokens(), TOKENS, "outputTokens"),
            time(spec.runnerPodTime()));
    load.filter(is -> problems.noneIn("spec.load") && problems.noneIn(Limits.FIELD))
        .flatMap(limits::tooShort)
        .ifPresent(problem -> problems.add(problem.field(), problem.message()));
    return limits;
  }

  private OptionalLong count(@Nullable Long count, long[] bounds, String name) {
    return count == null
        ? OptionalLong.empty()
        : OptionalLong.of(problems.within(count, bounds[0], bounds, Limits.FIELD + "." + name));
  }

  private Optional<Duration> time(@Nullable String text) {
    return text == null
        ? Optional.empty()
        : Optional.of(
            problems.positive(text, Limits.RUNNER_NEEDS, Limits.FIELD + ".runnerPodTime"));
  }
}
