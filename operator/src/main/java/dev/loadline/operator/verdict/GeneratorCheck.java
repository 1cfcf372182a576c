package dev.loadline.operator.verdict;

import dev.loadline.operator.plan.Objective.Statistic;
import dev.loadline.operator.verdict.Judgement.Check;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import dev.loadline.runner.contract.RunResult.Generator;
import dev.loadline.runner.contract.RunResult.Metric;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether the load runner was fast enough for what it measured. Five facts, each with a bound:
 *
 * <ul>
 *   <li>send lag: at most 5 ms or 1 % of the stage's median TTFT, whichever is more. The percentile
 *       is p99, or the highest one that the sample is large enough for: a lag that touches fewer
 *       requests than any reported percentile shows cannot move one. Below 11 requests, the
 *       maximum.
 *   <li>loop delay p99: the same bound, with the smallest median TTFT of the stages, since it is
 *       added to every stamp; but 1 ms if the runner used more than 70 % of its loops' time,
 *       because then the delay is of its own making and its tail is several times longer.
 *   <li>garbage collection: at most 1 % of the measured time; more than that reaches the p99.
 *   <li>throttling by the CPU limit: none; a throttled period stops the clock for up to 100 ms.
 *   <li>local ports: never exhausted.
 * </ul>
 */
final class GeneratorCheck {
  private static final long LAG_MICROS = 5_000;
  private static final long BUSY_LOOP_DELAY_MICROS = 1_000;
  private static final double BUSY_SHARE = 0.7;
  private static final double SHARE_OF_TTFT = 0.01;
  private static final double SHARE_OF_TIME = 0.01;

  private final Generator generator;
  private final List<StageMeasurement> stages;

  /** For the stages in which something was answered. */
  GeneratorCheck(Generator generator, List<StageMeasurement> stages) {
    this.generator = generator;
    this.stages = stages;
  }

  /** One fact beside its bound. */
  private record Fact(String observed, String bound, boolean kept) {}

  ValidityResult result() {
    if (generator.portsExhausted()) {
      return new ValidityResult(
          Check.GeneratorSaturated, "local ports exhausted", "never", CheckOutcome.Failed);
    }
    if (stages.isEmpty()) {
      return new ValidityResult(
          Check.GeneratorSaturated,
          "no request succeeded",
          Figures.duration(LAG_MICROS),
          CheckOutcome.NotChecked);
    }
    List<Fact> facts =
        Stream.of(sendLag(), loopDelay(), collection(), throttling())
            .flatMap(Optional::stream)
            .toList();
    List<Fact> broken = facts.stream().filter(fact -> !fact.kept()).toList();
    List<Fact> shown = broken.isEmpty() ? facts : broken;
    return new ValidityResult(
        Check.GeneratorSaturated,
        shown.stream().map(Fact::observed).collect(Collectors.joining(", ")),
        shown.stream().map(Fact::bound).collect(Collectors.joining(", ")),
        broken.isEmpty() ? CheckOutcome.Passed : CheckOutcome.Failed);
  }

  /** The stage whose lag is worst in relation to its bound. */
  private Optional<Fact> sendLag() {
    return stages.stream()
        .filter(stage -> stage.result().latencies().containsKey(Metric.sendLag))
        .max(
            Comparator.comparingDouble(
                stage -> (double) lag(stage) / bound(OptionalLong.of(medianTtft(stage)))))
        .map(stage -> {
          long bound = bound(OptionalLong.of(medianTtft(stage)));
          return new Fact(
              "send lag "
                  + percentile(stage)
                  + " "
                  + Figures.duration(lag(stage))
                  + (stages.size() > 1 ? " in " + stage.name() : ""),
              Figures.duration(bound),
              lag(stage) <= bound);
        });
  }

  private Optional<Fact> loopDelay() {
    if (generator.loopDelayP99Micros().isEmpty()) {
      return Optional.empty();
    }
    long delay = generator.loopDelayP99Micros().getAsLong();
    boolean busy = generator.cpuShare().orElse(0) > BUSY_SHARE;
    long bound =
        busy
            ? BUSY_LOOP_DELAY_MICROS
            : bound(stages.stream().mapToLong(GeneratorCheck::medianTtft).min());
    String cpu =
        busy
            ? " at " + Figures.share(BigDecimal.valueOf(generator.cpuShare().orElse(0))) + " CPU"
            : "";
    return Optional.of(
        new Fact(
            "loop delay p99 " + Figures.duration(delay) + cpu,
            Figures.duration(bound),
            delay <= bound));
  }

  private Optional<Fact> collection() {
    long micros = stages.stream().mapToLong(stage -> stage.result().window().micros()).sum();
    if (micros <= 0) {
      return Optional.empty();
    }
    double share = generator.gcPauseMillis() * 1000.0 / micros;
    return Optional.of(
        new Fact(
            "garbage collection " + Figures.share(BigDecimal.valueOf(share)),
            Figures.share(BigDecimal.valueOf(SHARE_OF_TIME)),
            share <= SHARE_OF_TIME));
  }

  private Optional<Fact> throttling() {
    return generator.throttledPeriods().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Fact(
                "throttled periods " + generator.throttledPeriods().getAsInt(),
                "0",
                generator.throttledPeriods().getAsInt() <= 0));
  }

  private static long bound(OptionalLong medianTtft) {
    return Math.max(LAG_MICROS, (long) (SHARE_OF_TTFT * medianTtft.orElse(0)));
  }

  /** 0 if it is not known: then the fixed bound holds. */
  private static long medianTtft(StageMeasurement stage) {
    return stage.statistic(Metric.ttft, Statistic.p50).orElse(0);
  }

  private static long lag(StageMeasurement stage) {
    return stage.statistic(Metric.sendLag, percentile(stage)).orElse(0);
  }

  private static Statistic percentile(StageMeasurement stage) {
    return Stream.of(Statistic.p99, Statistic.p95, Statistic.p90, Statistic.p50)
        .filter(statistic -> stage.statistic(Metric.sendLag, statistic).isPresent())
        .findFirst()
        .orElse(Statistic.max);
  }
}
