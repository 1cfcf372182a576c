package dev.loadline.runner.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.Distribution.Exponential;
import dev.loadline.runner.contract.Distribution.Fixed;
import dev.loadline.runner.contract.Distribution.Lognormal;
import dev.loadline.runner.contract.Distribution.Normal;
import dev.loadline.runner.contract.Distribution.Uniform;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds each law to its distribution function. Seeds are fixed, so a test that passes once passes
 * always.
 */
class SamplerTest {
  private static final int DRAWS = 100_000;

  /** Kolmogorov-Smirnov at a significance of 0.1 %. */
  private static final double BOUND = 1.95 / Math.sqrt(DRAWS);

  static Stream<Arguments> laws() {
    DoubleUnaryOperator chat = x -> phi((x - 512) / 128);
    DoubleUnaryOperator wild = x -> phi((x - 100) / 1_000_000);
    DoubleUnaryOperator tail = x -> phi((x - 10) / 20);
    DoubleUnaryOperator farTail = x -> phi((x - 0.0) / 100);
    return Stream.of(
        Arguments.of(new Normal(512, 128, 1, 100_000), chat),
        Arguments.of(new Normal(512, 128, 384, 640), chat),
        Arguments.of(new Normal(100, 1_000_000, 51, 150), wild),
        Arguments.of(new Normal(10, 20, 10, 1000), tail),
        Arguments.of(new Normal(10, 20, 60, 1000), tail),
        Arguments.of(new Normal(0, 100, 300, 320), farTail),
        Arguments.of(new Lognormal(500, 400, 0, 1_000_000), lognormal(500, 400)),
        Arguments.of(new Lognormal(4096, 2048, 1, 8192), lognormal(4096, 2048)),
        Arguments.of(new Lognormal(160_000, 233_000, 150_000, 400_000), lognormal(160e3, 233e3)),
        Arguments.of(new Uniform(1, 6), (DoubleUnaryOperator) x -> Math.clamp((x - 0.5) / 6, 0, 1)),
        Arguments.of(
            new Uniform(820, 1024), (DoubleUnaryOperator) x -> Math.clamp((x - 819.5) / 205, 0, 1)),
        Arguments.of(new Exponential(1000, 0, 3_600_000), exponential(1000)),
        Arguments.of(new Exponential(1000, 500, 1500), exponential(1000)),
        Arguments.of(new Exponential(10, 100, 200), exponential(10)));
  }

  /**
   * A draw is the law's variable, rounded, where that lies within the bounds: so its distribution
   * function at k is that of the law at k + ½, between those at the bounds.
   */
  @ParameterizedTest
  @MethodSource("laws")
  void drawsFollowTheLawWithinItsBounds(Distribution law, DoubleUnaryOperator unbounded) {
    long[] sorted = draws(law);
    Arrays.sort(sorted);
    long min = bound(law, true);
    long max = bound(law, false);

    assertThat(sorted[0]).isGreaterThanOrEqualTo(min);
    assertThat(sorted[DRAWS - 1]).isLessThanOrEqualTo(max);
    double low = unbounded.applyAsDouble(min - 0.5);
    double high = unbounded.applyAsDouble(max + 0.5);
    double farthest = 0;
    for (int i = 0; i < DRAWS; i++) {
      if (i == DRAWS - 1 || sorted[i + 1] != sorted[i]) {
        double expected = (unbounded.applyAsDouble(sorted[i] + 0.5) - low) / (high - low);
        farthest = Math.max(farthest, Math.abs((i + 1.0) / DRAWS - expected));
      }
    }
    assertThat(farthest).isLessThan(BOUND);
  }

