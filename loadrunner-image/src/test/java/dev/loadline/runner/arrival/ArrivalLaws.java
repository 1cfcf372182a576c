package dev.loadline.runner.arrival;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Measures arrival processes, one share and the sum of four, and says what their laws make of the
 * same figures. Its main method prints the table and what an arrival costs.
 */
final class ArrivalLaws {
  static final int ARRIVALS = 100_000;

  /** Seconds do not hold a whole number of arrivals, so that none falls on a bin's edge. */
  static final double RATE = 49.87;

  /** Bounds are this many standard errors wide: a sound process leaves one in 16,000 seeds. */
  static final double ERRORS = 4;

  /** Kolmogorov's critical value times √n at that level, 6·10⁻⁵. */
  static final double KOLMOGOROV = 2.28;

  /**
   * Seconds by which a gap differs at most when its two instants are rounded to nanoseconds, of a
   * ramp in rescaled time. It matters: 1 % of the gaps of Gamma 0.25 are below a nanosecond.
   */
  private static final double RESOLUTION = 2e-9;

  private static final long RAMP_NANOS = Math.round(1e9 * ARRIVALS / RATE);

  private ArrivalLaws() {}

  /**
   * A law to be measured.
   *
   * @param shape shape of the gaps' Gamma distribution: 1 is Poisson, infinite is Constant
   * @param ramp whether the rate grows ninefold over the sample
   */
  record Law(String name, double shape, boolean ramp) {
    static Law[] all() {
      return new Law[] {
        new Law("Constant", Double.POSITIVE_INFINITY, false),
        new Law("Poisson", 1, false),
        new Law("Gamma 0.25", 0.25, false),
        new Law("Gamma 4", 4, false),
        new Law("Constant, ramp", Double.POSITIVE_INFINITY, true),
        new Law("Poisson, ramp", 1, true),
        new Law("Gamma 0.25, ramp", 0.25, true)
      };
    }

    boolean isConstant() {
      return Double.isInfinite(shape);
    }

    ArrivalRate rate() {
      return ramp
          ? new ArrivalRate(0.2 * RATE, 1.8 * RATE, 0, RAMP_NANOS)
          : ArrivalRate.steady(RATE);
    }

    ArrivalProcess process(long seed) {
      return isConstant()
          ? ArrivalProcess.constant(rate())
          : shape == 1
              ? ArrivalProcess.poisson(rate(), seed)
              : ArrivalProcess.gamma(rate(), shape, seed);
    }

    /** Seconds, of a ramp those of rescaled time; the formula is written out here once more. */
    double seconds(long nanos) {
      double x = (double) nanos / RAMP_NANOS;
      double share = !ramp ? x : x < 1 ? 0.2 * x + 0.8 * x * x : 1 + 1.8 * (x - 1);
      return share * RAMP_NANOS / 1e9;
    }

    double gapVariation() {
      return 1 / Math.sqrt(shape);
    }

    double gapVariationError(int gaps) {
      return isConstant() ? 0 : Math.sqrt((shape + 1) / (2 * shape * shape * gaps));
    }

    double dispersion(double binSeconds) {
      double mean = binSeconds * RATE;
      double part = mean - Math.floor(mean);
      return isConstant()
          ? part * (1 - part) / mean
          : 1 / shape + (1 - 1 / (shape * shape)) / (6 * mean);
    }

    double below(double gapSeconds) {
      return GammaDistribution.below(gapSeconds * RATE * shape, shape);
    }
  }

  /** What a sample has; the distance is Kolmogorov's and Smirnov's D of the gaps. */
  record Measured(
      int gaps,
      double perSecond,
      double gapVariation,
      double dispersion1s,
      double dispersion10s,
      double distance) {
    /** Measures the arrivals of a law. */
    static Measured of(Law law, long[] arrivals) {
      double[] seconds = LongStream.of(arrivals).mapToDouble(law::seconds).toArray();
      double[] gaps =
          IntStream.range(1, seconds.length)
              .mapToDouble(i -> seconds[i] - seconds[i - 1])
              .toArray();
      double mean = Arrays.stream(gaps).average().orElseThrow();
      return new Measured(
          gaps.length,
          1 / mean,
          Math.sqrt(variance(gaps)) / mean,
          dispersionOf(seconds, 1),
          dispersionOf(seconds, 10),
          law.isConstant() ? uneven(gaps) : distanceOf(gaps, law::below, RESOLUTION));
    }
  }

