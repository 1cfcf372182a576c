package dev.loadline.runner.contract;

import dev.loadline.runner.contract.RunResult.Calibration;
import dev.loadline.runner.contract.RunResult.ErrorCount;
import dev.loadline.runner.contract.RunResult.Generator;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.RunResult.Outcome;
import dev.loadline.runner.contract.RunResult.TargetFacts;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;

/** Plans and results that use every field and every variant of the contract. */
final class Examples {
  /** What a cut request censors. */
  static final List<Metric> CENSORED =
      List.of(
          Metric.ttft,
          Metric.ttftScheduled,
          Metric.ttfo,
          Metric.e2e,
          Metric.e2eScheduled,
          Metric.tpot,
          Metric.maxGap);

  private Examples() {}

  /** Every optional field is there, every variant occurs. */
  static RunPlan fullPlan() {
    return new RunPlan(
        RunPlan.VERSION,
        "nightly-202611240200",
        "6f1c9a52-7c7e-4c7a-9b0d-2f1f4f0f8a11",
        new RunPlan.Target(
            "https://vllm.models:8443/v1",
            Optional.of("gemma-3-270m"),
            "Chat",
            "Auto",
            Optional.of(Environment.API_KEY),
            List.of(new RunPlan.Header("X-Tenant", Environment.HEADER_PREFIX + 0, false)),
            false,
            Optional.of("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"),
            Optional.of("vllm.example"),
            Optional.of(
                new RunPlan.ClientCertificate(
                    Environment.CLIENT_CERTIFICATE, Environment.CLIENT_KEY)),
            300_000),
        new Workload(
            new Workload.Content.Synthetic(
                new Distribution.Normal(512, 128, 1, 1024), new Distribution.Fixed(64), 128, 8),
            Optional.of(
                new Workload.Turns(
                    new Distribution.Uniform(2, 6),
                    Optional.of(new Distribution.Lognormal(50, 40, 1, 500)),
                    new Distribution.Exponential(5_000, 0, 60_000))),
            true,
            42),
        new RunPlan.Load(
            30_000,
            60_000,
            "Pooled",
            List.of(
                new RunPlan.Stage(
                    "closed",
                    new RunPlan.Shape.Closed(16, OptionalInt.of(1), new Distribution.Fixed(500)),
                    new RunPlan.End.After(300_000)),
                new RunPlan.Stage(
                    "open",
                    new RunPlan.Shape.Open("12.5", Optional.of("0.5"), "Gamma", 0.25),
                    new RunPlan.End.Requests(5000)),
                new RunPlan.Stage(
                    "replay",
                    new RunPlan.Shape.Replay(
                        2.5, OptionalLong.of(1000), OptionalLong.of(4_200_000)),
                    new RunPlan.End.Trace()))),
        List.of(
            new RunPlan.RequestBound("ttft", 800_000, Optional.empty()),
            new RunPlan.RequestBound("tpot", 50_000, Optional.of("closed"))),
        List.of(
            new RunPlan.JudgedMetric("ttft", Optional.empty()),
            new RunPlan.JudgedMetric("tpot", Optional.of("closed"))),
        new RunPlan.Limits(
            OptionalLong.of(5_000), OptionalLong.of(640_000), OptionalLong.of(1_800_000)));
  }

  /** Nothing optional is there. */
  static RunPlan smallPlan() {
    return new RunPlan(
        RunPlan.VERSION,
        "quickstart-1",
        "n",
        new RunPlan.Target(
            "http://127.0.0.1:8000/v1",
            Optional.empty(),
            "Completions",
            "vLLM",
            Optional.empty(),
            List.of(),
            true,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            10_000),
        new Workload(
            new Workload.Content.Synthetic(
                new Distribution.Fixed(128), new Distribution.Fixed(64), 0, 1),
            Optional.empty(),
            true,
            0),
        new RunPlan.Load(
            0,
            1000,
            "Pooled",
            List.of(
                new RunPlan.Stage(
                    "only",
                    new RunPlan.Shape.Closed(1, OptionalInt.empty(), new Distribution.Fixed(0)),
                    new RunPlan.End.Requests(10)))),
        List.of(),
        List.of(),
        RunPlan.Limits.NONE);
  }

  /** A result with everything, of that many stages; the values are those of a plausible run. */
  static RunResult fullResult(int stages) {
    Random random = new Random(1);
    return new RunResult(
        RunResult.VERSION,
        Outcome.STOPPED,
        Optional.of("The run was stopped in stage \"stage-2\"."),
        Optional.empty(),
        Optional.of(
            new TargetFacts(
                "gemma-3-270m",
                "vLLM",
                Optional.of("0.32.0"),
                Optional.of(new Calibration(1.3125, 9.5)))),
        OptionalLong.of(1_795_651_200_123L),
        1_795_651_800_456L,
        IntStream.rangeClosed(1, stages)
            .mapToObj(i -> stage("stage-" + i, i == 1, random))
            .toList(),
        new Generator(
            2,
            OptionalLong.of(180),
            OptionalLong.of(5_200),
            37,
            OptionalLong.of(4),
            OptionalDouble.of(0.25),
            OptionalDouble.of(0.375),
            OptionalDouble.of(0.015625),
            OptionalInt.of(0),
            1,
            false),
        Optional.of(new RunResult.Spent(4_210, 612_345, 605_333)),
        Optional.of(RunResult.Limit.outputTokens),
        List.of());
  }

