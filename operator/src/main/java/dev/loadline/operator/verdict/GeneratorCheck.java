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
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether the load runner was fast enough for what it measured. Facts, each with a bound:
 *
 * <ul>
 *   <li>send lag: at most 5 ms or 1 % of the stage's median TTFT, see {@link SendLag}.
 *   <li>loop delay p99: the same bound, with the smallest median TTFT of the stages, since it is
 *       added to every stamp; but 1 ms if an event loop was busy for more than 70 % of the time,
 *       because then the delay is of its own making and its tail is several times longer.
 *   <li>the busiest event loop: at most 90 % of the time. Above that a closed loop waits for the
 *       runner, and its throughput is the runner's; between 70 % and that the loop delay says
 *       whether the stamps are right, and it is measured, not presumed.
 *   <li>garbage collection: at most 1 % of the measured time; more than that reaches the p99. The
 *       longest pause: at most ten times the bound of the loop delay; it touches few requests, but
 *       each of them would show it as a stall of the server.
 *   <li>throttling by the CPU limit: none; a throttled period stops the clock for up to 100 ms.
 *   <li>CPU time that a hypervisor gave to others: at most 5 % of the machine's.
 * </ul>
 */
final class GeneratorCheck {
  private static final long BUSY_LOOP_DELAY_MICROS = 1_000;
  private static final double BUSY_SHARE = 0.7;
  private static final double SATURATED_SHARE = 0.9;
  private static final double SHARE_OF_TIME = 0.01;
  private static final double STOLEN_SHARE = 0.05;
  private static final int PAUSE_OF_BOUND = 10;

  private final Generator generator;
  private final List<StageMeasurement> stages;

  /** For the stages in which something was answered. */
  GeneratorCheck(Generator generator, List<StageMeasurement> stages) {
    this.generator = generator;
    this.stages = stages;
  }

  /** One fact beside its bound. */
  private record Fact(String observed, String bound, boolean kept) {
    static Fact of(String name, double share, double most) {
      return new Fact(name + " " + percent(share), percent(most), share <= most);
    }
  }

  ValidityResult result() {
    if (stages.isEmpty()) {
      return new ValidityResult(
          Check.GeneratorSaturated,
          "no request succeeded",
          Figures.duration(SendLag.bound(OptionalLong.empty())),
          CheckOutcome.NotChecked);
    }
    List<Fact> facts =
        Stream.of(
                sendLag(),
                loopDelay(),
                busiest(),
                collection(),
                longestPause(),
                throttling(),
                stealing())
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

  /** A stage and its lag. */
  private record LateStage(StageMeasurement stage, SendLag lag) {}

  /** The stage whose lag is worst in relation to its bound. */
  private Optional<Fact> sendLag() {
    return stages.stream()
        .flatMap(stage -> SendLag.of(stage).map(lag -> new LateStage(stage, lag)).stream())
        .max(Comparator.comparingDouble(late -> late.lag().ofBound()))
        .map(late ->
            new Fact(
                "send lag "
                    + late.lag().statistic()
                    + " "
                    + Figures.duration(late.lag().micros())
                    + (stages.size() > 1 ? " in " + late.stage().name() : ""),
                Figures.duration(late.lag().boundMicros()),
                late.lag().micros() <= late.lag().boundMicros()));
  }

  private Optional<Fact> loopDelay() {
    if (generator.loopDelayP99Micros().isEmpty()) {
      return Optional.empty();
    }
    long delay = generator.loopDelayP99Micros().getAsLong();
    boolean busy = busyShare().orElse(0) > BUSY_SHARE;
    long bound = busy ? BUSY_LOOP_DELAY_MICROS : bound();
    String share = busy ? " at " + percent(busyShare().orElse(0)) + " CPU" : "";
    return Optional.of(
        new Fact(
            "loop delay p99 " + Figures.duration(delay) + share,
            Figures.duration(bound),
            delay <= bound));
  }

  /** The busiest loop's; where that is not known, the process's over all its loops. */
  private OptionalDouble busyShare() {
    return generator.busyShare().isPresent() ? generator.busyShare() : generator.cpuShare();
  }

  private Optional<Fact> busiest() {
    return generator.busyShare().isEmpty()
        ? Optional.empty()
        : Optional.of(
            Fact.of("busiest loop", generator.busyShare().getAsDouble(), SATURATED_SHARE));
  }

  private Optional<Fact> collection() {
    long micros = stages.stream().mapToLong(stage -> stage.result().window().micros()).sum();
    return micros <= 0
        ? Optional.empty()
        : Optional.of(
            Fact.of(
                "garbage collection", generator.gcPauseMillis() * 1000.0 / micros, SHARE_OF_TIME));
  }

  private Optional<Fact> longestPause() {
    if (generator.longestGcPauseMillis().isEmpty()) {
      return Optional.empty();
    }
    long micros = generator.longestGcPauseMillis().getAsLong() * 1000;
    long bound = PAUSE_OF_BOUND * bound();
    return Optional.of(
        new Fact(
            "longest pause " + Figures.duration(micros), Figures.duration(bound), micros <= bound));
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

  private Optional<Fact> stealing() {
    return generator.stealShare().isEmpty()
        ? Optional.empty()
        : Optional.of(Fact.of("stolen CPU", generator.stealShare().getAsDouble(), STOLEN_SHARE));
  }

  /** With the smallest median TTFT of the stages. */
  private long bound() {
    return SendLag.bound(
        stages.stream()
            .mapToLong(stage -> stage.statistic(Metric.ttft, Statistic.p50).orElse(0))
            .min());
  }

  private static String percent(double share) {
    return Figures.share(BigDecimal.valueOf(share));
  }
}