  /** D of a law whose gaps are all the same: the share of those that are not. */
  private static double uneven(double[] gaps) {
    return Arrays.stream(gaps).filter(gap -> Math.abs(gap - 1 / RATE) > RESOLUTION).count()
        / (double) gaps.length;
  }

  /** D from the nearest distribution that values rounded by no more than so much may have. */
  static double distanceOf(double[] sample, DoubleUnaryOperator distribution, double resolution) {
    double[] sorted = sample.clone();
    Arrays.sort(sorted);
    double distance = 0;
    for (int i = 0; i < sorted.length; i++) {
      double low = distribution.applyAsDouble(sorted[i] - resolution);
      double high = distribution.applyAsDouble(sorted[i] + resolution);
      distance = Math.max(distance, low - (double) i / sorted.length);
      distance = Math.max(distance, (i + 1.0) / sorted.length - high);
    }
    return distance;
  }

  private static double dispersionOf(double[] seconds, double binSeconds) {
    double[] counts = new double[bins(seconds[seconds.length - 1], binSeconds)];
    for (double instant : seconds) {
      int bin = (int) (instant / binSeconds);
      if (bin < counts.length) {
        counts[bin]++;
      }
    }
    return variance(counts) / Arrays.stream(counts).average().orElseThrow();
  }

  static int bins(double seconds, double binSeconds) {
    return (int) (seconds / binSeconds);
  }

  private static double variance(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1);
  }

  static long[] take(ArrivalProcess process, int count) {
    return LongStream.generate(process::nextNanos).limit(count).toArray();
  }

  /** All arrivals of so many shares of one process, in order. */
  static long[] sum(Law law, long seed, int shares) {
    return IntStream.range(0, shares)
        .mapToObj(i -> law.process(seed).share(i, shares))
        .flatMapToLong(share -> LongStream.of(take(share, ARRIVALS / shares)))
        .sorted()
        .toArray();
  }

  /** Prints the table. */
  public static void main(String[] arguments) {
    System.out.println(
        "| law | shares | rate/s | CV (law) | IoD 1 s (law) | IoD 10 s (law) | D (critical) |");
    System.out.println("|---|---|---|---|---|---|---|");
    long seed = 1;
    for (Law law : Law.all()) {
      for (int shares : new int[] {1, 4}) {
        Measured measured = Measured.of(law, sum(law, seed++, shares));
        System.out.printf(
            Locale.ROOT,
            "| %s | %d | %.3f | %.4f (%.4f) | %.4f (%.4f) | %.4f (%.4f) | %.5f (%.5f) |%n",
            law.name(),
            shares,
            measured.perSecond(),
            measured.gapVariation(),
            law.gapVariation(),
            measured.dispersion1s(),
            law.dispersion(1),
            measured.dispersion10s(),
            law.dispersion(10),
            measured.distance(),
            KOLMOGOROV / Math.sqrt(measured.gaps()));
      }
    }
    for (Law law : Law.all()) {
      System.out.printf(
          Locale.ROOT,
          "%s: %.1f ns an arrival drawn by one of 16 shares%n",
          law.name(),
          nanosPerArrival(law));
    }
  }

  private static double nanosPerArrival(Law law) {
    int kept = 1_000_000;
    double best = Double.POSITIVE_INFINITY;
    for (int repeat = 0; repeat < 5; repeat++) {
      ArrivalProcess share = law.process(repeat).share(3, 16);
      long start = System.nanoTime();
      long last = 0;
      for (int i = 0; i < kept; i++) {
        last = Math.max(last, share.nextNanos());
      }
      double nanos = System.nanoTime() - start;
      best = last > 0 ? Math.min(best, nanos / kept / 16) : best;
    }
    return best;
  }
}
