package dev.loadline.runner;

import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.End;
import dev.loadline.runner.contract.RunPlan.Header;
import dev.loadline.runner.contract.RunPlan.Shape;
import dev.loadline.runner.contract.RunPlan.Stage;
import dev.loadline.runner.contract.Workload;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Plans for tests. */
final class Plans {
  private Plans() {}

  /** A short one: one stage of two users that ends after that many requests. */
  static RunPlan requests(String url, int count) {
    return plan(url, 0, List.of(stage("only", new End.Requests(count))));
  }

  /** One that goes on until it is stopped. */
  static RunPlan endless(String url) {
    return plan(url, 0, List.of(stage("endless", new End.After(3_600_000))));
  }

  static RunPlan plan(String url, long warmupMillis, List<Stage> stages) {
    return new RunPlan(
        RunPlan.VERSION,
        "test-run",
        "test-nonce",
        new RunPlan.Target(
            url,
            Optional.empty(),
            "Chat",
            "Auto",
            Optional.empty(),
            List.of(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            10_000),
        new Workload(
            new Workload.Content.Synthetic(
                new Distribution.Fixed(32), new Distribution.Fixed(4), 0, 1),
            Optional.empty(),
            true,
            1),
        new RunPlan.Load(warmupMillis, 1000, "Pooled", stages),
        List.of(),
        List.of(),
        RunPlan.Limits.NONE);
  }

  /** The same that sends something else. */
  static RunPlan sending(RunPlan plan, Workload workload) {
    return new RunPlan(
        plan.version(),
        plan.run(),
        plan.nonce(),
        plan.target(),
        workload,
        plan.load(),
        plan.goodput(),
        plan.judged(),
        plan.limits());
  }

  static Stage stage(String name, End end) {
    return new Stage(
        name, new Shape.Closed(2, OptionalInt.empty(), new Distribution.Fixed(0)), end);
  }

  /** The same with a key and a header from these variables. */
  static RunPlan withSecrets(RunPlan plan, String keyVariable, Header... headers) {
    RunPlan.Target target = plan.target();
    return new RunPlan(
        plan.version(),
        plan.run(),
        plan.nonce(),
        new RunPlan.Target(
            target.url(),
            target.model(),
            target.api(),
            target.engine(),
            Optional.of(keyVariable),
            List.of(headers),
            target.insecureSkipVerify(),
            target.caBundle(),
            Optional.empty(),
            Optional.empty(),
            target.readinessTimeoutMillis()),
        plan.workload(),
        plan.load(),
        plan.goodput(),
        plan.judged(),
        plan.limits());
  }

  /** The same that waits no longer than this for the target. */
  static RunPlan waiting(RunPlan plan, long readinessTimeoutMillis) {
    RunPlan.Target target = plan.target();
    return new RunPlan(
        plan.version(),
        plan.run(),
        plan.nonce(),
        new RunPlan.Target(
            target.url(),
            target.model(),
            target.api(),
            target.engine(),
            target.apiKeyVariable(),
            target.headers(),
            target.insecureSkipVerify(),
            target.caBundle(),
            Optional.empty(),
            Optional.empty(),
            readinessTimeoutMillis),
        plan.workload(),
        plan.load(),
        plan.goodput(),
        plan.judged(),
        plan.limits());
  }
}
