package dev.loadline.runner;

import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.Workload;
import dev.loadline.runner.http.Api;
import dev.loadline.runner.http.EngineProfile;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Looks for values of a plan that make no sense. The operator has checked the user's spec already;
 * this is for plans written by hand and for an operator of another version.
 */
final class PlanCheck {
  private static final int MOST_TOKENS = 10_000_000;
  private static final int MOST_STAGES = 20;
  private static final int LONGEST_NAME = 40;
  private static final int MOST_USERS = 100_000;
  private static final int MOST_REQUESTS = 100_000_000;
  private static final long LONGEST_MILLIS = Duration.ofDays(30).toMillis();
  private static final BigDecimal LOWEST_RATE = new BigDecimal("0.001");
  private static final BigDecimal HIGHEST_RATE = BigDecimal.valueOf(1_000_000);

  private final List<String> problems = new ArrayList<>();

  private PlanCheck() {}

  /** All problems, each a sentence that begins with the field's path; empty if there are none. */
  static List<String> problems(RunPlan plan) {
    PlanCheck check = new PlanCheck();
    check.require(!plan.run().isBlank(), "run", "is empty");
    check.require(!plan.nonce().isBlank(), "nonce", "is empty");
    check.target(plan.target());
    check.content(plan.workload().content());
    check.load(plan.load());
    check.goodput(plan);
    return List.copyOf(check.problems);
  }

  private void require(boolean holds, String field, String problem) {
    if (!holds) {
      problems.add(field + " " + problem + ".");
    }
  }

  private void millis(long value, long least, String field) {
    require(
        value >= least && value <= LONGEST_MILLIS,
        field,
        "must be from " + least + " to " + LONGEST_MILLIS + " (30 days)");
  }

  private void target(RunPlan.Target target) {
    require(
        Api.named(target.api()).isPresent(),
        "target.api",
        "is \"" + target.api() + "\": use Chat or Completions");
    require(
        target.engine().equals("Auto") || EngineProfile.named(target.engine()).isPresent(),
        "target.engine",
        "is \"" + target.engine() + "\": use Auto or the name of an engine");
    require(
        target.model().filter(String::isBlank).isEmpty(),
        "target.model",
        "is empty: leave it out or name a model");
    millis(target.readinessTimeoutMillis(), 1, "target.readinessTimeoutMillis");
  }

  private void content(Workload.Content content) {
    switch (content) {
      case Workload.Content.Synthetic synthetic -> {
        length(synthetic.inputTokens(), "workload.content.inputTokens");
        length(synthetic.outputTokens(), "workload.content.outputTokens");
      }
      case Workload.Content.Dataset ignored -> require(false, "workload.content", "is a dataset");
      case Workload.Content.Trace ignored -> require(false, "workload.content", "is a trace");
    }
  }

  private void length(Distribution length, String field) {
    switch (length) {
      case Distribution.Fixed fixed ->
          require(isLength(fixed.value()), field + ".value", "must be from 1 to " + MOST_TOKENS);
      case Distribution.Lognormal ignored -> require(false, field, "is lognormal");
      case Distribution.Uniform ignored -> require(false, field, "is uniform");
      case Distribution.Exponential ignored -> require(false, field, "is exponential");
      case Distribution.Normal normal -> {
        require(
            isLength(normal.min()) && isLength(normal.max()) && normal.min() <= normal.max(),
            field,
            "must have min and max from 1 to " + MOST_TOKENS + ", min not above max");
        require(
            normal.mean() >= normal.min() && normal.mean() <= normal.max(),
            field + ".mean",
            "must lie between min and max");
        require(
            normal.stddev() >= 0 && Double.isFinite(normal.stddev()),
            field + ".stddev",
            "must be at least 0");
      }
    }
  }

  private static boolean isLength(long tokens) {
    return tokens >= 1 && tokens <= MOST_TOKENS;
  }

  private void load(RunPlan.Load load) {
    millis(load.warmupMillis(), 0, "load.warmupMillis");
    millis(load.drainTimeoutMillis(), 0, "load.drainTimeoutMillis");
    int count = load.stages().size();
    require(
        count >= 1 && count <= MOST_STAGES,
        "load.stages",
        "has " + count + " stages: 1 to " + MOST_STAGES + " are possible");
    Set<String> names = new HashSet<>();
    for (int i = 0; i < count; i++) {
      RunPlan.Stage stage = load.stages().get(i);
      String field = "load.stages[" + i + "]";
      require(
          !stage.name().isBlank() && stage.name().length() <= LONGEST_NAME,
          field + ".name",
          "must have 1 to " + LONGEST_NAME + " characters");
      require(names.add(stage.name()), field + ".name", "\"" + stage.name() + "\" is there twice");
      shape(stage.shape(), field + ".shape");
      end(stage.end(), field + ".end");
    }
  }

  private void shape(RunPlan.Shape shape, String field) {
    switch (shape) {
      case RunPlan.Shape.Closed closed -> {
        require(
            closed.users() >= 1 && closed.users() <= MOST_USERS,
            field + ".users",
            "must be from 1 to " + MOST_USERS);
        if (closed.thinkTimeMillis() instanceof Distribution.Fixed fixed) {
          millis(fixed.value(), 0, field + ".thinkTimeMillis.value");
        } else {
          require(false, field + ".thinkTimeMillis", "is drawn");
        }
      }
      case RunPlan.Shape.Open open -> {
        require(
            isRate(open.requestsPerSecond()),
            field + ".requestsPerSecond",
            "is \"%s\": from %s to %s"
                .formatted(open.requestsPerSecond(), LOWEST_RATE, HIGHEST_RATE));
        require(
            open.arrival().equals("Constant") || open.arrival().equals("Poisson"),
            field + ".arrival",
            "is \"" + open.arrival() + "\": use Constant or Poisson");
      }
      case RunPlan.Shape.Replay ignored -> require(false, field, "is a replay");
    }
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

  private void end(RunPlan.End end, String field) {
    switch (end) {
      case RunPlan.End.After after -> millis(after.millis(), 1, field + ".millis");
      case RunPlan.End.Requests requests ->
          require(
              requests.count() >= 1 && requests.count() <= MOST_REQUESTS,
              field + ".count",
              "must be from 1 to " + MOST_REQUESTS);
      case RunPlan.End.Trace ignored -> require(false, field, "is a trace's");
    }
  }

  private void goodput(RunPlan plan) {
    Set<String> stages =
        plan.load().stages().stream().map(RunPlan.Stage::name).collect(Collectors.toSet());
    Set<String> metrics =
        RunPlan.RequestBound.METRICS.stream().map(Metric::name).collect(Collectors.toSet());
    for (int i = 0; i < plan.goodput().size(); i++) {
      RunPlan.RequestBound bound = plan.goodput().get(i);
      String field = "goodput[" + i + "]";
      require(
          metrics.contains(bound.metric()),
          field + ".metric",
          "is \"" + bound.metric() + "\": no metric of one request has this name");
      require(
          bound.maxMicros() > 0 && bound.maxMicros() <= LONGEST_MILLIS * 1000,
          field + ".maxMicros",
          "must be above 0 and at most 30 days");
      require(
          bound.stage().filter(stage -> !stages.contains(stage)).isEmpty(),
          field + ".stage",
          "names no stage of the plan");
    }
  }
}