  /** A result of a run that never got to its load. */
  static RunResult unreachable() {
    return new RunResult(
        RunResult.VERSION,
        Outcome.TARGET_UNREACHABLE,
        Optional.of("http://127.0.0.1:8000/v1 refused the connection."),
        Optional.of("TargetUnreachable"),
        Optional.empty(),
        OptionalLong.empty(),
        1_795_651_800_456L,
        List.of(),
        new Generator(
            1,
            OptionalLong.empty(),
            OptionalLong.empty(),
            0,
            OptionalLong.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalInt.empty(),
            0,
            false),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  private static StageResult stage(String name, boolean replay, Random random) {
    long completed = 3000L + random.nextInt(1000);
    return new StageResult(
        name,
        OptionalDouble.of(12.5),
        new StageResult.Window(
            1_795_651_230_000L + random.nextInt(600_000), 300_000_000 + random.nextInt(1000), true),
        new StageResult.Requests(completed + 30, completed, 22, 8, completed - 5, 3),
        new StageResult.Tokens(
            "Usage",
            OptionalLong.of(completed * 128),
            completed * 64,
            completed * 64,
            OptionalDouble.of(1.0625),
            OptionalLong.of(8),
            OptionalLong.of(completed * 16 + random.nextInt(1000)),
            OptionalDouble.of(random.nextInt(100_000_000) / 1e6),
            OptionalLong.of(completed * 127),
            OptionalLong.of(completed * 16)),
        new StageResult.Lengths(
            Optional.of(length(completed - 1, random)), Optional.of(length(completed, random))),
        new StageResult.InWindow(
            completed + 28,
            completed - 2,
            completed - 7,
            OptionalLong.of(completed * 128 - 256),
            completed * 64 - 128,
            completed * 64 + random.nextInt(1000),
            4_795_500_000L + random.nextInt(1_000_000)),
        Optional.of(
            new StageResult.Arrivals(
                pattern(completed + 28, random),
                replay ? Optional.of(pattern(completed + 30, random)) : Optional.empty())),
        List.of(
            error("overload", 12, "HTTP 503: {\"message\":\"The server is overloaded\"}", random),
            error("first_token_timeout", 5, "No token came within 120 s.", random),
            error("reset", 3, "The connection was reset after 17 events.", random),
            error("stream_error", 2, "CUDA out of memory. Tried to allocate 2.00 GiB", random)),
        latencies(completed, random, Arrays.asList(Metric.values())),
        withoutIntervals(latencies(completed + 8, random, CENSORED)),
        health(new Random(completed)));
  }

  private static StageResult.Health health(Random random) {
    return new StageResult.Health(
        OptionalLong.of(100L + random.nextInt(2_000)),
        OptionalDouble.of(random.nextInt(900) / 1e3),
        OptionalLong.of(random.nextInt(40)));
  }

  private static StageResult.Length length(long count, Random random) {
    long min = random.nextInt(100);
    long p50 = 128L + random.nextInt(400);
    long p90 = p50 + random.nextInt(100);
    long p99 = p90 + random.nextInt(100);
    double mean = (100 * p50 + random.nextInt(1000)) / 100.0;
    return new StageResult.Length(count, mean, min, p50, p90, p99, p99 + random.nextInt(1000));
  }

  private static StageResult.ArrivalPattern pattern(long count, Random random) {
    return new StageResult.ArrivalPattern(
        count,
        OptionalDouble.of((900 + random.nextInt(200)) / 1e3),
        Optional.of(new StageResult.Dispersion((800 + random.nextInt(400)) / 1e3, 300)),
        Optional.of(new StageResult.Dispersion((500 + random.nextInt(1000)) / 1e3, 30)));
  }

  private static Map<Metric, Latency> withoutIntervals(Map<Metric, Latency> latencies) {
    latencies.replaceAll((metric, latency) -> latency.with(RunResult.Intervals.NONE));
    return latencies;
  }

  /** The stage under another name. */
  static StageResult named(StageResult stage, String name) {
    return new StageResult(
        name,
        stage.requestedRate(),
        stage.window(),
        stage.requests(),
        stage.tokens(),
        stage.lengths(),
        stage.inWindow(),
        stage.arrivals(),
        stage.errors(),
        stage.latencies(),
        stage.withCut(),
        stage.health());
  }

  private static ErrorCount error(String errorClass, int count, String example, Random random) {
    String id = " (request " + Long.toHexString(random.nextLong()) + ")";
    return new ErrorCount(errorClass, count, Optional.of(example + id));
  }

  private static Map<Metric, Latency> latencies(long count, Random random, List<Metric> metrics) {
    Map<Metric, Latency> latencies = new EnumMap<>(Metric.class);
    for (Metric metric : metrics) {
      long p50 = 100L + random.nextInt(1_000_000);
      long p90 = p50 + random.nextInt(100_000);
      long p95 = p90 + random.nextInt(100_000);
      long p99 = p95 + random.nextInt(1_000_000);
      long max = p99 + random.nextInt(10_000_000);
      long mean = p50 + random.nextInt(50_000);
      latencies.put(
          metric,
          new Latency(
              count,
              rounded(mean),
              rounded(p50),
              rounded(p90),
              rounded(p95),
              rounded(p99),
              rounded(max),
              0,
              new RunResult.Intervals(
                  interval(p50, random),
                  interval(p90, random),
                  interval(p95, random),
                  metric == Metric.connect ? Optional.empty() : interval(p99, random))));
    }
    return latencies;
  }

  private static Optional<RunResult.Interval> interval(long micros, Random random) {
    return Optional.of(
        new RunResult.Interval(
            rounded(micros - random.nextInt(1 + (int) (micros / 50))),
            rounded(micros + random.nextInt(1 + (int) (micros / 50)))));
  }

  /** A value that the wire form keeps exactly. */
  private static long rounded(long micros) {
    return LatencyBytes.value(LatencyBytes.bucket(micros));
  }
}
