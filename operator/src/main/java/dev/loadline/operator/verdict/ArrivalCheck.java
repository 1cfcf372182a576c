package dev.loadline.operator.verdict;

import dev.loadline.operator.plan.Load;
import dev.loadline.operator.verdict.ArrivalLaw.Band;
import dev.loadline.operator.verdict.Judgement.Check;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import dev.loadline.runner.contract.RunResult;
import dev.loadline.runner.contract.StageResult.ArrivalPattern;
import dev.loadline.runner.contract.StageResult.Arrivals;
import dev.loadline.runner.contract.StageResult.Dispersion;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether what an open loop sent obeys the law of its arrivals: the coefficient of variation of its
 * gaps and the dispersion of its counts, each within the band of {@link ArrivalLaw}.
 *
 * <p>A send comes later than it was due. Lags up to J, independent of each other, add at most 2·J²
 * to the variance of a gap and of a count 2·(J·rate)² where bins meet; the bands are wider by that.
 * J is the lag that {@link GeneratorCheck} judges, at least 1 ms: this check is of the law, not of
 * the lag.
 */
final class ArrivalCheck {
  private static final double LEAST_LAG_SECONDS = 1e-3;
  private static final double MICROS = 1e6;

  /** Gaps of so many arrivals are looked at, the first ones. */
  private static final long MOST_GAPS = (1 << 20) - 1;

  private final Measurement measurement;
  private final List<StageMeasurement> stages;

  /** For the stages in which something was answered. */
  ArrivalCheck(Measurement measurement, List<StageMeasurement> stages) {
    this.measurement = measurement;
    this.stages = stages;
  }

  ValidityResult result() {
    List<Fact> facts = stages.stream().flatMap(stage -> facts(stage).stream()).toList();
    if (facts.isEmpty()) {
      return new ValidityResult(
          Check.ArrivalProcessOff, unknown(), "the law of the arrivals", CheckOutcome.NotChecked);
    }
    return Fact.result(
        Check.ArrivalProcessOff,
        facts.stream().allMatch(Fact::kept) ? Fact.worst(facts.stream()).stream().toList() : facts);
  }

  private String unknown() {
    if (measurement.omitted().contains(RunResult.ARRIVALS)) {
      return "left out of the result, which is too large";
    }
    if (measurement.stages().stream()
        .allMatch(stage -> stage.planned().shape() instanceof Load.Shape.Closed)) {
      return "no open loop";
    }
    return stages.isEmpty() ? "no request succeeded" : "too few arrivals";
  }

  private List<Fact> facts(StageMeasurement stage) {
    Optional<Arrivals> arrivals = stage.result().arrivals();
    Optional<ArrivalLaw> law = arrivals.flatMap(known -> law(stage.planned().shape(), known));
    double seconds = stage.result().window().micros() / MICROS;
    if (law.isEmpty() || seconds <= 0) {
      return List.of();
    }
    return new Statistics(
            law.get(),
            arrivals.orElseThrow().sent(),
            seconds,
            lagSeconds(stage) * peak(stage.planned().shape()),
            stages.size() > 1 ? " in " + stage.name() : "")
        .facts();
  }

  private static Optional<ArrivalLaw> law(Load.Shape shape, Arrivals arrivals) {
    if (arrivals.due().isPresent()) {
      return arrivals.due().map(ArrivalLaw.Trace::new);
    }
    return switch (shape) {
      case Load.Shape.Closed ignored -> Optional.empty();
      case Load.Shape.Replay ignored -> Optional.empty();
      case Load.Shape.Open open -> Optional.of(ArrivalLaw.of(open));
    };
  }

  /** A ramp's highest rate ÷ its mean one: in rescaled time a lag is longer by that. */
  private static double peak(Load.Shape shape) {
    if (!(shape instanceof Load.Shape.Open open) || open.rampFrom().isEmpty()) {
      return 1;
    }
    double from = open.rampFrom().get().doubleValue();
    double to = open.requestsPerSecond().doubleValue();
    return 2 * Math.max(from, to) / (from + to);
  }

  private static double lagSeconds(StageMeasurement stage) {
    return Math.max(
        LEAST_LAG_SECONDS, SendLag.of(stage).map(lag -> lag.micros() / MICROS).orElse(0.0));
  }

  /**
   * The statistics of one stage.
   *
   * @param lag J, seconds
   * @param where words behind each name
   */
  private record Statistics(
      ArrivalLaw law, ArrivalPattern sent, double seconds, double lag, String where) {
    List<Fact> facts() {
      List<Fact> facts = new ArrayList<>();
      double lagOfGap = lag * sent.count() / seconds;
      if (sent.gapVariation().isPresent()) {
        law.gapVariation(Math.min(MOST_GAPS, sent.count() - 1))
            .map(band -> band.widenedSquare(2 * lagOfGap * lagOfGap))
            .ifPresent(band ->
                facts.add(fact("variation of gaps {}", sent.gapVariation().getAsDouble(), band)));
      }
      sent.perSecond().flatMap(measured -> dispersion(measured, 1)).ifPresent(facts::add);
      sent.perTenSeconds().flatMap(measured -> dispersion(measured, 10)).ifPresent(facts::add);
      return facts;
    }

    private Optional<Fact> dispersion(Dispersion measured, int binSeconds) {
      double mean = sent.count() * binSeconds / seconds;
      double moved = lag * sent.count() / seconds;
      return law.dispersion(binSeconds, measured.bins(), mean)
          .map(band -> band.widened(2 * moved * moved / mean))
          .map(band -> fact("dispersion in " + binSeconds + " s {}", measured.index(), band));
    }

    private Fact fact(String sentence, double value, Band band) {
      return Fact.within(
          sentence + where, rounded(value), rounded(band.low()), rounded(band.high()));
    }

    /** As the statistics are in the result. */
    private static BigDecimal rounded(double value) {
      return BigDecimal.valueOf(Math.round(value * 1e3), 3);
    }
  }
}
