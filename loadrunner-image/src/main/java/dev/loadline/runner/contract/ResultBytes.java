package dev.loadline.runner.contract;

import dev.loadline.runner.contract.RunResult.ErrorCount;
import dev.loadline.runner.contract.RunResult.Generator;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.StageResult.InWindow;
import dev.loadline.runner.contract.StageResult.Requests;
import dev.loadline.runner.contract.StageResult.Tokens;
import dev.loadline.runner.contract.StageResult.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The bytes of a {@link RunResult} before deflation: the fields in the order of the record, without
 * names. A whole number is a variable-length integer, 7 bits a byte, low bits first; an optional
 * value has a byte 0 or 1 before it; a text its length in UTF-8; a decimal is a number of
 * millionths; an outcome its exit code; sent and completed within a window their distance from
 * those of the window; each metric, in the order of the enum, a byte 0 or 1 and its distribution. A
 * latency value is the index of its bucket (2,048 buckets to 2.048 ms, then 1,024 for each
 * doubling: 3 significant digits), each as the distance from the percentile below it.
 */
final class ResultBytes {
  private static final double MILLION = 1e6;

  private ResultBytes() {}

  static byte[] write(RunResult result) {
    ByteWriter out = new ByteWriter();
    out.number(result.outcome().exitCode());
    out.text(result.message());
    out.text(result.reason());
    out.flag(result.target().isPresent());
    result
        .target()
        .ifPresent(target -> {
          out.text(target.model());
          out.text(target.engine());
          out.text(target.version());
        });
    out.number(result.loadStartedMillis());
    out.number(result.endedMillis());
    out.number(result.stages().size());
    result.stages().forEach(stage -> stage(out, stage));
    generator(out, result.generator());
    out.number(result.omitted().size());
    result.omitted().forEach(out::text);
    return out.bytes();
  }

  static RunResult read(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    RunResult.Outcome outcome = outcome(in.number());
    Optional<String> message = in.optionalText();
    Optional<String> reason = in.optionalText();
    Optional<RunResult.TargetFacts> target =
        in.flag()
            ? Optional.of(new RunResult.TargetFacts(in.text(), in.text(), in.optionalText()))
            : Optional.empty();
    OptionalLong loadStarted = in.optionalNumber();
    long ended = in.number();
    List<StageResult> stages = new ArrayList<>();
    for (int i = in.index(1000); i > 0; i--) {
      stages.add(stage(in));
    }
    Generator generator = generator(in);
    List<String> omitted = new ArrayList<>();
    for (int i = in.index(100); i > 0; i--) {
      omitted.add(in.text());
    }
    in.end();
    return new RunResult(
        RunResult.VERSION,
        outcome,
        message,
        reason,
        target,
        loadStarted,
        ended,
        stages,
        generator,
        omitted);
  }

  private static RunResult.Outcome outcome(long exitCode) {
    return Arrays.stream(RunResult.Outcome.values())
        .filter(outcome -> outcome.exitCode() == exitCode)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no outcome has this exit code"));
  }

  private static void stage(ByteWriter out, StageResult stage) {
    out.text(stage.name());
    out.number(millionths(stage.requestedRate()));
    window(out, stage.window());
    requests(out, stage.requests());
    tokens(out, stage.tokens());
    inWindow(out, stage.inWindow(), stage.requests());
    out.number(stage.errors().size());
    for (ErrorCount error : stage.errors()) {
      out.text(error.errorClass());
      out.number(error.count());
      out.text(error.example());
    }
    latencies(out, stage.latencies(), stage.requests().completed());
    latencies(out, stage.withCut(), stage.requests().completed());
  }

  private static StageResult stage(ByteReader in) {
    String name = in.text();
    OptionalDouble requestedRate = fromMillionths(in.optionalNumber());
    Window window = new Window(in.number(), in.number(), in.flag());
    Requests requests =
        new Requests(in.number(), in.number(), in.number(), in.number(), in.number(), in.number());
    return new StageResult(
        name,
        requestedRate,
        window,
        requests,
        tokens(in),
        inWindow(in, requests),
        errors(in),
        latencies(in),
        latencies(in));
  }

  private static void window(ByteWriter out, Window window) {
    out.number(window.startMillis());
    out.number(window.micros());
    out.flag(window.complete());
  }

  private static void requests(ByteWriter out, Requests requests) {
    out.number(requests.sent());
    out.number(requests.completed());
    out.number(requests.failed());
    out.number(requests.cut());
    out.number(requests.good());
    out.number(requests.plainJson());
  }

  private static void tokens(ByteWriter out, Tokens tokens) {
    out.text(tokens.source());
    out.number(tokens.input());
    out.number(tokens.output());
    out.number(tokens.requested());
    out.number(millionths(tokens.perEvent()));
    out.number(tokens.cached());
    out.number(tokens.reasoning());
    out.number(millionths(tokens.perSecondPerUser()));
  }

