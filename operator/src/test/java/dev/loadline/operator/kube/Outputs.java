package dev.loadline.operator.kube;

import dev.loadline.runner.contract.ResultCodec;
import dev.loadline.runner.contract.RunResult;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.RunResult.Outcome;
import dev.loadline.runner.contract.StageResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Termination messages as the load runner writes them. */
final class Outputs {
  /** When the load began, milliseconds. */
  static final long LOAD = 1_795_651_200_000L;

  private Outputs() {}

  /** A sound measurement of the stage "steady": 300 requests, TTFT 200 ms, TPOT 20 ms. */
  static String measured() {
    return of(Outcome.MEASURED, Optional.empty(), Optional.empty(), List.of(stage(true)));
  }

  /** The same, whose load a limit of requests has ended. */
  static String limited() {
    RunResult all = ((ResultCodec.Decoded.Read) ResultCodec.decode(measured())).result();
    return ResultCodec.encode(
        new RunResult(
            all.version(),
            all.outcome(),
            all.message(),
            all.reason(),
            all.target(),
            all.loadStartedMillis(),
            all.endedMillis(),
            all.stages(),
            all.generator(),
            Optional.of(new RunResult.Spent(300, 9_600, 61_000)),
            Optional.of(RunResult.Limit.requests),
            all.omitted()));
  }

  /** The same, cut short. */
  static String stopped() {
    return of(
        Outcome.STOPPED, Optional.of("told to stop"), Optional.empty(), List.of(stage(false)));
  }

  /** An end before the first request. */
  static String ended(Outcome outcome, String message) {
    return of(outcome, Optional.of(message), Optional.empty(), List.of());
  }

  /** An end for want of a target. */
  static String unusable(String reason, String message) {
    return of(Outcome.TARGET_UNREACHABLE, Optional.of(message), Optional.of(reason), List.of());
  }

  private static String of(
      Outcome outcome,
      Optional<String> message,
      Optional<String> reason,
      List<StageResult> stages) {
    boolean sent = !stages.isEmpty();
    return ResultCodec.encode(
        new RunResult(
            RunResult.VERSION,
            outcome,
            message,
            reason,
            sent
                ? Optional.of(
                    new RunResult.TargetFacts(
                        "gemma", "vLLM", Optional.of("0.32.0"), Optional.empty()))
                : Optional.empty(),
            sent ? OptionalLong.of(LOAD) : OptionalLong.empty(),
            LOAD + 60_000,
            stages,
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
            outcome == Outcome.MEASURED && !sent
                ? Optional.of(RunResult.Limit.runnerPodTime)
                : Optional.empty(),
            List.of()));
  }

  /** The runner's time was up before its first request. */
  static String outOfTime() {
    return of(Outcome.MEASURED, Optional.empty(), Optional.empty(), List.of());
  }

  /** The stage; in an open loop its requests waited half a second for their turn. */
  static StageResult stage(boolean complete) {
    return new StageResult(
        "steady",
        OptionalDouble.empty(),
        new StageResult.Window(LOAD, 60_000_000, complete),
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
            Metric.ttftScheduled, around(700_000),
            Metric.ttfo, around(200_000),
            Metric.tpot, around(20_000),
            Metric.itl, around(20_000),
            Metric.e2e, around(820_000),
            Metric.e2eScheduled, around(1_320_000),
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
