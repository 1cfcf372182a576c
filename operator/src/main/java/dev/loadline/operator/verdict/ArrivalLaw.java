package dev.loadline.operator.verdict;

import dev.loadline.operator.plan.Load;
import dev.loadline.runner.contract.StageResult.ArrivalPattern;
import dev.loadline.runner.contract.StageResult.Dispersion;
import java.util.Optional;

/**
 * Within which bounds chance leaves the gaps and counts of arrivals that obey their law. The gaps'
 * variation and the two dispersions of a stage together leave them once in 10,000 windows at most,
 * the number of arrivals once in 30,000.
 *
 * <p>Gamma gaps of shape k, Poisson's with k = 1, of n gaps, Λ expected arrivals and bins of mean
 * count m:
 *
 * <pre>
 * coefficient of variation c: ln c ∈ ln(1/√k) ± 5.6·√((k + 1)/(2·k·n)), if n ≥ 100
 * number of arrivals N ∈ [Λ − z·√(Λ/k) − 1, Λ + z·√(Λ/k) + (z² − 1)/(6·k) + 1], z = 4.15
 * index of dispersion I of B bins: (B − 1)·I/E(I) ∈ χ² of B − 1, E(I) = 1/k + (1 − 1/k²)/(6·m),
 *   if m ≥ 5 and m·k ≥ 2; if m < k, any I up to that or to what is allowed to Constant arrivals
 * </pre>
 *
 * The variance of c is the delta method's (Cramér, Mathematical Methods of Statistics, 1946, 27.7).
 * Its upper tail is heavier than the normal one: 5.6 standard deviations instead of 4.15 are what
 * simulation gives for n ≥ 100 and k ≥ 0.1. Every k-th arrival of a Poisson process makes such
 * gaps, so k·N is nearly Poisson of mean k·Λ; its upper end is Cornish and Fisher's (1938), and one
 * arrival more or less may fall over the window's edge. The dispersion test is Fisher's (Cox and
 * Lewis, The Statistical Analysis of Series of Events, 1966, 6.3); E(I) is a renewal process's
 * (Cox, Renewal Theory, 1962, 4.5); quantiles of χ² by Wilson and Hilferty (PNAS 17, 1931). Where m
 * < k counts differ by one or so: those of ten bins may all be equal, and below k/4 a bin begins
 * where in a gap the last one did, so that E(I) is no more theirs.
 *
 * <p>Constant arrivals leave nothing to chance: N is Λ but for one arrival or 1 %, c = 0, and I =
 * f·(1 − f)/m with f the fraction of m ≥ 2, since a bin holds ⌊m⌋ or one more. What they may lose
 * to the generator is a quarter of what Poisson arrivals have.
 */
sealed interface ArrivalLaw {
  /** What is in order, both included. */
  record Band(double low, double high) {
    boolean contains(double value) {
      return value >= low && value <= high;
    }

    /** The band from the lower low to the higher high. */
    Band or(Band other) {
      return new Band(Math.min(low, other.low), Math.max(high, other.high));
    }

    /** The band of a value whose square may be more or less by this. */
    Band widenedSquare(double square) {
      return new Band(Math.sqrt(Math.max(0, low * low - square)), Math.sqrt(high * high + square));
    }

    Band widened(double by) {
      return new Band(Math.max(0, low - by), high + by);
    }
  }

  /** Of a load's arrivals. */
  static OfRate of(Load.Shape.Open load) {
    return switch (load.arrival()) {
      case Constant -> new Constant();
      case Poisson -> new Gamma(1);
      case Gamma -> new Gamma(load.burstiness().doubleValue());
    };
  }

  /** Arrivals that have a rate. */
  sealed interface OfRate extends ArrivalLaw {
    /** Bounds of the number of arrivals in a window in which so many are expected. */
    Band count(double expected);
  }

  /** Bounds of the gaps' coefficient of variation; empty where there are too few. */
  Optional<Band> gapVariation(long gaps);

  /**
   * Bounds of the index of dispersion; empty where the bins are too few or too empty.
   *
   * @param binSeconds length of a bin
   * @param bins how many
   * @param mean mean count of a bin
   */
  Optional<Band> dispersion(int binSeconds, int bins, double mean);