  private static Tokens tokens(ByteReader in) {
    return new Tokens(
        in.text(),
        in.optionalNumber(),
        in.number(),
        in.number(),
        fromMillionths(in.optionalNumber()),
        in.optionalNumber(),
        in.optionalNumber(),
        fromMillionths(in.optionalNumber()));
  }

  private static void inWindow(ByteWriter out, InWindow inWindow, Requests requests) {
    out.signed(inWindow.sent() - requests.sent());
    out.signed(inWindow.completed() - requests.completed());
    out.number(inWindow.good());
    out.number(inWindow.inputTokens());
    out.number(inWindow.outputTokens());
    out.number(inWindow.receivedTokens());
    out.number(inWindow.inFlightMicros());
  }

  private static InWindow inWindow(ByteReader in, Requests requests) {
    return new InWindow(
        requests.sent() + in.signed(),
        requests.completed() + in.signed(),
        in.number(),
        in.optionalNumber(),
        in.number(),
        in.number(),
        in.number());
  }

  private static List<ErrorCount> errors(ByteReader in) {
    List<ErrorCount> errors = new ArrayList<>();
    for (int i = in.index(100); i > 0; i--) {
      errors.add(new ErrorCount(in.text(), in.number(), in.optionalText()));
    }
    return errors;
  }

  private static void latencies(ByteWriter out, Map<Metric, Latency> latencies, long completed) {
    out.number(completed);
    for (Metric metric : Metric.values()) {
      Latency latency = latencies.get(metric);
      out.flag(latency != null);
      if (latency == null) {
        continue;
      }
      out.signed(latency.count() - completed);
      long p50 = bucket(latency.p50());
      out.number(p50);
      out.signed(bucket(latency.mean()) - p50);
      out.signed(bucket(latency.p90()) - p50);
      out.signed(bucket(latency.p95()) - bucket(latency.p90()));
      out.signed(bucket(latency.p99()) - bucket(latency.p95()));
      out.signed(bucket(latency.max()) - bucket(latency.p99()));
      out.number(latency.clamped());
    }
  }

  private static Map<Metric, Latency> latencies(ByteReader in) {
    Map<Metric, Latency> latencies = new EnumMap<>(Metric.class);
    long completed = in.number();
    for (Metric metric : Metric.values()) {
      if (!in.flag()) {
        continue;
      }
      long count = completed + in.signed();
      long p50 = in.number();
      long mean = p50 + in.signed();
      long p90 = p50 + in.signed();
      long p95 = p90 + in.signed();
      long p99 = p95 + in.signed();
      long max = p99 + in.signed();
      latencies.put(
          metric,
          new Latency(
              count,
              value(mean),
              value(p50),
              value(p90),
              value(p95),
              value(p99),
              value(max),
              in.number()));
    }
    return latencies;
  }

  private static void generator(ByteWriter out, Generator generator) {
    out.number(generator.loops());
    out.number(generator.loopDelayP99Micros());
    out.number(generator.gcPauseMillis());
    out.number(millionths(generator.cpuShare()));
    out.number(
        generator.throttledPeriods().isPresent()
            ? OptionalLong.of(generator.throttledPeriods().getAsInt())
            : OptionalLong.empty());
    out.number(generator.reconnects());
    out.flag(generator.portsExhausted());
  }

  private static Generator generator(ByteReader in) {
    return new Generator(
        in.index(100_000),
        in.optionalNumber(),
        in.number(),
        fromMillionths(in.optionalNumber()),
        in.optionalInt(),
        in.number(),
        in.flag());
  }

  /** Index of a value's bucket; the inverse of {@link #value} within half a bucket. */
  static long bucket(long micros) {
    int shift = Math.max(0, 64 - Long.numberOfLeadingZeros(micros) - 11);
    return ((long) shift << 10) + (micros >> shift);
  }

  /** Middle of a bucket. */
  static long value(long bucket) {
    int shift = (int) Math.max(0, (bucket >> 10) - 1);
    if (shift > 50 || bucket < 0) {
      throw new IllegalArgumentException("no such bucket");
    }
    long mantissa = bucket - ((long) shift << 10);
    return (mantissa << shift) + (shift == 0 ? 0 : 1L << (shift - 1));
  }

  private static OptionalLong millionths(OptionalDouble value) {
    return value.isPresent()
        ? OptionalLong.of(Math.round(value.getAsDouble() * MILLION))
        : OptionalLong.empty();
  }

  private static OptionalDouble fromMillionths(OptionalLong value) {
    return value.isPresent()
        ? OptionalDouble.of(value.getAsLong() / MILLION)
        : OptionalDouble.empty();
  }
}
