package dev.loadline.runner.contract;

import dev.loadline.runner.contract.RunResult.Calibration;
import dev.loadline.runner.contract.RunResult.Generator;
import dev.loadline.runner.contract.RunResult.TargetFacts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The bytes of a {@link RunResult} before deflation: the fields in the order of the record, without
 * names. A whole number is a variable-length integer, 7 bits a byte, low bits first; an optional
 * value has a byte 0 or 1 before it; a text its length in UTF-8; a decimal is a number of
 * millionths, a mean length of hundredths, a gap's variation, a dispersion and a stage's busy share
 * of thousandths; an outcome its exit code. Counts that are nearly equal to another one are their
 * distance from it, a window's opening its own before the result's instant. The metrics that are
 * there are the bits of a number, the lowest the first of the enum. A latency value is the index of
 * its bucket (2,048 buckets to 2.048 ms, then 1,024 for each doubling: 3 significant digits), each
 * as the distance from the percentile below it, the ends of an interval as that from their
 * percentile.
 */
final class ResultBytes {
  private static final double MILLION = 1e6;

  private ResultBytes() {}

  static byte[] write(RunResult result) {
    ByteWriter out = new ByteWriter();
    out.number(result.outcome().exitCode());
    out.text(result.message());
    out.text(result.reason());
    out.optional(result.target(), ResultBytes::target);
    out.number(result.loadStartedMillis());
    out.number(result.endedMillis());
    out.number(result.stages().size());
    result.stages().forEach(stage -> StageBytes.write(out, stage, result.endedMillis()));
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
    Optional<TargetFacts> target = in.optional(ResultBytes::target);
    OptionalLong loadStarted = in.optionalNumber();
    long ended = in.number();
    List<StageResult> stages = new ArrayList<>();
    for (int i = in.index(1000); i > 0; i--) {
      stages.add(StageBytes.read(in, ended));
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

  private static void target(ByteWriter out, TargetFacts target) {
    out.text(target.model());
    out.text(target.engine());
    out.text(target.version());
    out.flag(target.calibration().isPresent());
    target
        .calibration()
        .ifPresent(calibration -> {
          out.number(Math.round(calibration.tokensPerWord() * MILLION));
          out.signed(Math.round(calibration.overhead() * MILLION));
        });
  }

  private static TargetFacts target(ByteReader in) {
    return new TargetFacts(
        in.text(),
        in.text(),
        in.optionalText(),
        in.optional(
            reader -> new Calibration(reader.number() / MILLION, reader.signed() / MILLION)));
  }

  private static void generator(ByteWriter out, Generator generator) {
    out.number(generator.loops());
    out.number(generator.loopDelayP99Micros());
    out.number(generator.longestLoopDelayMicros());
    out.number(generator.gcPauseMillis());
    out.number(generator.longestGcPauseMillis());
    out.decimal(generator.cpuShare());
    out.decimal(generator.busyShare());
    out.decimal(generator.stealShare());
    out.number(generator.throttledPeriods());
    out.number(generator.reconnects());
    out.flag(generator.portsExhausted());
  }

  private static Generator generator(ByteReader in) {
    return new Generator(
        in.index(100_000),
        in.optionalNumber(),
        in.optionalNumber(),
        in.number(),
        in.optionalNumber(),
        in.optionalDecimal(),
        in.optionalDecimal(),
        in.optionalDecimal(),
        in.optionalInt(),
        in.number(),
        in.flag());
  }
}
