package dev.loadline.runner.arrival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds each process to its law. Seeds are fixed, so a test that passes once passes always. */
class ArrivalProcessTest {
  private static final int ARRIVALS = 100_000;
  private static final double RATE = 250;
  private static final double GAP = 1e9 / RATE;

  /** Kolmogorov's critical value times √n at the level of four standard errors, 6·10⁻⁵. */
  private static final double KOLMOGOROV_FOUR_STANDARD_ERRORS = 2.28;

  /** The same at the 5 % level. */
  private static final double KOLMOGOROV_FIVE_PERCENT = 1.358;

  @Test
  void constantArrivalsAreDueAtEqualGaps() {
    ArrivalProcess arrivals = ArrivalProcess.constant(3, 7);

    assertThat(LongStream.generate(arrivals::nextNanos).limit(4))
        .containsExactly(7L, 333_333_340L, 666_666_674L, 1_000_000_007L);
  }

  @Test
  void whatIsDueBeyondTheClocksRangeIsDueAtItsEnd() {
    ArrivalProcess constant = ArrivalProcess.constant(1e-12, 7);
    ArrivalProcess poisson = ArrivalProcess.poisson(1e-15, 1);

    assertThat(LongStream.generate(constant::nextNanos).limit(3))
        .containsExactly(7L, Long.MAX_VALUE, Long.MAX_VALUE);
    assertThat(LongStream.generate(poisson::nextNanos).limit(3)).containsOnly(Long.MAX_VALUE);
  }

  @Test
  void constantArrivalsDoNotDriftInAWeek() {
    ArrivalProcess arrivals = ArrivalProcess.constant(1.0 / 3, 0);
    long last = 0;
    for (int i = 0; i <= 7 * 24 * 3600 / 3; i++) {
      last = arrivals.nextNanos();
    }

    assertThat(last).isEqualTo(7L * 24 * 3600 * 1_000_000_000);
  }

