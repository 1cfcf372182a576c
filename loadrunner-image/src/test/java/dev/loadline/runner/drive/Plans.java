package dev.loadline.runner.drive;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.End;
import dev.loadline.runner.contract.RunPlan.Shape;
import java.util.List;
import java.util.Optional;

/** Plans for tests. */
final class Plans {
  private Plans() {}

  static RunPlan of(long warmupMillis, long drainMillis, RunPlan.Stage... stages) {
    RunPlan.TokenLength length = new RunPlan.TokenLength.Fixed(20);
    return new RunPlan(
        RunPlan.VERSION,
        "test",
        "nonce",
        new RunPlan.Target(
            "", Optional.empty(), "", "", Optional.empty(), List.of(), false, Optional.empty(), 0),
        new RunPlan.Workload(length, length, 42),
        new RunPlan.Load(warmupMillis, drainMillis, List.of(stages)),
        List.of(),
        List.of());
  }

  static RunPlan.Stage users(int users, long millis) {
    return users(users, 0, new End.After(millis));
  }

  static RunPlan.Stage users(int users, long thinkMillis, End end) {
    return new RunPlan.Stage("users-" + users, new Shape.Closed(users, thinkMillis), end);
  }

  static RunPlan.Stage rate(String perSecond, String arrival, long millis) {
    return new RunPlan.Stage(
        "rate-" + perSecond, new Shape.Open(perSecond, arrival), new End.After(millis));
  }
}
