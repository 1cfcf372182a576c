package dev.loadline.runner.contract;

import dev.loadline.runner.contract.RunResult.Calibration;
import dev.loadline.runner.contract.RunResult.Generator;
import dev.loadline.runner.contract.RunResult.Limit;
import dev.loadline.runner.contract.RunResult.Spent;
import dev.loadline.runner.contract.RunResult.TargetFacts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/**
 * The bytes of a {@link RunResult} before deflation: the fields in the order of the record, without
 * names. A whole number is a variable-length integer, 7 bits a byte, low bits first; an optional
 * value has a byte 0 or 1 before it; a text its length in UTF-8; a decimal is a number of
 * millionths, a mean length of hundredths, a gap's variation, a dispersion and a stage's busy share
 * of thousandths; an outcome its exit code. Counts that are nearly equal to another one are their
 * distance from it, a window's opening its own before the result's instant, and what was spent from
 * what the windows' requests did. The metrics that are there are the bits of a number, the lowest
 * the first of the enum. A latency value is the index of its bucket (2,048 buckets to 2.048 ms,
 * then 1,024 for each doubling: 3 significant digits), each as the distance from the percentile
 * below it, the ends of an interval as that from their percentile.
 */
final class ResultBytes {
  private static final double MILLION = 1e6;
  private static final List<Limit> LIMITS = List.of(Limit.values());

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
    out.optional(result.spent(), (writer, spent) -> spent(writer, spent, result.stages()));
    out.optional(result.limitReached(), (writer, limit) -> writer.number(LIMITS.indexOf(limit)));
    return out.bytes();
  }

  /**
   * Reads what {@link #write} wrote, or an older version did.
   *
   * @param hasSpent whether the version knows of spending and limits
   */
  static RunResult read(byte[] bytes, boolean hasSpent) {
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
    Optional<Spent> spent =
        hasSpent ? in.optional(reader -> spent(reader, stages)) : Optional.empty();
    Optional<Limit> limitReached =
        hasSpent
            ? in.optional(reader -> LIMITS.get(reader.index(LIMITS.size())))
            : Optional.empty();
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
        spent,
        limitReached,
        omitted);
  }

  private static RunResult.Outcome outcome(long exitCode) {
    return Arrays.stream(RunResult.Outcome.values())
        .filter(outcome -> outcome.exitCode() == exitCode)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no outcome has this exit code"));
  }

  /** Most of what was spent was spent in windows. */
  private static void spent(ByteWriter out, Spent spent, List<StageResult> stages) {
    out.signed(spent.requests() - sum(stages, stage -> stage.requests().sent()));
    out.signed(spent.outputTokens() - sum(stages, stage -> stage.tokens().output()));
    out.number(spent.runnerMillis());
  }

  private static Spent spent(ByteReader in, List<StageResult> stages) {
    return new Spent(
        sum(stages, stage -> stage.requests().sent()) + in.signed(),
        sum(stages, stage -> stage.tokens().output()) + in.signed(),
        in.number());
  }

  private static long sum(List<StageResult> stages, ToLongFunction<StageResult> count) {
    return stages.stream().mapToLong(count).sum();
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
