package dev.loadline.operator.verdict;

import static dev.loadline.operator.verdict.ValidityChecksTest.check;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.plan.Load.Arrival;
import dev.loadline.operator.verdict.Judgement.Check;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import dev.loadline.runner.contract.StageResult.ArrivalPattern;
import dev.loadline.runner.contract.StageResult.Arrivals;
import dev.loadline.runner.contract.StageResult.Dispersion;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clean windows keep their law's bands; windows of another law leave them. */
class ArrivalProcessOffTest {
  private static final int SECONDS = 60;
  private static final int WINDOWS = 10_000;

  private final Measured stage = new Measured("open");

  /** One in 10,000 windows may leave its bands: five in 10,000 happen to 4 seeds in 1,000. */
  @ParameterizedTest
  @CsvSource({"2", "5", "20", "60"})
  void poissonWindowsAreNotAccused(int rate) {
    Random random = new Random(20_261_124 + rate);
    stage.open(Integer.toString(rate), Arrival.Poisson);
    int accused = 0;
    for (int i = 0; i < WINDOWS; i++) {
      ArrivalPattern pattern = renewal(rate, () -> exponential(random));
      stage.sent = pattern.count();
      stage.sentInWindow = pattern.count();
      boolean kept =
          outcome(pattern) != CheckOutcome.Failed
              && ValidityChecksTest.outcome(Check.RateNotAchieved, Measured.of(stage))
                  == CheckOutcome.Passed;
      accused += kept ? 0 : 1;
    }
    assertThat(accused).isLessThanOrEqualTo(4);
  }

  /** The same of bands of the Gamma law, without what is allowed to the lag. */
  @ParameterizedTest
  @CsvSource({"20, 0.5", "20, 2", "20, 4", "60, 0.25", "8, 0.25", "5, 0.5"})
  void gammaWindowsAreNotAccused(int rate, double shape) {
    Random random = new Random(1);
    ArrivalLaw.OfRate law = new ArrivalLaw.Gamma(shape);
    int accused = 0;
    for (int i = 0; i < WINDOWS / 4; i++) {
      ArrivalPattern pattern = renewal(rate, () -> gamma(shape, random));
      double mean = (double) pattern.count() / SECONDS;
      boolean kept =
          law.count((double) rate * SECONDS).contains((double) pattern.count())
              && isKept(law.gapVariation(pattern.count() - 1), pattern.gapVariation().getAsDouble())
              && isKept(law.dispersion(1, SECONDS, mean), pattern.perSecond().orElseThrow().index())
              && isKept(
                  law.dispersion(10, SECONDS / 10, 10 * mean),
                  pattern.perTenSeconds().orElseThrow().index());
      accused += kept ? 0 : 1;
    }
    assertThat(accused).isLessThanOrEqualTo(2);
  }

