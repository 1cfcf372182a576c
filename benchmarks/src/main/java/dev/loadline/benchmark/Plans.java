package dev.loadline.benchmark;

import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** The plans that the runner is given. */
final class Plans {
  private static final int PROMPT_TOKENS = 64;

  private Plans() {}

  /** Users who keep one request each in flight. */
  static RunPlan closed(String url, Script script, int users, Duration warmup, Duration window) {
    return plan(url, script, users(users), warmup, window, 1);
  }

  /** The same in so many equal stages, one after the other, with a warm-up each. */
  static RunPlan closed(
      String url, Script script, int users, Duration warmup, Duration window, int stages) {
    return plan(url, script, users(users), warmup, window, stages);
  }

  private static RunPlan.Shape users(int users) {
    return new RunPlan.Shape.Closed(users, OptionalInt.empty(), new Distribution.Fixed(0));
  }

  /** Requests at a constant rate. */
  static RunPlan open(String url, Script script, int rate, Duration warmup, Duration window) {
    RunPlan.Shape shape =
        new RunPlan.Shape.Open(Integer.toString(rate), Optional.empty(), "Constant", 1);
    return plan(url, script, shape, warmup, window, 1);
  }

  private static RunPlan plan(
      String url,
      Script script,
      RunPlan.Shape shape,
      Duration warmup,
      Duration window,
      int stages) {
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
            Optional.empty(),
            Optional.empty(),
            10_000),
        new Workload(
            new Workload.Content.Synthetic(
                new Distribution.Fixed(PROMPT_TOKENS),
                new Distribution.Fixed(script.tokens()),
                0,
                1),
            Optional.empty(),
            true,
            1),
        new RunPlan.Load(
            warmup.toMillis(),
            0,
            "Pooled",
            IntStream.rangeClosed(1, stages)
                .mapToObj(stage ->
                    new RunPlan.Stage(
                        "stage-" + stage, shape, new RunPlan.End.After(window.toMillis())))
                .toList()),
        List.of(),
        List.of());
  }
}
