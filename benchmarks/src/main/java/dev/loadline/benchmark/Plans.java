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
  /** The name of a plan's only stage. */
  static final String STAGE = "only";

  private static final int PROMPT_TOKENS = 64;

  private Plans() {}

  /** Users who keep one request each in flight. */
  static RunPlan closed(String url, Script script, int users, Duration warmup, Duration window) {
    RunPlan.Shape shape =
        new RunPlan.Shape.Closed(users, OptionalInt.empty(), new Distribution.Fixed(0));
    return plan(url, script, shape, warmup, window);
  }

  /** The plan's stage so many times, one after the other, with a warm-up each. */
  static RunPlan repeated(RunPlan plan, int times) {
    RunPlan.Load load = plan.load();
    RunPlan.Stage once = load.stages().getFirst();
    return new RunPlan(
        plan.version(),
        plan.run(),
        plan.nonce(),
        plan.target(),
        plan.workload(),
        new RunPlan.Load(
            load.warmupMillis(),
            load.drainTimeoutMillis(),
            load.connectionReuse(),
            IntStream.rangeClosed(1, times)
                .mapToObj(i -> new RunPlan.Stage("stage-" + i, once.shape(), once.end()))
                .toList()),
        plan.goodput(),
        plan.judged(),
        plan.limits());
  }

  /** Requests at a constant rate. */
  static RunPlan open(String url, Script script, int rate, Duration warmup, Duration window) {
    RunPlan.Shape shape =
        new RunPlan.Shape.Open(Integer.toString(rate), Optional.empty(), "Constant", 1);
    return plan(url, script, shape, warmup, window);
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
            List.of(new RunPlan.Stage(STAGE, shape, new RunPlan.End.After(window.toMillis())))),
        List.of(),
        List.of(),
        RunPlan.Limits.NONE);
  }
}
