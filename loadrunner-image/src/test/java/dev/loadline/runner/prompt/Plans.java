package dev.loadline.runner.prompt;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.Workload;
import java.util.List;
import java.util.Optional;

/** Plans for tests. */
final class Plans {
  private Plans() {}

  /** One of that workload, for a target that speaks that API. */
  static RunPlan of(Workload workload, String nonce, String api) {
    return new RunPlan(
        RunPlan.VERSION,
        "test",
        nonce,
        new RunPlan.Target(
            "",
            Optional.empty(),
            api,
            "Auto",
            Optional.empty(),
            List.of(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            1),
        workload,
        new RunPlan.Load(0, 0, "Pooled", List.of()),
        List.of(),
        List.of());
  }
}
