package dev.loadline.operator.verdict;

import dev.loadline.operator.plan.Objective.Statistic;
import dev.loadline.operator.verdict.Judgement.Check;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ObjectiveResult;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import dev.loadline.runner.contract.RunResult.Generator;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.StageResult.Health;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Whether the load runner was fast enough for what it measured. Facts, each with a bound. Send lag,
 * loop delay, busiest loop and longest pause are judged stage by stage, each beside what that stage
 * measured, and that of the worst stage is told; the others are the run's:
 *
 * <ul>
 *   <li>send lag: at most 5 ms or 1 % of the stage's median TTFT, see {@link SendLag}.
 *   <li>loop delay p99: at most 5 ms or 1 % of what it lengthens, the median TTFT or the median
 *       time from there to the last token, whichever is shorter; but 1 ms if an event loop was busy
 *       for more than 70 % of the stage's time, because then the delay is of its own making and its
 *       tail is several times longer.
 *   <li>the busiest event loop: at most 90 % of the time. Above that a closed loop waits for the
 *       runner, and its throughput is the runner's; between 70 % and that the loop delay says
 *       whether the stamps are right, and it is measured, not presumed.
 *   <li>garbage collection: at most 1 % of the measured time; more than that reaches the p99. The
 *       longest pause: at most ten times the bound of the loop delay; it touches few requests, but
 *       each of them would show it as a stall of the server.
 *   <li>throttling by the CPU limit: none; a throttled period stops the clock for up to 100 ms.
 *   <li>its own stalls, where they may be why an objective on a longest value is missed: {@link
 *       OwnStalls}.
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
  private final long measuredMicros;
  private final OwnStalls ownStalls;

  /** For the stages in which something was answered, and what became of the objectives. */
  GeneratorCheck(
      Measurement measurement, List<StageMeasurement> stages, List<ObjectiveResult> objectives) {
    this.generator = measurement.generator();
    this.stages = stages;
    measuredMicros =
        measurement.stages().stream().mapToLong(stage -> stage.result().window().micros()).sum();
    ownStalls = new OwnStalls(measurement, objectives);
  }

  ValidityResult result() {
    if (stages.isEmpty()) {
      return new ValidityResult(
          Check.GeneratorSaturated,
          "no request succeeded",
          Figures.duration(SendLag.LEAST_BOUND_MICROS),
          CheckOutcome.NotChecked);
    }
    Stream<Fact> facts =
        Stream.of(
                worst(this::sendLag),
                worst(this::loopDelay),
                worst(this::busiest),
                collection(),
                worst(this::longestPause),
                throttling(),
                stealing())
            .flatMap(Optional::stream);
    return Fact.result(
        Check.GeneratorSaturated, Stream.concat(facts, ownStalls.facts().stream()).toList());
  }

  /** That of the stage in which it is worst in relation to its bound. */
  private Optional<Fact> worst(Function<StageMeasurement, Optional<Fact>> fact) {
    return Fact.worst(stages.stream().flatMap(stage -> fact.apply(stage).stream()));
  }

  private Optional<Fact> sendLag(StageMeasurement stage) {
    return SendLag.of(stage)
        .map(lag ->
            duration(
                "send lag " + lag.statistic() + " {}" + in(stage),
                lag.micros(),
                lag.boundMicros()));
  }

  private Optional<Fact> loopDelay(StageMeasurement stage) {
    Health health = health(stage);
    if (health.loopDelayP99Micros().isEmpty()) {
      return Optional.empty();
    }
    double share = busyShare(health);
    boolean busy = share > BUSY_SHARE;
    return Optional.of(
        duration(
            "loop delay p99 {}"
                + (busy ? " at " + Figures.share(BigDecimal.valueOf(share)) + " CPU" : "")
                + in(stage),
            health.loopDelayP99Micros().getAsLong(),
            busy ? BUSY_LOOP_DELAY_MICROS : stallBound(stage)));
  }

  /** The stage's own; where a result that is too large leaves it out, the worst of the run. */
  private Health health(StageMeasurement stage) {
    Health health = stage.result().health();
    return health.equals(Health.NONE)
        ? new Health(
            generator.loopDelayP99Micros(), generator.busyShare(), generator.longestGcPauseMillis())
        : health;
  }

  /** The busiest loop's; where that is not known, the process's over all its loops. */
  private double busyShare(Health health) {
    return health.busyShare().orElse(generator.cpuShare().orElse(0));
  }

  private Optional<Fact> longestPause(StageMeasurement stage) {
    OptionalLong millis = health(stage).longestGcPauseMillis();
    return millis.isEmpty()
        ? Optional.empty()
        : Optional.of(
            duration(
                "longest pause {}" + in(stage),
                millis.getAsLong() * 1000,
                PAUSE_OF_BOUND * stallBound(stage)));
  }

  /** 5 ms or 1 % of the shorter of what a stall lengthens, whichever is more. */
  private static long stallBound(StageMeasurement stage) {
    long ttft = stage.statistic(Metric.ttft, Statistic.p50).orElse(0);
    OptionalLong e2e = stage.statistic(Metric.e2e, Statistic.p50);
    boolean generates = stage.statistic(Metric.tpot, Statistic.p50).isPresent();
    long shorter = generates && e2e.isPresent() ? Math.min(ttft, e2e.getAsLong() - ttft) : ttft;
    return SendLag.boundBeside(shorter);
  }

  private String in(StageMeasurement stage) {
    return stages.size() > 1 ? " in " + stage.name() : "";
  }

  private Optional<Fact> busiest(StageMeasurement stage) {
    OptionalDouble share = health(stage).busyShare();
    return share.isEmpty()
        ? Optional.empty()
        : Optional.of(share("busiest loop {}" + in(stage), share.getAsDouble(), SATURATED_SHARE));
  }

  private Optional<Fact> collection() {
    return measuredMicros <= 0
        ? Optional.empty()
        : Optional.of(
            share(
                "garbage collection {}",
                generator.gcPauseMillis() * 1000.0 / measuredMicros,
                SHARE_OF_TIME));
  }

  private Optional<Fact> throttling() {
    return generator.throttledPeriods().isEmpty()
        ? Optional.empty()
        : Optional.of(
            Fact.atMost(
                "throttled periods {}",
                BigDecimal.valueOf(generator.throttledPeriods().getAsInt()),
                BigDecimal.ZERO,
                Figures::rate));
  }

  private Optional<Fact> stealing() {
    return generator.stealShare().isEmpty()
        ? Optional.empty()
        : Optional.of(share("stolen CPU {}", generator.stealShare().getAsDouble(), STOLEN_SHARE));
  }

  private static Fact duration(String sentence, long micros, long most) {
    return Fact.atMost(
        sentence, BigDecimal.valueOf(micros), BigDecimal.valueOf(most), Figures::duration);
  }

  private static Fact share(String sentence, double share, double most) {
    return Fact.atMost(
        sentence, BigDecimal.valueOf(share), BigDecimal.valueOf(most), Figures::share);
  }
}
