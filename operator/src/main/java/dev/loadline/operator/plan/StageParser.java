package dev.loadline.operator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loadline.operator.api.LoadSpec;
import dev.loadline.runner.contract.Distribution;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Reads a stage. */
final class StageParser {
  private static final long[] USERS = {1, 100_000};
  private static final long[] REQUESTS = {1, 100_000_000};

  private final Problems problems;
  private final boolean turnsPause;
  private final DistributionParser distributions;

  StageParser(Problems problems, boolean turnsPause) {
    this.problems = problems;
    this.turnsPause = turnsPause;
    this.distributions = new DistributionParser(problems);
  }

  /** What stages of different levels may have in common. */
  record Manner(
      Distribution thinkTimeMillis, Load.Arrival arrival, BigDecimal burstiness, Load.End end) {}

  Load.Stage stage(LoadSpec.StageSpec spec, String field) {
    String name = problems.required(spec.name(), field + ".name", "missing");
    boolean isClosed = spec.users() != null;
    boolean isOpen = isThere(spec.requestsPerSecond());
    if (isClosed == isOpen) {
      problems.add(field, "exactly one of users and requestsPerSecond must be set");
    }
    Manner manner = manner(spec, isClosed, isOpen, field);
    ramp(spec, field);
    Load.Shape shape =
        isOpen
            ? open(spec, manner, field)
            : closed(users(spec.users(), field + ".users"), rampUsers(spec, field), manner);
    return new Load.Stage(name, shape, manner.end());
  }

  /** Everything but name, level and ramp. */
  Manner manner(LoadSpec.StageSpec spec, boolean isClosed, boolean isOpen, String field) {
    if (isThere(spec.thinkTime()) && !isClosed) {
      problems.add(field + ".thinkTime", "goes with users");
    }
    if (spec.arrival() != null && !isOpen) {
      problems.add(field + ".arrival", "goes with requestsPerSecond");
    }
    Load.Arrival arrival = problems.oneOf(spec.arrival(), Load.Arrival.Poisson, field + ".arrival");
    if (isThere(spec.burstiness()) && arrival != Load.Arrival.Gamma) {
      problems.add(field + ".burstiness", "goes with arrival Gamma");
    }
    return new Manner(
        distributions.pause(spec.thinkTime(), field + ".thinkTime"),
        arrival,
        Positive.BURSTINESS.read(spec.burstiness(), field + ".burstiness", problems),
        end(spec, field));
  }

  int users(@Nullable Integer users, String field) {
    return (int) problems.within(users, 1, USERS, field);
  }

  BigDecimal rate(JsonNode rate, String field) {
    return Positive.RATE.read(rate, field, problems);
  }

  Load.Shape closed(int users, OptionalInt rampFrom, Manner manner) {
    return new Load.Shape.Closed(users, rampFrom, manner.thinkTimeMillis(), turnsPause);
  }

  private Load.End end(LoadSpec.StageSpec spec, String field) {
    if ((spec.duration() == null) == (spec.requests() == null)) {
      problems.add(field, "exactly one of duration and requests must be set");
    }
    return spec.requests() == null
        ? new Load.End.After(
            problems.positive(spec.duration(), Duration.ofSeconds(1), field + ".duration"))
        : new Load.End.Requests(problems.within(spec.requests(), 1, REQUESTS, field + ".requests"));
  }

  private void ramp(LoadSpec.StageSpec spec, String field) {
    if (spec.ramp() == null) {
      return;
    }
    if (spec.duration() == null) {
      problems.add(field + ".ramp", "goes with duration: it lasts as long as the window");
    }
    if (!isThere(spec.ramp().from())) {
      problems.add(field + ".ramp.from", "is missing");
    }
  }

  private Load.Shape open(LoadSpec.StageSpec spec, Manner manner, String field) {
    BigDecimal rate = rate(spec.requestsPerSecond(), field + ".requestsPerSecond");
    Optional<BigDecimal> from = rampFrom(spec).map(node -> rate(node, field + ".ramp.from"));
    if (from.filter(is -> is.compareTo(rate) == 0).isPresent() && problems.noneIn(field)) {
      problems.add(field + ".ramp.from", "is what requestsPerSecond is: leave ramp out");
    }
    return new Load.Shape.Open(rate, from, manner.arrival(), manner.burstiness());
  }

  private OptionalInt rampUsers(LoadSpec.StageSpec spec, String field) {
    Optional<JsonNode> from = rampFrom(spec);
    if (from.isEmpty()) {
      return OptionalInt.empty();
    }
    Optional<Long> users = whole(from.get());
    if (users.isEmpty()) {
      problems.add(
          field + ".ramp.from",
          Problems.quoted(from.get().asText()) + " is not a number of users: a whole number");
      return OptionalInt.empty();
    }
    int least = (int) problems.within(users.get(), 1, USERS, field + ".ramp.from");
    if (spec.users() != null && least == spec.users()) {
      problems.add(field + ".ramp.from", "is what users is: leave ramp out");
    }
    return OptionalInt.of(least);
  }

  private static Optional<JsonNode> rampFrom(LoadSpec.StageSpec spec) {
    return Optional.ofNullable(spec.ramp())
        .map(LoadSpec.RampSpec::from)
        .filter(StageParser::isThere);
  }

  private static Optional<Long> whole(JsonNode node) {
    boolean number = node.isIntegralNumber() && node.canConvertToLong();
    return number || node.asText().matches("[0-9]{1,9}")
        ? Optional.of(Long.parseLong(node.asText()))
        : Optional.empty();
  }

  static boolean isThere(@Nullable JsonNode node) {
    return node != null && !node.isNull() && !node.isMissingNode();
  }
}
