package dev.loadline.operator.verdict;

import dev.loadline.operator.plan.Load;
import dev.loadline.operator.verdict.ArrivalLaw.Band;
import dev.loadline.operator.verdict.Judgement.Check;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.StageResult;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.Stream;

/** Whether the load was the one that was asked for. The stage nearest to its bound speaks. */
final class RateCheck {
  /** Least share of the users that are in flight on average, without think time. */
  private static final double LEAST_CONCURRENCY = 0.95;

  private static final BigDecimal MICROS = BigDecimal.valueOf(1_000_000);

  private final List<StageMeasurement> stages;

  /** For the stages in which something was answered. */
  RateCheck(List<StageMeasurement> stages) {
    this.stages = stages;
  }

  ValidityResult result() {
    return Fact.worst(stages.stream().flatMap(RateCheck::facts))
        .map(fact -> Fact.result(Check.RateNotAchieved, List.of(fact)))
        .orElseGet(() ->
            new ValidityResult(
                Check.RateNotAchieved,
                unknown(),
                "at least 99% of the requests due, 95% of the users",
                CheckOutcome.NotChecked));
  }

  private String unknown() {
    if (stages.isEmpty()) {
      return "no request succeeded";
    }
    return stages.stream().allMatch(RateCheck::pauses)
        ? "users pause between their requests"
        : "users pause after each failed request, and too many failed";
  }

  private static boolean pauses(StageMeasurement stage) {
    return stage.planned().shape() instanceof Load.Shape.Closed closed && closed.pauses();
  }

  private static Stream<Fact> facts(StageMeasurement stage) {
    return switch (stage.planned().shape()) {
      case Load.Shape.Open open -> Stream.of(due(stage, open), sent(stage));
      case Load.Shape.Closed closed -> concurrency(stage, closed);
      case Load.Shape.Replay ignored -> Stream.of(sent(stage));
    };
  }

  /**
   * The requests due in the window against what rate and law lead to expect; the mean rate of a
   * ramp, of one that was cut short as far as it came.
   */
  private static Fact due(StageMeasurement stage, Load.Shape.Open open) {
    BigDecimal to = open.requestsPerSecond();
    BigDecimal from = open.rampFrom().orElse(to);
    BigDecimal mean =
        from.add(to.subtract(from).multiply(BigDecimal.valueOf(stage.rampDone() / 2)));
    BigDecimal expected =
        mean.multiply(BigDecimal.valueOf(stage.result().window().micros())).divide(MICROS);
    Band band = ArrivalLaw.of(open).count(expected.doubleValue());
    return Fact.within(
        "{} requests due in " + stage.name() + " at " + Figures.rate(mean) + " per second",
        BigDecimal.valueOf(stage.requests().sent()),
        decimal(Math.ceil(band.low())),
        decimal(Math.floor(band.high())));
  }

  /**
   * The requests sent in the window, whenever they were due, against those due in it: at least 99
   * %, and one may fall over the window's edge. A generator that is slower than the arrivals leaves
   * a backlog, which it sends after the window.
   */
  private static Fact sent(StageMeasurement stage) {
    long due = stage.requests().sent();
    return Fact.atLeast(
        "{} sent of " + due + " requests due in " + stage.name(),
        BigDecimal.valueOf(stage.result().inWindow().sent()),
        BigDecimal.valueOf(due - due / 100 - 1),
        BigDecimal.valueOf(due));
  }

  /**
   * Closed loop without think time: all users should be in flight nearly always, but for the pause
   * that a user makes after a failure: at least 0.95 × users − failed × pause ÷ window.
   */
  private static Stream<Fact> concurrency(StageMeasurement stage, Load.Shape.Closed closed) {
    double users = closed.meanUsers(stage.rampDone());
    double least = LEAST_CONCURRENCY * users - pausing(stage.result());
    if (closed.pauses() || least <= 0) {
      return Stream.empty();
    }
    return stage.concurrencyMean().stream()
        .map(mean ->
            Fact.atLeast(
                "{} of " + wanted(closed, users) + " in flight in " + stage.name(),
                mean,
                decimal(least),
                decimal(users)));
  }

  /** The users; of a ramp their mean, which is what is bounded. */
  private static String wanted(Load.Shape.Closed closed, double mean) {
    return closed.rampFrom().isPresent()
        ? Figures.rate(decimal(mean)) + " users on average"
        : Figures.users(closed.users());
  }

  /** How many users pause on average since their requests failed, at most. */
  private static double pausing(StageResult result) {
    double pauseMicros = RunPlan.Shape.Closed.PAUSE_AFTER_FAILURE_MILLIS * 1e3;
    long windowMicros = result.window().micros();
    return windowMicros <= 0 ? 0 : result.requests().failed() * pauseMicros / windowMicros;
  }

  private static BigDecimal decimal(double value) {
    return new BigDecimal(value, new MathContext(12, RoundingMode.HALF_UP));
  }
}
