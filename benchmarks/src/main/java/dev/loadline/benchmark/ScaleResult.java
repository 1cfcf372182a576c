package dev.loadline.benchmark;

import dev.loadline.runner.contract.ResultCodec;
import dev.loadline.runner.contract.RunResult;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.StageResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A result as a runner leaves it, for pods that run nothing. */
final class ScaleResult {
  private static final long LOAD = 1_795_651_200_000L;

  private ScaleResult() {}

  /**
   * A sound measurement of the stage "steady", a minute of four users, as a termination message.
   */
  static String terminationMessage() {
    return ResultCodec.encode(
        new RunResult(
            RunResult.VERSION,
            RunResult.Outcome.MEASURED,
            Optional.empty(),
            Optional.empty(),
            Optional.of(
                new RunResult.TargetFacts(
                    "gemma", "vLLM", Optional.of("0.32.0"), Optional.empty())),
            OptionalLong.of(LOAD),
            LOAD + 60_000,
            List.of(stage()),
            new RunResult.Generator(
                1,
                OptionalLong.of(100),
                OptionalLong.empty(),
                0,
                OptionalLong.empty(),
                OptionalDouble.of(0.1),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalInt.of(0),
                0,
                false),
            Optional.empty(),
            Optional.empty(),
            List.of()));
  }

  private static StageResult stage() {
    return new StageResult(
        "steady",
        OptionalDouble.empty(),
        new StageResult.Window(LOAD, 60_000_000, true),
        new StageResult.Requests(300, 300, 0, 0, 300, 0),
        new StageResult.Tokens(
            "Usage",
            OptionalLong.of(38_400),
            9_600,
            9_600,
            OptionalDouble.of(1),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty(),
            OptionalLong.empty()),
        StageResult.Lengths.NONE,
        new StageResult.InWindow(300, 300, 300, OptionalLong.of(38_400), 9_600, 9_600, 240_000_000),
        Optional.empty(),
        List.of(),
        Map.of(
            Metric.ttft, around(200_000),
            Metric.ttfo, around(200_000),
            Metric.tpot, around(20_000),
            Metric.itl, around(20_000),
            Metric.e2e, around(820_000),
            Metric.maxGap, around(25_000),
            Metric.sendLag, around(100)),
        Map.of(),
        StageResult.Health.NONE);
  }

  private static Latency around(long micros) {
    return new Latency(
        300,
        micros,
        micros,
        micros,
        micros + micros / 50,
        micros + micros / 20,
        micros * 2,
        0,
        RunResult.Intervals.NONE);
  }
}
