package dev.loadline.runner.drive;

import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.End;
import dev.loadline.runner.contract.RunPlan.Shape;
import dev.loadline.runner.contract.Workload;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Plans for tests. */
final class Plans {
  private Plans() {}

  static RunPlan of(long warmupMillis, long drainMillis, RunPlan.Stage... stages) {
    Distribution length = new Distribution.Fixed(20);
    return new RunPlan(
        RunPlan.VERSION,
        "test",
        "nonce",
        new RunPlan.Target(
            "",
            Optional.empty(),
            "",
            "",
            Optional.empty(),
            List.of(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            0),
        new Workload(
            new Workload.Content.Synthetic(length, length, 0, 1), Optional.empty(), true, 42),
        new RunPlan.Load(warmupMillis, drainMillis, "Pooled", List.of(stages)),
        List.of(),
        List.of(),
        RunPlan.Limits.NONE);
  }

  static RunPlan.Stage users(int users, long millis) {
    return users(users, 0, new End.After(millis));
  }

  static RunPlan.Stage users(int users, long thinkMillis, End end) {
    return new RunPlan.Stage(
        "users-" + users,
        new Shape.Closed(users, OptionalInt.empty(), new Distribution.Fixed(thinkMillis)),
        end);
  }

  static RunPlan.Stage rate(String perSecond, String arrival, long millis) {
    return new RunPlan.Stage(
        "rate-" + perSecond,
        new Shape.Open(perSecond, Optional.empty(), arrival, 1),
        new End.After(millis));
  }

  /** The same that takes connections by another rule. */
  static RunPlan reusing(RunPlan plan, String connectionReuse) {
    RunPlan.Load load = plan.load();
    return with(
        plan,
        plan.workload(),
        new RunPlan.Load(
            load.warmupMillis(), load.drainTimeoutMillis(), connectionReuse, load.stages()));
  }

  /** The same with other content or turns. */
  static RunPlan sending(RunPlan plan, Workload.Content content, Optional<Workload.Turns> turns) {
    return with(plan, new Workload(content, turns, true, 42), plan.load());
  }

  /** The same with limits. */
  static RunPlan limited(RunPlan plan, RunPlan.Limits limits) {
    return new RunPlan(
        plan.version(),
        plan.run(),
        plan.nonce(),
        plan.target(),
        plan.workload(),
        plan.load(),
        plan.goodput(),
        plan.judged(),
        limits);
  }

  private static RunPlan with(RunPlan plan, Workload workload, RunPlan.Load load) {
    return new RunPlan(
        plan.version(),
        plan.run(),
        plan.nonce(),
        plan.target(),
        workload,
        load,
        plan.goodput(),
        plan.judged(),
        plan.limits());
  }
}