  static Stream<Arguments> moments() {
    return Stream.of(
        Arguments.of(new Normal(512, 128, 1, 100_000), 512, 128),
        Arguments.of(new Normal(512, 128, 384, 640), 512, 69.3),
        Arguments.of(new Normal(100, 1_000_000, 51, 150), 100.5, 28.87),
        Arguments.of(new Normal(10, 20, 10, 1000), 25.644, 12.146),
        Arguments.of(new Normal(100, 0, 1, 1000), 100, 0),
        Arguments.of(new Normal(100, 50, 100, 100), 100, 0),
        Arguments.of(new Lognormal(500, 400, 0, 1_000_000), 500, 400),
        Arguments.of(new Lognormal(15_000, 22_000, 0, 100_000_000), 15_000, 22_000),
        Arguments.of(new Lognormal(500, 0, 1, 1000), 500, 0),
        Arguments.of(new Uniform(820, 1024), 922, 59.178),
        Arguments.of(new Exponential(20_000, 0, 86_400_000), 20_000, 20_000),
        Arguments.of(new Fixed(7), 7, 0));
  }

  @ParameterizedTest
  @MethodSource("moments")
  void meanAndStandardDeviationAreThoseOfTheLaw(Distribution law, double mean, double stddev) {
    long[] drawn = draws(law);
    double average = Arrays.stream(drawn).average().orElseThrow();
    double variance =
        Arrays.stream(drawn).mapToDouble(value -> (value - average) * (value - average)).sum()
            / DRAWS;

    assertThat(average).isCloseTo(mean, within(4 * stddev / Math.sqrt(DRAWS) + 1e-9));
    assertThat(Math.sqrt(variance)).isCloseTo(stddev, within(0.03 * stddev + 1e-9));
  }

  @Test
  void boundsFarFromTheMeanCostFewDraws() {
    Counted random = new Counted();
    for (int i = 0; i < 1000; i++) {
      assertThat(Sampler.next(new Normal(0, 1, 1_000_000, 2_000_000), random)).isEqualTo(1_000_000);
      assertThat(Sampler.next(new Lognormal(10, 1, 900_000, 1_000_000), random))
          .isBetween(900_000L, 930_000L);
      assertThat(Sampler.next(new Exponential(1, 1000, 2000), random)).isBetween(1000L, 1020L);
    }
    assertThat(random.draws).isLessThan(20_000);
  }

  private static final class Counted implements RandomGenerator {
    private final SplittableRandom random = new SplittableRandom(5);
    private int draws;

    @Override
    public long nextLong() {
      draws++;
      return random.nextLong();
    }
  }

  private static long[] draws(Distribution law) {
    SplittableRandom random = new SplittableRandom(11);
    long[] drawn = new long[DRAWS];
    Arrays.setAll(drawn, _ -> Sampler.next(law, random));
    return drawn;
  }

  private static long bound(Distribution law, boolean lower) {
    return switch (law) {
      case Fixed fixed -> fixed.value();
      case Normal normal -> lower ? normal.min() : normal.max();
      case Lognormal lognormal -> lower ? lognormal.min() : lognormal.max();
      case Uniform uniform -> lower ? uniform.min() : uniform.max();
      case Exponential exponential -> lower ? exponential.min() : exponential.max();
    };
  }

  private static DoubleUnaryOperator lognormal(double mean, double stddev) {
    double variance = Math.log(1 + stddev * stddev / mean / mean);
    return x ->
        x <= 0 ? 0 : phi((Math.log(x) - Math.log(mean) + variance / 2) / Math.sqrt(variance));
  }

  private static DoubleUnaryOperator exponential(double mean) {
    return x -> x <= 0 ? 0 : -Math.expm1(-x / mean);
  }

  /**
   * Distribution function of the standard normal law, to 1.5·10⁻⁷ (Abramowitz and Stegun, Handbook
   * of Mathematical Functions, 1964, 7.1.26).
   */
  private static double phi(double x) {
    double t = 1 / (1 + 0.3275911 * Math.abs(x) / Math.sqrt(2));
    double series =
        t
            * (0.254829592
                + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    double upper = series * Math.exp(-x * x / 2) / 2;
    return x < 0 ? upper : 1 - upper;
  }
}
