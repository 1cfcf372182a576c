package dev.loadline.runner.arrival;

import static dev.loadline.runner.arrival.ArrivalLaws.ARRIVALS;
import static dev.loadline.runner.arrival.ArrivalLaws.ERRORS;
import static dev.loadline.runner.arrival.ArrivalLaws.KOLMOGOROV;
import static dev.loadline.runner.arrival.ArrivalLaws.RATE;
import static dev.loadline.runner.arrival.ArrivalLaws.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.loadline.runner.arrival.ArrivalLaws.Law;
import dev.loadline.runner.arrival.ArrivalLaws.Measured;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Holds each process to its law. Seeds are fixed, so a test that passes once passes always; a bound
 * is the quantile of the statistic's own distribution at four standard errors, 6·10⁻⁵.
 */
class ArrivalLawTest {
  static final Law[] LAWS = Law.all();

  /** Kolmogorov's critical value times √n at the 5 % level. */
  private static final double KOLMOGOROV_FIVE_PERCENT = 1.358;

  @ParameterizedTest
  @FieldSource("LAWS")
  void arrivalsFollowTheirLaw(Law law) {
    for (long seed : new long[] {0, 1, Long.MAX_VALUE}) {
      assertFollows(law, take(law.process(seed), ARRIVALS));
    }
  }

  @ParameterizedTest
  @FieldSource("LAWS")
  void theSumOfFourSharesFollowsTheLaw(Law law) {
    assertFollows(law, ArrivalLaws.sum(law, 4711, 4));
  }

  @ParameterizedTest
  @FieldSource("LAWS")
  void theSharesTogetherAreTheProcess(Law law) {
    long[] whole = take(law.process(5), 3000);

    for (int shares : new int[] {1, 2, 3}) {
      long[] merged =
          IntStream.range(0, shares)
              .mapToObj(i -> take(law.process(5).share(i, shares), 3000 / shares))
              .flatMapToLong(LongStream::of)
              .sorted()
              .toArray();
      assertThat(merged).isEqualTo(whole);
    }
  }

  /** Why shares are not independent processes, and that the bounds tell the difference. */
  @Test
  void independentGammaProcessesAreNoGammaProcessTogether() {
    Law law = new Law("Gamma 0.25", 0.25, false);
    long[] sum =
        IntStream.range(0, 4)
            .mapToObj(i -> ArrivalProcess.gamma(ArrivalRate.steady(RATE / 4), 0.25, i))
            .flatMapToLong(share -> LongStream.of(take(share, ARRIVALS / 4)))
            .sorted()
            .limit(ARRIVALS * 9L / 10)
            .toArray();
    Measured measured = Measured.of(law, sum);

    assertThat(measured.gapVariation())
        .isLessThan(law.gapVariation() - 5 * ERRORS * law.gapVariationError(measured.gaps()));
    assertThat(measured.distance() * Math.sqrt(measured.gaps())).isGreaterThan(10 * KOLMOGOROV);
  }

  /** One seed may be a rare one; of 400 the share of rare ones must be what chance makes it. */
  @ParameterizedTest
  @ValueSource(doubles = {0.25, 1, 4})
  void arrivalsOfManySeedsAreNeitherTooFarFromTheirLawNorTooNear(double shape) {
    Law law = new Law("", shape, false);
    double[] distances =
        LongStream.range(0, 400)
            .mapToDouble(seed -> Measured.of(law, take(law.process(seed), 2001)).distance())
            .map(distance -> distance * Math.sqrt(2000))
            .sorted()
            .toArray();
    double rare = Arrays.stream(distances).filter(d -> d > KOLMOGOROV_FIVE_PERCENT).count() / 400.0;

    assertThat(rare).isCloseTo(0.05, within(ERRORS * Math.sqrt(0.05 * 0.95 / 400)));
    assertThat(distances[200]).as("median").isCloseTo(0.828, within(0.08));
  }

  /** The instants of a Poisson process are uniform, which its gaps alone do not say. */
  @Test
  void poissonInstantsAreUniform() {
    long[] arrivals = take(ArrivalProcess.poisson(ArrivalRate.steady(RATE), 3), ARRIVALS);
    double last = arrivals[ARRIVALS - 1];
    double[] instants = LongStream.of(arrivals).limit(ARRIVALS - 1).asDoubleStream().toArray();

    assertThat(ArrivalLaws.distanceOf(instants, nanos -> nanos / last, 0) * Math.sqrt(ARRIVALS))
        .isLessThan(KOLMOGOROV);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.25, 1, 4})
  void processesWithNeighbouringSeedsAreNotCorrelated(double shape) {
    Law law = new Law("", shape, false);
    double[] one = gaps(take(law.process(1), ARRIVALS));
    double[] other = gaps(take(law.process(2), ARRIVALS));
    double gap = 1e9 / RATE;
    double covariance =
        IntStream.range(0, one.length)
            .mapToDouble(i -> (one[i] / gap - 1) * (other[i] / gap - 1))
            .average()
            .orElseThrow();

    assertThat(covariance * shape).isCloseTo(0, within(ERRORS / Math.sqrt(one.length)));
  }

  /** P(1, x) = 1 − e⁻ˣ; P(½, x) = erf √x; P(4, x) by its finite sum. */
  @ParameterizedTest
  @CsvSource({
    "1,    0.5, 0.3934693402873666",
    "1,    6,   0.9975212478233336",
    "0.5,  0.25, 0.5204998778130465",
    "0.5,  4,   0.9953222650189527",
    "4,    2,   0.1428765395014529",
    "4,    10,  0.9896639493240743"
  })
  void theGammaDistributionThatSamplesAreHeldToIsRight(double shape, double x, double below) {
    assertThat(GammaDistribution.below(x, shape)).isCloseTo(below, within(1e-12));
  }

  private static void assertFollows(Law law, long[] arrivals) {
    Measured measured = Measured.of(law, arrivals);
    int n = measured.gaps();

    assertThat(arrivals).isSorted();
    assertThat(measured.perSecond() / RATE)
        .as("rate of %s", law)
        .isCloseTo(1, within(1e-9 + ERRORS * law.gapVariation() / Math.sqrt(n)));
    assertThat(measured.gapVariation())
        .as("coefficient of variation of %s", law)
        .isCloseTo(law.gapVariation(), within(1e-6 + ERRORS * law.gapVariationError(n)));
    assertThat(measured.distance() * Math.sqrt(n)).as("distance of %s", law).isLessThan(KOLMOGOROV);
    assertDispersion(law, 1, measured.dispersion1s());
    assertDispersion(law, 10, measured.dispersion10s());
  }

  private static void assertDispersion(Law law, double binSeconds, double dispersion) {
    int degrees = ArrivalLaws.bins(ARRIVALS / RATE, binSeconds) - 1;
    double expected = law.dispersion(binSeconds);
    assertThat(dispersion)
        .as("dispersion of %s in bins of %s s", law, binSeconds)
        .isBetween(
            expected * chiSquaredPerDegree(degrees, -ERRORS),
            expected * chiSquaredPerDegree(degrees, ERRORS));
  }

  /**
   * The quantile of χ²/ν that the normal distribution has at z (Wilson and Hilferty, The
   * Distribution of Chi-square, 1931).
   */
  private static double chiSquaredPerDegree(int degrees, double z) {
    double variance = 2.0 / (9 * degrees);
    return Math.pow(1 - variance + z * Math.sqrt(variance), 3);
  }

  private static double[] gaps(long[] arrivals) {
    return IntStream.range(1, arrivals.length)
        .mapToDouble(i -> arrivals[i] - arrivals[i - 1])
        .toArray();
  }
}
