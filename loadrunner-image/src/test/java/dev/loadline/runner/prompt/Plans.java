package dev.loadline.runner.prompt;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.Workload;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Plans for tests. */
final class Plans {
  private Plans() {}

  /** One of that workload, for a target that speaks that API. */
  static RunPlan of(Workload workload, String nonce, String api) {
    return of(workload, nonce, api, List.of());
  }

  /** One that replays so many requests of its trace. */
  static RunPlan replay(Workload workload, long limit) {
    RunPlan.Shape shape = new RunPlan.Shape.Replay(1, OptionalLong.of(limit), OptionalLong.empty());
    RunPlan.Stage stage = new RunPlan.Stage("replay", shape, new RunPlan.End.Trace());
    return of(workload, "nonce", "Chat", List.of(stage));
  }

  private static RunPlan of(
      Workload workload, String nonce, String api, List<RunPlan.Stage> stages) {
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
        new RunPlan.Load(0, 0, "Pooled", stages),
        List.of(),
        List.of(),
        RunPlan.Limits.NONE);
  }
}
