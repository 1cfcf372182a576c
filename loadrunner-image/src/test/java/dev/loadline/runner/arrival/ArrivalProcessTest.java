package dev.loadline.runner.arrival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of each single arrival; {@link ArrivalLawTest} has what holds of many. */
class ArrivalProcessTest {
  private static final long SECOND = 1_000_000_000;
  private static final ArrivalRate RATE = ArrivalRate.steady(250);

  @Test
  void constantArrivalsAreDueAtEqualGaps() {
    assertThat(first(4, ArrivalProcess.constant(ArrivalRate.steady(3))))
        .containsExactly(0, 333_333_333L, 666_666_667L, SECOND);
  }

  @Test
  void whatIsDueBeyondTheClocksRangeIsDueAtItsEnd() {
    assertThat(first(3, ArrivalProcess.constant(ArrivalRate.steady(1e-12))))
        .containsExactly(0, Long.MAX_VALUE, Long.MAX_VALUE);
    assertThat(first(3, ArrivalProcess.poisson(ArrivalRate.steady(1e-15), 1)))
        .containsOnly(Long.MAX_VALUE);
  }

  @Test
  void constantArrivalsDoNotDriftInAWeek() {
    ArrivalProcess arrivals = ArrivalProcess.constant(ArrivalRate.steady(1.0 / 3));
    long last = 0;
    for (int i = 0; i <= 7 * 24 * 3600 / 3; i++) {
      last = arrivals.nextNanos();
    }

    assertThat(last).isEqualTo(7L * 24 * 3600 * SECOND);
  }

  @Test
  void theSameSeedGivesTheSameArrivals() {
    assertThat(first(1000, ArrivalProcess.poisson(RATE, 5)))
        .isEqualTo(first(1000, ArrivalProcess.poisson(RATE, 5)))
        .isNotEqualTo(first(1000, ArrivalProcess.poisson(RATE, 6)));
    assertThat(first(1000, ArrivalProcess.gamma(RATE, 0.5, 5)))
        .isEqualTo(first(1000, ArrivalProcess.gamma(RATE, 0.5, 5)))
        .isNotEqualTo(first(1000, ArrivalProcess.gamma(RATE, 0.5, 6)));
  }

  @Test
  void aShareHasEveryNthArrivalFromItsIndex() {
    assertThat(first(3, ArrivalProcess.constant(ArrivalRate.steady(1)).share(2, 4)))
        .containsExactly(2 * SECOND, 6 * SECOND, 10 * SECOND);
  }

  @Test
  void theLawSaysHowManyArrivalsAreToCome() {
    ArrivalProcess constant = ArrivalProcess.constant(RATE);
    first(3, constant);
    assertThat(constant.meanUntil(4 * SECOND)).hasValue(1_000 - 2);
    ArrivalProcess ramp =
        ArrivalProcess.constant(new ArrivalRate(10, 30, 2 * SECOND, 4 * SECOND)).share(0, 2);
    assertThat(ramp.nextNanos()).isZero();
    assertThat(ramp.meanUntil(SECOND)).hasValue(10 / 2.0);
    assertThat(ramp.meanUntil(4 * SECOND)).hasValue((20 + 30) / 2.0);
    assertThat(ramp.meanUntil(6 * SECOND)).hasValue((20 + 80) / 2.0);
    assertThat(ramp.meanUntil(7 * SECOND)).hasValue((20 + 80 + 30) / 2.0);
    assertThat(ArrivalProcess.replay(LongStream.of(0, 1).iterator(), 2).meanUntil(SECOND))
        .isEmpty();
  }

  @Test
  void aReplayIsTheTraceAtItsSpeedAndThenNothing() {
    ArrivalProcess replay =
        ArrivalProcess.replay(LongStream.of(0, 0, 3 * SECOND, 10 * SECOND).iterator(), 2);

    assertThat(first(6, replay))
        .containsExactly(0, 0, 3 * SECOND / 2, 5 * SECOND, Long.MAX_VALUE, Long.MAX_VALUE);
  }

  @Test
  void aShareOfAReplayEndsWithTheTrace() {
    ArrivalProcess share =
        ArrivalProcess.replay(LongStream.of(0, 1, 2, 3).iterator(), 1).share(1, 3);

    assertThat(first(3, share)).containsExactly(1, Long.MAX_VALUE, Long.MAX_VALUE);
  }

  /** With a warm-up of 2 s at 1/s, then from 1/s to 3/s in 4 s: 2 arrivals, 8, then 3 a second. */
  @Test
  void aRampIsSteadyBeforeAndAfterIt() {
    ArrivalRate rate = new ArrivalRate(1, 3, 2 * SECOND, 4 * SECOND);

    long[] arrivals = first(14, ArrivalProcess.constant(rate));

    assertThat(arrivals).startsWith(0, SECOND, 2 * SECOND);
    // x + x²/4 = 1 at x = 2(√2 − 1).
    assertThat(arrivals[3]).isEqualTo(2 * SECOND + Math.round(2e9 * (Math.sqrt(2) - 1)));
    assertThat(arrivals[10]).isEqualTo(6 * SECOND);
    assertThat(arrivals[13]).isEqualTo(7 * SECOND);
  }

  @Test
  void aRampMayFall() {
    ArrivalRate rate = new ArrivalRate(3, 1, 0, 4 * SECOND);

    long[] arrivals = first(10, ArrivalProcess.constant(rate));

    assertThat(arrivals[8]).isEqualTo(4 * SECOND);
    assertThat(arrivals[9]).isEqualTo(5 * SECOND);
  }

  /** x²/2 arrivals until x: the k-th at √(2k); and down to nothing, mirrored. */
  @Test
  void aRampMayBeginAndEndWithNothing() {
    long[] up = first(9, ArrivalProcess.constant(new ArrivalRate(0, 4, 0, 4 * SECOND)));
    assertThat(up[0]).isZero();
    assertThat(up[2]).isEqualTo(2 * SECOND);
    assertThat(up[8]).isEqualTo(4 * SECOND);

    long[] down = first(10, ArrivalProcess.constant(new ArrivalRate(4, 0, 0, 4 * SECOND)));
    assertThat(down[6]).isEqualTo(2 * SECOND);
    assertThat(down[8]).isEqualTo(4 * SECOND);
    assertThat(down[9]).isEqualTo(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesWhatIsNone(double value) {
    assertThatIllegalArgumentException().isThrownBy(() -> ArrivalRate.steady(value));
    assertThatIllegalArgumentException().isThrownBy(() -> ArrivalProcess.gamma(RATE, value, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ArrivalProcess.replay(LongStream.of(0).iterator(), value));
  }

  @Test
  void refusesARampBelowZeroAndAShareThatThereIsNot() {
    assertThatIllegalArgumentException().isThrownBy(() -> new ArrivalRate(-1, 2, 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new ArrivalRate(1, 2, -1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new ArrivalRate(1, 2, 0, -1));
    for (int index : new int[] {-1, 4}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ArrivalProcess.constant(RATE).share(index, 4));
    }
  }

  private static long[] first(int count, ArrivalProcess process) {
    return ArrivalLaws.take(process, count);
  }
}
