package dev.loadline.runner.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DelayTest {
  private static final int DRAWS = 200_000;

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "200ms, 200000000",
    "1.5s, 1500000000",
    "1m30s, 90000000000",
    "250us, 250000",
    "2h, 7200000000000"
  })
  void readsDurations(String text, long nanos) {
    assertThat(DurationText.parse(text)).isEqualTo(Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "200ms",
        "0",
        "15us",
        "7ns",
        "uniform:150ms..250ms",
        "normal:200ms,20ms",
        "exponential:1500ms"
      })
  void printsWhatItReads(String text) {
    assertThat(Delay.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "200",
        "-1ms",
        "ms",
        "1 s",
        "9999h",
        "normal:200ms",
        "uniform:3ms",
        "uniform:3ms..2ms",
        "gamma:1ms",
        "exponential:"
      })
  void refusesWhatIsNoDelay(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Delay.parse(text))
        .withMessageMatching("(?s).*[.]");
  }

  @Test
  void fixedNeverVaries() {
    assertThat(draws("20ms")).containsOnly(20_000_000L);
  }

  @Test
  void uniformStaysWithinItsBoundsAndIsFlat() {
    long[] draws = draws("uniform:150ms..250ms");
    assertThat(min(draws)).isBetween(150_000_000L, 151_000_000L);
    assertThat(max(draws)).isBetween(249_000_000L, 250_000_000L);
    assertThat(mean(draws)).isCloseTo(200e6, within(1e6));
    assertThat(share(draws, 175_000_000)).isCloseTo(0.25, within(0.01));
  }

  @Test
  void normalHasItsMeanAndDeviationAndIsNeverNegative() {
    long[] draws = draws("normal:200ms,20ms");
    assertThat(mean(draws)).isCloseTo(200e6, within(0.5e6));
    assertThat(share(draws, 180_000_000)).isCloseTo(0.1587, within(0.01));
    assertThat(share(draws, 240_000_000)).isCloseTo(0.9772, within(0.01));
    assertThat(min(draws("normal:1ms,20ms"))).isZero();
  }

  @Test
  void exponentialHasItsMeanAndMedian() {
    long[] draws = draws("exponential:200ms");
    assertThat(mean(draws)).isCloseTo(200e6, within(4e6));
    assertThat(share(draws, Math.round(200e6 * Math.log(2)))).isCloseTo(0.5, within(0.01));
  }

  private static long[] draws(String text) {
    Delay delay = Delay.parse(text);
    SplittableRandom random = new SplittableRandom(7);
    return LongStream.generate(() -> delay.drawNanos(random)).limit(DRAWS).toArray();
  }

  private static long min(long[] draws) {
    return LongStream.of(draws).min().orElseThrow();
  }

  private static long max(long[] draws) {
    return LongStream.of(draws).max().orElseThrow();
  }

  private static double mean(long[] draws) {
    return LongStream.of(draws).average().orElseThrow();
  }

  private static double share(long[] draws, long atMost) {
    return LongStream.of(draws).filter(nanos -> nanos <= atMost).count() / (double) draws.length;
  }
}
