package dev.loadline.benchmark;

import dev.loadline.runner.contract.RunPlan;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The plans that the runner is given. */
final class Plans {
  private static final int PROMPT_TOKENS = 64;

  private Plans() {}

  /** Users who keep one request each in flight. */
  static RunPlan closed(String url, Script script, int users, Duration warmup, Duration window) {
    return plan(url, script, new RunPlan.Shape.Closed(users, 0), warmup, window);
  }

  /** Requests at a constant rate. */
  static RunPlan open(String url, Script script, int rate, Duration warmup, Duration window) {
    return plan(
        url, script, new RunPlan.Shape.Open(Integer.toString(rate), "Constant"), warmup, window);
  }

  private static RunPlan plan(
      String url, Script script, RunPlan.Shape shape, Duration warmup, Duration window) {
    return new RunPlan(
        RunPlan.VERSION,
        "benchmark",
        "benchmark",
        new RunPlan.Target(
            url,
            Optional.of("loopback"),
            "Chat",
            "vLLM",
            Optional.empty(),
            List.of(),
            false,
            Optional.empty(),
            10_000),
        new RunPlan.Workload(
            new RunPlan.TokenLength.Fixed(PROMPT_TOKENS),
            new RunPlan.TokenLength.Fixed(script.tokens()),
            1),
        new RunPlan.Load(
            warmup.toMillis(),
            0,
            List.of(
                new RunPlan.Stage("only", shape, new RunPlan.End.After(window.toMillis())))),
        List.of(),
        List.of());
  }
}
