package dev.loadline.operator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loadline.operator.api.LoadSpec;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the stages. */
final class LoadParser {
  private static final int MOST_STAGES = 20;
  private static final BigDecimal LOWEST_RATE = new BigDecimal("0.001");
  private static final BigDecimal HIGHEST_RATE = BigDecimal.valueOf(1_000_000);

  private final Problems problems;
  private final Set<String> names = new LinkedHashSet<>();
  private final Set<String> open = new LinkedHashSet<>();

  LoadParser(Problems problems) {
    this.problems = problems;
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
      problems.add("spec.load", "is missing: give it stages");
      return Optional.empty();
    }
    if (spec.stages() == null || spec.stages().isEmpty()) {
      problems.add("spec.load.stages", "at least one stage is needed");
      return Optional.empty();
    }
    if (spec.stages().size() > MOST_STAGES) {
      problems.add("spec.load.stages", "at most " + MOST_STAGES + " stages are possible");
    }
    List<Load.Stage> stages = new ArrayList<>();
    problems.each(
        spec.stages(), "spec.load.stages", (stage, field) -> stages.add(stage(stage, field)));
    Duration warmup = problems.duration(spec.warmup(), Duration.ofSeconds(30), "spec.load.warmup");
    Duration drain =
        problems.duration(spec.drainTimeout(), Duration.ofSeconds(60), "spec.load.drainTimeout");
    return stages.isEmpty() ? Optional.empty() : Optional.of(new Load(warmup, drain, stages));
  }

  private Load.Stage stage(LoadSpec.StageSpec spec, String field) {
    String name = problems.required(spec.name(), field + ".name", "missing");
    if (!names.add(name)) {
      problems.add(field + ".name", Problems.quoted(name) + " is there twice");
    }
    return new Load.Stage(name, shape(spec, name, field), end(spec, field));
  }

  private Load.Shape shape(LoadSpec.StageSpec spec, String name, String field) {
    boolean isOpen = spec.requestsPerSecond() != null && !spec.requestsPerSecond().isNull();
    if ((spec.users() != null) == isOpen) {
      problems.add(field, "exactly one of users and requestsPerSecond must be set");
    }
    if (spec.thinkTime() != null && spec.users() == null) {
      problems.add(field + ".thinkTime", "goes with users");
    }
    if (spec.arrival() != null && !isOpen) {
      problems.add(field + ".arrival", "goes with requestsPerSecond");
    }
    Load.Arrival arrival = problems.oneOf(spec.arrival(), Load.Arrival.Poisson, field + ".arrival");
    Duration thinkTime = problems.duration(spec.thinkTime(), Duration.ZERO, field + ".thinkTime");
    if (isOpen) {
      open.add(name);
      return new Load.Shape.Open(
          rate(spec.requestsPerSecond(), field + ".requestsPerSecond"), arrival);
    }
    int users = (int) problems.within(spec.users(), 1, new long[] {1, 100_000}, field + ".users");
    return new Load.Shape.Closed(users, thinkTime);
  }

  private BigDecimal rate(JsonNode node, String field) {
    // A fraction that is no string reads 9.0E-4 as text.
    boolean fraction = node.isFloatingPointNumber() && Double.isFinite(node.asDouble());
    String text =
        fraction ? node.decimalValue().stripTrailingZeros().toPlainString() : node.asText();
    Optional<BigDecimal> rate = problems.decimal(text, field);
    if (rate.isPresent()
        && (rate.get().compareTo(LOWEST_RATE) < 0 || rate.get().compareTo(HIGHEST_RATE) > 0)) {
      problems.add(field, Problems.quoted(text) + " is not a rate: from 0.001 to 1000000");
    }
    return rate.orElse(BigDecimal.ONE);
  }

  private Load.End end(LoadSpec.StageSpec spec, String field) {
    if ((spec.duration() == null) == (spec.requests() == null)) {
      problems.add(field, "exactly one of duration and requests must be set");
    }
    if (spec.requests() != null) {
      return new Load.End.Requests(
          problems.within(spec.requests(), 1, new long[] {1, 100_000_000}, field + ".requests"));
    }
    return new Load.End.After(
        problems.positive(spec.duration(), Duration.ofSeconds(1), field + ".duration"));
  }
}
