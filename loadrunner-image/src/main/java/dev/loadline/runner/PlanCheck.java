package dev.loadline.runner;

import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.Workload;
import dev.loadline.runner.contract.Workload.Content;
import dev.loadline.runner.http.Api;
import dev.loadline.runner.http.EngineProfile;
import dev.loadline.runner.prompt.DatasetFormat;
import dev.loadline.runner.trace.TraceFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Looks for values of a plan that make no sense. The operator has checked the user's spec already;
 * this is for plans written by hand and for an operator of another version.
 */
final class PlanCheck {
  private static final int MOST_TOKENS = 10_000_000;
  private static final int MOST_GROUPS = 1_000_000;
  private static final int MOST_TURNS = 10_000;
  private static final long MOST_BOUND_MICROS = 2_592_000_000_000L;

  private final Problems problems = new Problems();

  private PlanCheck() {}

  /** All problems, each a sentence that begins with the field's path; empty if there are none. */
  static List<String> problems(RunPlan plan) {
    PlanCheck check = new PlanCheck();
    check.problems.require(!plan.run().isBlank(), "run", "is empty");
    check.problems.require(!plan.nonce().isBlank(), "nonce", "is empty");
    check.target(plan.target());
    check.workload(plan.workload());
    LoadCheck.check(plan, check.problems);
    check.goodput(plan);
    check.limits(plan.limits());
    return check.problems.all();
  }

  private void target(RunPlan.Target target) {
    problems.require(
        Api.named(target.api()).isPresent(),
        "target.api",
        "is \"" + target.api() + "\": use Chat or Completions");
    problems.require(
        target.engine().equals("Auto") || EngineProfile.named(target.engine()).isPresent(),
        "target.engine",
        "is \"" + target.engine() + "\": use Auto or the name of an engine");
    problems.require(
        target.model().filter(String::isBlank).isEmpty(),
        "target.model",
        "is empty: leave it out or name a model");
    problems.millis(target.readinessTimeoutMillis(), 1, "target.readinessTimeoutMillis");
  }

  private void workload(Workload workload) {
    switch (workload.content()) {
      case Content.Synthetic synthetic -> synthetic(synthetic);
      case Content.Dataset dataset -> {
        file(dataset.file());
        problems.require(
            DatasetFormat.named(dataset.format()).isPresent(),
            "workload.content.format",
            "is \"" + dataset.format() + "\": use ShareGPT or JSONL");
        dataset.outputTokens().ifPresent(law -> tokens(law, "workload.content.outputTokens"));
      }
      case Content.Trace trace -> {
        file(trace.file());
        problems.require(
            TraceFormat.named(trace.format()).isPresent(),
            "workload.content.format",
            "is \"" + trace.format() + "\": use Azure, BurstGPT, Mooncake or JSONL");
      }
    }
    workload.turns().ifPresent(this::turns);
    problems.require(
        workload.turns().isEmpty() || !(workload.content() instanceof Content.Trace),
        "workload.turns",
        "do not go with a trace: it says itself which requests there are");
    problems.require(
        workload.turns().flatMap(Workload.Turns::inputTokens).isEmpty()
            || !(workload.content() instanceof Content.Dataset),
        "workload.turns.inputTokens",
        "does not go with a dataset: its records say what is asked");
  }

  private void synthetic(Content.Synthetic synthetic) {
    tokens(synthetic.inputTokens(), "workload.content.inputTokens");
    tokens(synthetic.outputTokens(), "workload.content.outputTokens");
    problems.require(
        synthetic.sharedPrefixTokens() >= 0
            && synthetic.sharedPrefixTokens() < synthetic.inputTokens().min(),
        "workload.content.sharedPrefixTokens",
        "must be at least 0 and less than the shortest prompt");
    problems.number(
        synthetic.sharedPrefixGroups(), 1, MOST_GROUPS, "workload.content.sharedPrefixGroups");
  }

  private void turns(Workload.Turns turns) {
    problems.distribution(turns.count(), 1, MOST_TURNS, "workload.turns.count");
    turns.inputTokens().ifPresent(law -> tokens(law, "workload.turns.inputTokens"));
    problems.millis(turns.thinkTimeMillis(), "workload.turns.thinkTimeMillis");
  }

  private void file(String name) {
    problems.require(!name.isBlank(), "workload.content.file", "is empty");
  }

  private void tokens(Distribution law, String field) {
    problems.distribution(law, 1, MOST_TOKENS, field);
  }

  private void limits(RunPlan.Limits limits) {
    limits
        .requests()
        .ifPresent(most -> problems.number(most, 1, Long.MAX_VALUE, "limits.requests"));
    limits
        .outputTokens()
        .ifPresent(most -> problems.number(most, 1, Long.MAX_VALUE, "limits.outputTokens"));
    limits.runnerMillis().ifPresent(most -> problems.millis(most, 1, "limits.runnerMillis"));
  }

  private void goodput(RunPlan plan) {
    Set<String> metrics =
        RunPlan.RequestBound.METRICS.stream().map(Metric::name).collect(Collectors.toSet());
    Set<String> stages =
        plan.load().stages().stream().map(RunPlan.Stage::name).collect(Collectors.toSet());
    for (int i = 0; i < plan.goodput().size(); i++) {
      RunPlan.RequestBound bound = plan.goodput().get(i);
      String field = "goodput[" + i + "]";
      problems.require(
          metrics.contains(bound.metric()),
          field + ".metric",
          "is \"" + bound.metric() + "\": no metric of one request has this name");
      problems.require(
          bound.maxMicros() > 0 && bound.maxMicros() <= MOST_BOUND_MICROS,
          field + ".maxMicros",
          "must be above 0 and at most 30 days");
      problems.require(
          bound.stage().filter(stage -> !stages.contains(stage)).isEmpty(),
          field + ".stage",
          "names no stage of the plan");
    }
  }
}