  @Test
  void constantSharesWithSpreadPhasesAreConstantTogether() {
    List<ArrivalProcess> shares =
        IntStream.range(0, 4)
            .mapToObj(i -> ArrivalProcess.constant(RATE / 4, Math.round(i * GAP)))
            .toList();

    assertThat(merged(shares, 1000)).isEqualTo(take(ArrivalProcess.constant(RATE, 0), 4000));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 42, -7, Long.MAX_VALUE})
  void poissonArrivalsFollowTheirLaw(long seed) {
    assertPoisson(take(ArrivalProcess.poisson(RATE, seed), ARRIVALS));
  }

  /** One seed may be a rare one; of 400 the share of rare ones must be what chance makes it. */
  @Test
  void poissonArrivalsOfManySeedsAreNeitherTooFarFromTheirLawNorTooNear() {
    double[] distances =
        LongStream.range(0, 400)
            .mapToDouble(seed -> distance(gaps(take(ArrivalProcess.poisson(RATE, seed), 2000))))
            .toArray();
    double share =
        Arrays.stream(distances).filter(d -> d > KOLMOGOROV_FIVE_PERCENT).count() / 400.0;
    Arrays.sort(distances);

    assertThat(share).isCloseTo(0.05, within(4 * Math.sqrt(0.05 * 0.95 / 400)));
    assertThat(distances[200]).as("median").isCloseTo(0.828, within(0.08));
  }

  @Test
  void poissonSharesWithDifferentSeedsArePoissonTogether() {
    List<ArrivalProcess> shares =
        IntStream.range(0, 4).mapToObj(i -> ArrivalProcess.poisson(RATE / 4, 100 + i)).toList();
    long[] all = merged(shares, ARRIVALS / 4);
    // Behind the end of the shortest share the others are alone.
    long end = (long) (0.95 * ARRIVALS * GAP);

    assertPoisson(LongStream.of(all).takeWhile(nanos -> nanos < end).toArray());
  }

  @Test
  void poissonSharesWithNeighbouringSeedsAreNotCorrelated() {
    double[] one = gaps(take(ArrivalProcess.poisson(RATE, 1), ARRIVALS));
    double[] other = gaps(take(ArrivalProcess.poisson(RATE, 2), ARRIVALS));
    double covariance =
        IntStream.range(0, ARRIVALS)
            .mapToDouble(i -> (one[i] / GAP - 1) * (other[i] / GAP - 1))
            .average()
            .orElseThrow();

    assertThat(covariance).isCloseTo(0, within(4 / Math.sqrt(ARRIVALS)));
  }

  @Test
  void theSameSeedGivesTheSameArrivals() {
    assertThat(take(ArrivalProcess.poisson(RATE, 5), 1000))
        .isEqualTo(take(ArrivalProcess.poisson(RATE, 5), 1000))
        .isNotEqualTo(take(ArrivalProcess.poisson(RATE, 6), 1000));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesARateThatIsNone(double rate) {
    assertThatIllegalArgumentException().isThrownBy(() -> ArrivalProcess.poisson(rate, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> ArrivalProcess.constant(rate, 0));
  }

  /** Four standard errors for each moment; Kolmogorov-Smirnov tests at the same level. */
  private static void assertPoisson(long[] arrivals) {
    int n = arrivals.length;
    double[] gaps = gaps(arrivals);
    double mean = Arrays.stream(gaps).average().orElseThrow();
    double variance = Arrays.stream(gaps).map(gap -> (gap - mean) * (gap - mean)).sum() / (n - 1);

    assertThat(arrivals).isSorted();
    assertThat(mean).isCloseTo(GAP, within(4 * GAP / Math.sqrt(n)));
    assertThat(Math.sqrt(variance) / mean)
        .as("coefficient of variation of the gaps")
        .isCloseTo(1, within(4 / Math.sqrt(n)));
    assertThat(distance(gaps))
        .as("distance of the gaps from the exponential distribution")
        .isLessThan(KOLMOGOROV_FOUR_STANDARD_ERRORS);
    double last = arrivals[n - 1];
    double[] instants = LongStream.of(arrivals).limit(n - 1).asDoubleStream().toArray();
    assertThat(kolmogorov(instants, nanos -> nanos / last))
        .as("distance of the instants from the uniform distribution")
        .isLessThan(KOLMOGOROV_FOUR_STANDARD_ERRORS);
    for (double window : new double[] {1, 10, 100}) {
      int windows = (int) (last / (window * GAP));
      assertThat(dispersion(arrivals, window * GAP, windows))
          .as("index of dispersion of the counts in windows of %s mean gaps", window)
          .isCloseTo(1, within(4 * Math.sqrt((2 + 1 / window) / windows)));
    }
  }

  private static double distance(double[] gaps) {
    return kolmogorov(gaps, gap -> 1 - Math.exp(-gap / GAP));
  }

  private static double kolmogorov(double[] sample, DoubleUnaryOperator distribution) {
    double[] sorted = sample.clone();
    Arrays.sort(sorted);
    double distance = 0;
    for (int i = 0; i < sorted.length; i++) {
      double expected = distribution.applyAsDouble(sorted[i]);
      distance = Math.max(distance, expected - (double) i / sorted.length);
      distance = Math.max(distance, (i + 1.0) / sorted.length - expected);
    }
    return distance * Math.sqrt(sorted.length);
  }

  /** Variance ÷ mean of the number of arrivals in a window. */
  private static double dispersion(long[] arrivals, double windowNanos, int windows) {
    long[] counts = new long[windows];
    for (long arrival : arrivals) {
      int window = (int) (arrival / windowNanos);
      if (window < windows) {
        counts[window]++;
      }
    }
    double mean = LongStream.of(counts).average().orElseThrow();
    double squares = LongStream.of(counts).mapToDouble(c -> (c - mean) * (c - mean)).sum();
    return squares / (windows - 1) / mean;
  }

  private static double[] gaps(long[] arrivals) {
    return IntStream.range(0, arrivals.length)
        .mapToDouble(i -> arrivals[i] - (i == 0 ? 0 : arrivals[i - 1]))
        .toArray();
  }

  private static long[] take(ArrivalProcess process, int count) {
    return LongStream.generate(process::nextNanos).limit(count).toArray();
  }

  private static long[] merged(List<ArrivalProcess> shares, int countOfEach) {
    return shares.stream()
        .flatMapToLong(share -> LongStream.generate(share::nextNanos).limit(countOfEach))
        .sorted()
        .toArray();
  }
}
