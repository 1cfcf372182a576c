package dev.loadline.runner;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.End;
import dev.loadline.runner.contract.RunPlan.Shape;
import dev.loadline.runner.contract.Workload.Content;
import dev.loadline.runner.http.ConnectionReuse;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Looks for values of a plan's load that make no sense, alone or beside its workload. */
final class LoadCheck {
  private static final int MOST_STAGES = 20;
  private static final int LONGEST_NAME = 40;
  private static final int MOST_USERS = 100_000;
  private static final int MOST_REQUESTS = 100_000_000;
  private static final BigDecimal LOWEST_RATE = new BigDecimal("0.001");
  private static final BigDecimal HIGHEST_RATE = BigDecimal.valueOf(1_000_000);
  private static final double MOST_TIMES = 1_000_000;
  private static final Set<String> ARRIVALS = Set.of("Constant", "Poisson", "Gamma");

  private final Problems problems;
  private final RunPlan plan;

  private LoadCheck(Problems problems, RunPlan plan) {
    this.problems = problems;
    this.plan = plan;
  }

  static void check(RunPlan plan, Problems problems) {
    new LoadCheck(problems, plan).load(plan.load());
  }

  private void load(RunPlan.Load load) {
    problems.millis(load.warmupMillis(), 0, "load.warmupMillis");
    problems.millis(load.drainTimeoutMillis(), 0, "load.drainTimeoutMillis");
    problems.require(
        ConnectionReuse.named(load.connectionReuse()).isPresent(),
        "load.connectionReuse",
        "is \"" + load.connectionReuse() + "\": use Pooled, PerUser or PerRequest");
    List<RunPlan.Stage> stages = load.stages();
    problems.require(
        !stages.isEmpty() && stages.size() <= MOST_STAGES,
        "load.stages",
        "has " + stages.size() + " stages: 1 to " + MOST_STAGES + " are possible");
    Set<String> names = new HashSet<>();
    for (int i = 0; i < stages.size(); i++) {
      String field = "load.stages[" + i + "]";
      name(stages.get(i).name(), names, field + ".name");
      shape(stages.get(i).shape(), field + ".shape");
      end(stages.get(i).end(), field + ".end");
      together(stages.get(i), field);
    }
  }

  private void name(String name, Set<String> names, String field) {
    problems.require(
        !name.isBlank() && name.length() <= LONGEST_NAME,
        field,
        "must have 1 to " + LONGEST_NAME + " characters");
    problems.require(names.add(name), field, "\"" + name + "\" is there twice");
  }

  private void shape(Shape shape, String field) {
    switch (shape) {
      case Shape.Closed closed -> {
        problems.number(closed.users(), 1, MOST_USERS, field + ".users");
        closed
            .rampFrom()
            .ifPresent(users -> problems.number(users, 1, MOST_USERS, field + ".rampFrom"));
        problems.millis(closed.thinkTimeMillis(), field + ".thinkTimeMillis");
      }
      case Shape.Open open -> {
        rate(open.requestsPerSecond(), field + ".requestsPerSecond");
        open.rampFrom().ifPresent(rate -> rate(rate, field + ".rampFrom"));
        problems.require(
            ARRIVALS.contains(open.arrival()),
            field + ".arrival",
            "is \"" + open.arrival() + "\": use Constant, Poisson or Gamma");
        times(open.burstiness(), field + ".burstiness");
      }
      case Shape.Replay replay -> {
        times(replay.speed(), field + ".speed");
        replay
            .limit()
            .ifPresent(limit -> problems.number(limit, 1, Long.MAX_VALUE, field + ".limit"));
      }
    }
  }

  private void times(double value, String field) {
    problems.require(
        value > 0 && value <= MOST_TIMES, field, "must be above 0 and at most " + (int) MOST_TIMES);
  }

  private void rate(String text, String field) {
    problems.require(
        isRate(text), field, "is \"%s\": from %s to %s".formatted(text, LOWEST_RATE, HIGHEST_RATE));
  }

  private static boolean isRate(String text) {
    if (text.length() > 40) {
      return false;
    }
    try {
      BigDecimal rate = new BigDecimal(text);
      return rate.compareTo(LOWEST_RATE) >= 0 && rate.compareTo(HIGHEST_RATE) <= 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private void end(End end, String field) {
    switch (end) {
      case End.After after -> problems.millis(after.millis(), 1, field + ".millis");
      case End.Requests requests ->
          problems.number(requests.count(), 1, MOST_REQUESTS, field + ".count");
      case End.Trace ignored -> {}
    }
  }

  /** What does not go together, though each alone would. */
  private void together(RunPlan.Stage stage, String field) {
    boolean closed = stage.shape() instanceof Shape.Closed;
    boolean replay = stage.shape() instanceof Shape.Replay;
    problems.require(
        !ramps(stage.shape()) || stage.end() instanceof End.After,
        field + ".end",
        "must be a duration, since the stage ramps");
    problems.require(
        replay == stage.end() instanceof End.Trace,
        field + ".end",
        "must be the trace's where the stage replays it, and only there");
    problems.require(
        !replay || plan.workload().content() instanceof Content.Trace,
        field + ".shape",
        "is a replay, and the workload is no trace");
    problems.require(
        !replay || plan.load().stages().size() == 1,
        field + ".shape",
        "is a replay: it must be the only stage");
    problems.require(
        closed || plan.workload().turns().isEmpty(),
        field + ".shape",
        "must have users, since the workload has turns");
    problems.require(
        closed || !plan.load().connectionReuse().equals(ConnectionReuse.PER_USER.planName()),
        field + ".shape",
        "must have users, since connectionReuse is PerUser");
  }

  private static boolean ramps(Shape shape) {
    return switch (shape) {
      case Shape.Closed closed -> closed.rampFrom().isPresent();
      case Shape.Open open -> open.rampFrom().isPresent();
      case Shape.Replay ignored -> false;
    };
  }
}
