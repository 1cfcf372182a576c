package dev.loadline.runner.arrival;

import dev.loadline.runner.contract.StageResult.ArrivalPattern;
import dev.loadline.runner.contract.StageResult.Dispersion;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * The arrival process that a window had in truth: what all loops sent, merged. Of a ramp everything
 * but the count is in rescaled time ({@link ArrivalRate}), where the process is stationary.
 *
 * <p>The coefficient of variation is standard deviation ÷ mean of the n gaps between sends. The
 * index of dispersion is variance ÷ mean of the counts in N adjacent bins of w seconds, {@code m =
 * w·rate} being their mean. What a law makes of them (mean, variance in the sample):
 *
 * <pre>
 * law       coefficient of variation    index of dispersion
 * Constant  0, 0                        f(1 − f)/m ≤ 1/(4m), 0;  f = m − ⌊m⌋
 * Poisson   1, 1/n                      1, 2/(N − 1)
 * Gamma(k)  1/√k, (k + 1)/(2k²n)        1/k + (1 − 1/k²)/(6m), 2/(k²(N − 1));  if m·k ≥ 10
 * </pre>
 *
 * <p>Sources. Coefficient of variation: the delta method for sample moments, {@code c²·((γ₂ + 2)/4
 * + c² − γ₁c)/n} with skewness γ₁ and excess kurtosis γ₂ (Cramér, Mathematical Methods of
 * Statistics, 1946, 27.7), for Gamma {@code γ₁ = 2/√k, γ₂ = 6/k}. Dispersion, Poisson: {@code (N −
 * 1)·I} is χ² with N − 1 degrees of freedom (Cox and Lewis, The Statistical Analysis of Series of
 * Events, 1966, 6.3), so a band is better taken from χ² than from the variance where N is small;
 * Gamma: variance of a stationary renewal process's counts (Cox, Renewal Theory, 1962, 4.5), which
 * nears {@code t/k}, with χ² likewise as counts are nearly normal; for smaller m·k bins hold no
 * whole burst and the value lies between 1 and 1/k. Constant: a periodic process has ⌊m⌋ or ⌊m⌋ + 1
 * arrivals in a bin.
 *
 * <p>A send comes later than it was due. If lags are independent with standard deviation s seconds,
 * they add {@code 2·(s·rate)²} to the square of the coefficient of variation, and at most twice
 * that ÷ m to the dispersion: nothing to Poisson arrivals, all there is of Constant ones.
 */
public final class AchievedArrivals {
  private AchievedArrivals() {}

  /**
   * Merges what the loops sent.
   *
   * @param loops the loops of one process, no longer added to
   * @param windowNanos length of the window, above 0
   */
  public static ArrivalPattern of(List<SendInstants> loops, long windowNanos) {
    double end = loops.getFirst().rate().rescaledNanos(windowNanos);
    long[] perSecond = new long[(int) (end / SendInstants.SECOND)];
    for (SendInstants loop : loops) {
      Arrays.setAll(perSecond, second -> perSecond[second] + loop.sentIn(second));
    }
    long count = loops.stream().mapToLong(SendInstants::count).sum();
    return new ArrivalPattern(
        count, gapVariation(loops), dispersion(perSecond, 1), dispersion(perSecond, 10));
  }

  private static OptionalDouble gapVariation(List<SendInstants> loops) {
    long until = loops.stream().mapToLong(SendInstants::keptUntil).min().orElseThrow();
    long[] instants =
        loops.stream()
            .flatMapToLong(SendInstants::kept)
            .filter(instant -> instant <= until)
            .sorted()
            .toArray();
    double[] gaps =
        IntStream.range(1, instants.length)
            .mapToDouble(i -> instants[i] - instants[i - 1])
            .toArray();
    double mean = Arrays.stream(gaps).average().orElse(0);
    return gaps.length < 2 || mean == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.sqrt(variance(gaps, mean)) / mean);
  }

  private static Optional<Dispersion> dispersion(long[] perSecond, int binSeconds) {
    double[] counts =
        IntStream.range(0, perSecond.length / binSeconds)
            .mapToDouble(
                bin -> Arrays.stream(perSecond, bin * binSeconds, (bin + 1) * binSeconds).sum())
            .toArray();
    double mean = Arrays.stream(counts).average().orElse(0);
    return counts.length < 2 || mean == 0
        ? Optional.empty()
        : Optional.of(new Dispersion(variance(counts, mean) / mean, counts.length));
  }

  private static double variance(double[] values, double mean) {
    double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    return squares / (values.length - 1);
  }
}