  /** Most have fewer arrivals in a second than the shape is. */
  @ParameterizedTest
  @CsvSource({
    "4, 5", "4, 5.5", "4, 20", "20, 5", "20, 5.5", "20, 20",
    "100, 5", "100, 5.5", "100, 20", "1000, 5", "1000, 5.5", "1000, 20"
  })
  void nearlyEvenGammaArrivalsAreNotAccused(int shape, double rate) {
    Random random = new Random(shape);
    stage.open(Double.toString(rate), Arrival.Gamma, BigDecimal.valueOf(shape));
    for (int seconds : new int[] {3, 10, 60, 3600}) {
      stage.windowMicros = seconds * 1_000_000L;
      for (int window = 0; window < Math.clamp(20_000 / seconds, 10, 500); window++) {
        double[] sent = instants(rate, seconds, () -> gamma(shape, random));
        assertThat(outcome(pattern(sent, seconds))).isNotEqualTo(CheckOutcome.Failed);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"4, 5", "20, 5", "100, 5.5", "1000, 5"})
  void poissonArrivalsInPlaceOfGammaOnesAreFound(int shape, double rate) {
    Random random = new Random(7);
    stage.open(Double.toString(rate), Arrival.Gamma, BigDecimal.valueOf(shape));
    assertThat(outcome(renewal(rate, () -> exponential(random)))).isEqualTo(CheckOutcome.Failed);
  }

  /** What is not judged accuses nobody: some windows have too few arrivals. */
  private static boolean isKept(Optional<ArrivalLaw.Band> band, double value) {
    return band.map(known -> known.contains(value)).orElse(true);
  }

  @Test
  void constantArrivalsInPlaceOfPoissonOnesAreFound() {
    stage.open("20", Arrival.Poisson);
    assertThat(outcome(renewal(20, () -> 1))).isEqualTo(CheckOutcome.Failed);
  }

  @Test
  void poissonArrivalsInPlaceOfConstantOnesAreFound() {
    Random random = new Random(2);
    stage.open("20", Arrival.Constant);
    assertThat(outcome(renewal(20, () -> exponential(random)))).isEqualTo(CheckOutcome.Failed);
  }

  @ParameterizedTest
  @CsvSource({"0.5", "3", "20", "20.5", "400"})
  void constantArrivalsKeepTheirLaw(double rate) {
    stage.open(Double.toString(rate), Arrival.Constant);
    assertThat(outcome(renewal(rate, () -> 1))).isEqualTo(CheckOutcome.Passed);
  }

  /** Windows of a few bins that are nearly empty, wherever they lie between two arrivals. */
  @ParameterizedTest
  @CsvSource({"0.3", "0.7", "1.5", "2", "3", "4", "7", "9.9", "14", "20", "30"})
  void fewConstantArrivalsKeepTheirLaw(double gap) {
    stage.open(Double.toString(1 / gap), Arrival.Constant);
    for (int seconds = 2; seconds <= 45; seconds++) {
      int length = seconds;
      stage.windowMicros = length * 1_000_000L;
      for (double first = 0; first < gap; first += gap / 20) {
        ArrivalPattern sent =
            pattern(
                DoubleStream.iterate(first, at -> at < length, at -> at + gap).toArray(), length);
        assertThat(outcome(sent))
            .as("%s s from %s s", length, first)
            .isNotEqualTo(CheckOutcome.Failed);
      }
    }
  }

  /** Four loops with the same seed: each arrival comes four times. */
  @Test
  void sharesOfOneSeedAreFound() {
    Random random = new Random(3);
    stage.open("80", Arrival.Poisson);
    double[] once = instants(20, SECONDS, () -> exponential(random));
    double[] all =
        IntStream.range(0, 4 * once.length).mapToDouble(i -> once[i / 4] + i % 4 * 1e-5).toArray();
    ValidityResult result = result(pattern(all));
    assertThat(result.outcome()).isEqualTo(CheckOutcome.Failed);
    assertThat(result.observed()).contains("variation of gaps", "dispersion in 1 s");
  }

  /** A generator that stands still for 0.4 s and then sends all at once. */
  @Test
  void aStallThatMovesHundredsOfRequestsIsFound() {
    Random random = new Random(4);
    stage.open("1000", Arrival.Poisson);
    double[] instants = instants(1000, SECONDS, () -> exponential(random));
    double[] stalled = Arrays.stream(instants).map(t -> t > 29.7 && t < 30.1 ? 30.1 : t).toArray();
    assertThat(result(pattern(instants)).outcome()).isEqualTo(CheckOutcome.Passed);
    ValidityResult result = result(pattern(stalled));
    assertThat(result.outcome()).isEqualTo(CheckOutcome.Failed);
    assertThat(result.observed()).contains("dispersion in 1 s");
  }

  /** At 1,000 a second a lag of 1 ms more or less is as long as the gaps: the law is not broken. */
  @Test
  void lagsWithinTheirBoundBreakNoLaw() {
    Random random = new Random(5);
    for (Arrival arrival : Arrival.values()) {
      stage.open("1000", arrival);
      DoubleSupplier gap = arrival == Arrival.Constant ? () -> 1 : () -> exponential(random);
      double[] late =
          Arrays.stream(instants(1000, SECONDS, gap))
              .map(t -> t + random.nextDouble() * 1e-3)
              .sorted()
              .toArray();
      assertThat(result(pattern(late)).outcome()).isEqualTo(CheckOutcome.Passed);
    }
  }

  @Test
  void comparesAReplayWithItsTrace() {
    Random random = new Random(6);
    stage.open("20", Arrival.Constant);
    ArrivalPattern trace = renewal(20, () -> exponential(random));
    stage.arrivals = Optional.of(new Arrivals(trace, Optional.of(trace)));
    assertThat(check(Check.ArrivalProcessOff, Measured.of(stage)).outcome())
        .isEqualTo(CheckOutcome.Passed);
    stage.arrivals = Optional.of(new Arrivals(renewal(20, () -> 1), Optional.of(trace)));
    assertThat(check(Check.ArrivalProcessOff, Measured.of(stage)).outcome())
        .isEqualTo(CheckOutcome.Failed);
  }

  @Test
  void saysWhyItCannotTell() {
    assertThat(check(Check.ArrivalProcessOff, Measured.of(stage)).observed())
        .isEqualTo("no open loop");
    stage.open("1", Arrival.Poisson);
    assertThat(check(Check.ArrivalProcessOff, Measured.of(stage)).observed())
        .isEqualTo("too few arrivals");
    assertThat(check(Check.ArrivalProcessOff, Measured.without("arrivals", stage)).observed())
        .isEqualTo("left out of the result, which is too large");
  }

  private CheckOutcome outcome(ArrivalPattern sent) {
    return result(sent).outcome();
  }

  private ValidityResult result(ArrivalPattern sent) {
    stage.arrivals = Optional.of(new Arrivals(sent, Optional.empty()));
    return check(Check.ArrivalProcessOff, Measured.of(stage));
  }

  private static double exponential(Random random) {
    return -Math.log(1 - random.nextDouble());
  }

  /** Mean 1; Marsaglia and Tsang, ACM TOMS 26, 2000. */
  private static double gamma(double shape, Random random) {
    if (shape < 1) {
      return (shape + 1)
          / shape
          * gamma(shape + 1, random)
          * Math.pow(1 - random.nextDouble(), 1 / shape);
    }
    double d = shape - 1.0 / 3;
    while (true) {
      double normal = random.nextGaussian();
      double v = Math.pow(1 + normal / Math.sqrt(9 * d), 3);
      double limit = v <= 0 ? 0 : normal * normal / 2 + d - d * v + d * Math.log(v);
      if (v > 0 && Math.log(1 - random.nextDouble()) < limit) {
        return d * v / shape;
      }
    }
  }

  private static ArrivalPattern renewal(double rate, DoubleSupplier gap) {
    return pattern(instants(rate, SECONDS, gap));
  }

  /** Within a window that opens 10 mean gaps after the first arrival. */
  private static double[] instants(double rate, int seconds, DoubleSupplier gap) {
    double[] instants = new double[(int) (2 * rate * seconds) + 400];
    int count = 0;
    double now = -10 / rate;
    while (now < seconds) {
      if (now >= 0) {
        instants[count++] = now;
      }
      now += gap.getAsDouble() / rate;
    }
    return Arrays.copyOf(instants, count);
  }

  private static ArrivalPattern pattern(double[] instants) {
    return pattern(instants, SECONDS);
  }

  private static ArrivalPattern pattern(double[] instants, int seconds) {
    double[] gaps =
        IntStream.range(1, instants.length)
            .mapToDouble(i -> instants[i] - instants[i - 1])
            .toArray();
    return new ArrivalPattern(
        instants.length,
        gaps.length < 2
            ? OptionalDouble.empty()
            : OptionalDouble.of(Math.sqrt(variance(gaps)) / mean(gaps)),
        dispersion(instants, seconds, 1),
        dispersion(instants, seconds, 10));
  }

  private static Optional<Dispersion> dispersion(double[] instants, int seconds, int binSeconds) {
    double[] counts = new double[seconds / binSeconds];
    for (double instant : instants) {
      int bin = (int) (instant / binSeconds);
      if (bin < counts.length) {
        counts[bin]++;
      }
    }
    return counts.length < 2 || mean(counts) == 0
        ? Optional.empty()
        : Optional.of(new Dispersion(variance(counts) / mean(counts), counts.length));
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double variance(double[] values) {
    double mean = mean(values);
    return Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum()
        / (values.length - 1);
  }
}
