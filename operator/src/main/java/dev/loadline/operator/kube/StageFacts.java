package dev.loadline.operator.kube;

import dev.loadline.operator.api.GeneratorStatus;
import dev.loadline.operator.api.LoadTestRunStatus.ArrivalsStatus;
import dev.loadline.operator.api.LoadTestRunStatus.IntervalsStatus;
import dev.loadline.operator.api.LoadTestRunStatus.LengthStatus;
import dev.loadline.operator.api.LoadTestRunStatus.LengthsStatus;
import dev.loadline.operator.plan.Objective.Statistic;
import dev.loadline.operator.verdict.Figures;
import dev.loadline.operator.verdict.SmallestSample;
import dev.loadline.operator.verdict.StageMeasurement;
import dev.loadline.runner.contract.RunResult.Generator;
import dev.loadline.runner.contract.RunResult.Interval;
import dev.loadline.runner.contract.RunResult.Intervals;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.StageResult.ArrivalPattern;
import dev.loadline.runner.contract.StageResult.Dispersion;
import dev.loadline.runner.contract.StageResult.Length;
import dev.loadline.runner.contract.StageResult.Lengths;
import dev.loadline.runner.contract.StageResult.Window;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What is to be known about the figures of a stage, the way the status shows it. */
final class StageFacts {
  private static final BigDecimal MICROS_PER_SECOND = BigDecimal.valueOf(1_000_000);

  private StageFacts() {}

  /** Of the percentiles that are shown. */
  static @Nullable IntervalsStatus intervals(
      StageMeasurement stage, Metric metric, Intervals intervals) {
    IntervalsStatus shown =
        new IntervalsStatus(
            interval(stage, metric, Statistic.p50, intervals.p50()),
            interval(stage, metric, Statistic.p90, intervals.p90()),
            interval(stage, metric, Statistic.p95, intervals.p95()),
            interval(stage, metric, Statistic.p99, intervals.p99()));
    return shown.equals(new IntervalsStatus(null, null, null, null)) ? null : shown;
  }

  private static @Nullable List<Long> interval(
      StageMeasurement stage, Metric metric, Statistic statistic, Optional<Interval> interval) {
    return stage.statistic(metric, statistic).isEmpty()
        ? null
        : interval.map(known -> List.of(known.low(), known.high())).orElse(null);
  }

  static @Nullable LengthsStatus lengths(Lengths lengths) {
    return lengths.equals(Lengths.NONE)
        ? null
        : new LengthsStatus(
            lengths.input().map(StageFacts::length).orElse(null),
            lengths.output().map(StageFacts::length).orElse(null));
  }

  private static LengthStatus length(Length length) {
    return new LengthStatus(
        length.count(),
        Figures.decimal(BigDecimal.valueOf(length.mean())),
        length.min(),
        enough(Statistic.p50, length, length.p50()),
        enough(Statistic.p90, length, length.p90()),
        enough(Statistic.p99, length, length.p99()),
        length.max());
  }

  private static @Nullable Long enough(Statistic statistic, Length length, long value) {
    return SmallestSample.enough(statistic, length.count()) ? value : null;
  }

  static ArrivalsStatus arrivals(ArrivalPattern sent, Window window) {
    return new ArrivalsStatus(
        sent.count(),
        window.micros() <= 0
            ? null
            : Figures.decimal(
                BigDecimal.valueOf(sent.count())
                    .multiply(MICROS_PER_SECOND)
                    .divide(BigDecimal.valueOf(window.micros()), MathContext.DECIMAL64)),
        decimal(sent.gapVariation()),
        index(sent.perSecond()),
        index(sent.perTenSeconds()));
  }

  private static @Nullable String index(Optional<Dispersion> dispersion) {
    return dispersion.map(known -> Figures.decimal(BigDecimal.valueOf(known.index()))).orElse(null);
  }

  static GeneratorStatus generator(Generator generator) {
    return new GeneratorStatus(
        generator.loops(),
        boxed(generator.loopDelayP99Micros()),
        decimal(generator.cpuShare()),
        decimal(generator.busyShare()),
        decimal(generator.stealShare()),
        generator.gcPauseMillis(),
        boxed(generator.longestGcPauseMillis()),
        generator.throttledPeriods().isPresent() ? generator.throttledPeriods().getAsInt() : null,
        generator.reconnects());
  }

  static @Nullable String decimal(OptionalDouble value) {
    return value.isPresent() ? Figures.decimal(BigDecimal.valueOf(value.getAsDouble())) : null;
  }

  private static @Nullable Long boxed(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }
}