  /** Equal gaps. */
  record Constant() implements OfRate {
    private static final double OF_POISSON = 0.25;
    private static final double OF_COUNT = 0.01;

    /** In a few bins that hold less than two arrivals, one more or less is all the variance. */
    private static final double LEAST_MEAN = 2;

    @Override
    public Band count(double expected) {
      return new Band(expected, expected).widened(Math.max(1, OF_COUNT * expected));
    }

    @Override
    public Optional<Band> gapVariation(long gaps) {
      return Optional.of(new Band(0, Math.sqrt(OF_POISSON)));
    }

    @Override
    public Optional<Band> dispersion(int binSeconds, int bins, double mean) {
      if (mean < LEAST_MEAN) {
        return Optional.empty();
      }
      double fraction = mean - Math.floor(mean);
      return Optional.of(new Band(0, OF_POISSON + fraction * (1 - fraction) / mean));
    }
  }

  /**
   * Gaps of a Gamma law.
   *
   * @param shape k: 1 is Poisson, less is burstier
   */
  record Gamma(double shape) implements OfRate {
    private static final int LEAST_GAPS = 100;
    private static final double LEAST_MEAN = 5;
    private static final double LEAST_BURSTS = 2;
    private static final double GAP_DEVIATIONS = 5.6;

    /** Two-sided level 10⁻⁴ ÷ 3. */
    private static final double NORMAL_DEVIATIONS = 4.15;

    @Override
    public Band count(double expected) {
      double spread = NORMAL_DEVIATIONS * Math.sqrt(expected / shape);
      double skew = (NORMAL_DEVIATIONS * NORMAL_DEVIATIONS - 1) / (6 * shape);
      return new Band(Math.max(0, expected - spread - 1), expected + spread + skew + 1);
    }

    @Override
    public Optional<Band> gapVariation(long gaps) {
      if (gaps < LEAST_GAPS) {
        return Optional.empty();
      }
      double spread = GAP_DEVIATIONS * Math.sqrt((shape + 1) / (2 * shape * gaps));
      double expected = 1 / Math.sqrt(shape);
      return Optional.of(new Band(expected * Math.exp(-spread), expected * Math.exp(spread)));
    }

    @Override
    public Optional<Band> dispersion(int binSeconds, int bins, double mean) {
      if (mean < LEAST_MEAN || mean * shape < LEAST_BURSTS) {
        return Optional.empty();
      }
      double expected = 1 / shape + (1 - 1 / (shape * shape)) / (6 * mean);
      int degrees = bins - 1;
      Band band =
          new Band(
              expected * chiSquareOfDegrees(degrees, -NORMAL_DEVIATIONS),
              expected * chiSquareOfDegrees(degrees, NORMAL_DEVIATIONS));
      return mean < shape
          ? new Constant().dispersion(binSeconds, bins, mean).map(band::or)
          : Optional.of(band);
    }

    /** χ² ÷ its degrees of freedom, at a quantile of the normal law. */
    private static double chiSquareOfDegrees(int degrees, double deviations) {
      double variance = 2.0 / (9 * degrees);
      double root = 1 - variance + deviations * Math.sqrt(variance);
      return root <= 0 ? 0 : root * root * root;
    }
  }

  /**
   * The instants of a trace, whatever their law: what was sent may differ from them by a quarter,
   * or by a quarter of what Poisson arrivals have where they are more even than those.
   *
   * @param due what the trace wants
   */
  record Trace(ArrivalPattern due) implements ArrivalLaw {
    private static final double DIFFERENCE = 0.25;

    @Override
    public Optional<Band> gapVariation(long gaps) {
      return due.gapVariation().isPresent()
          ? Optional.of(around(due.gapVariation().getAsDouble()))
          : Optional.empty();
    }

    @Override
    public Optional<Band> dispersion(int binSeconds, int bins, double mean) {
      Optional<Dispersion> wanted = binSeconds == 1 ? due.perSecond() : due.perTenSeconds();
      return wanted.map(Dispersion::index).map(Trace::around);
    }

    private static Band around(double value) {
      return new Band(value, value).widened(DIFFERENCE * Math.max(1, value));
    }
  }
}
