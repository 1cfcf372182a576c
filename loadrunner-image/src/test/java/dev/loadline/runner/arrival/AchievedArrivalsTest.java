package dev.loadline.runner.arrival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.loadline.runner.arrival.ArrivalLaws.Law;
import dev.loadline.runner.arrival.ArrivalLaws.Measured;
import dev.loadline.runner.contract.StageResult.ArrivalPattern;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class AchievedArrivalsTest {
  static final Law[] LAWS = Law.all();

  private static final long SECOND = 1_000_000_000;
  private static final int LOOPS = 4;

  /** The reference is computed in another way, from the whole sorted sequence. */
  @ParameterizedTest
  @FieldSource("LAWS")
  void whatFourLoopsSendHasTheFiguresOfTheirSum(Law law) {
    long[] all = ArrivalLaws.take(law.process(9), ArrivalLaws.ARRIVALS);
    Measured reference = Measured.of(law, all);
    long window = all[all.length - 1];

    ArrivalPattern achieved = AchievedArrivals.of(loops(law, 9), window);

    assertThat(achieved.count()).isEqualTo(ArrivalLaws.ARRIVALS);
    assertThat(achieved.gapVariation().orElseThrow())
        .isCloseTo(reference.gapVariation(), within(1e-6));
    assertThat(achieved.perSecond().orElseThrow().index())
        .isCloseTo(reference.dispersion1s(), within(1e-4));
    assertThat(achieved.perTenSeconds().orElseThrow().index())
        .isCloseTo(reference.dispersion10s(), within(1e-4));
  }

  /** Taken as it is, the ramp would look like arrivals far more clustered than they are. */
  @Test
  void aRampIsJudgedInRescaledTime() {
    Law law = new Law("Poisson, ramp", 1, true);
    SendInstants asIfSteady = new SendInstants(1);
    long[] all = ArrivalLaws.take(law.process(9), ArrivalLaws.ARRIVALS);
    LongStream.of(all).forEach(asIfSteady::add);
    long window = all[all.length - 1];

    assertThat(
            AchievedArrivals.of(List.of(asIfSteady), window).perTenSeconds().orElseThrow().index())
        .isGreaterThan(50);
    assertThat(AchievedArrivals.of(loops(law, 9), window).perTenSeconds().orElseThrow().index())
        .isLessThan(2);
  }

  /** Twice as many as are kept: bursts of two after the first half, which the counts must see. */
  @Test
  void countsAreExactBeyondTheInstantsThatAreKept() {
    SendInstants loop = new SendInstants(LOOPS);
    int kept = SendInstants.MOST_INSTANTS / LOOPS;
    for (int i = 0; i < kept; i++) {
      loop.add(i * SECOND / 10_000);
    }
    long half = kept * SECOND / 10_000;
    for (int i = 0; i < kept; i += 2) {
      loop.add(half + i * SECOND / 10_000);
      loop.add(half + i * SECOND / 10_000);
    }

    ArrivalPattern achieved = AchievedArrivals.of(List.of(loop), 2 * half);

    assertThat(achieved.count()).isEqualTo(2L * kept);
    assertThat(achieved.gapVariation().orElseThrow()).isCloseTo(0, within(1e-9));
    assertThat(achieved.perSecond().orElseThrow().index()).isLessThan(1e-3);
    assertThat(loop.kept()).hasSize(kept);
  }

  /** One loop that kept less than the others must not look like a pause of its arrivals. */
  @Test
  void gapsAreTakenWhileEveryLoopKeepsItsInstants() {
    SendInstants busy = new SendInstants(LOOPS);
    SendInstants idle = new SendInstants(LOOPS);
    int kept = SendInstants.MOST_INSTANTS / LOOPS;
    for (long i = 0; i < 2L * kept; i++) {
      busy.add(i * 1000);
    }
    for (long i = 0; i < 200; i++) {
      idle.add(i * 2000L * kept / 200);
    }

    assertThat(AchievedArrivals.of(List.of(busy, idle), 10 * SECOND).gapVariation().orElseThrow())
        .isLessThan(0.05);
  }

  /** 8 bytes for each instant that is kept, nothing for the others. */
  @Test
  void anInstantMoreAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    SendInstants loop = new SendInstants(new ArrivalRate(1, 2, 0, 1000 * SECOND), LOOPS);
    loop.add(0);
    int kept = SendInstants.MOST_INSTANTS / LOOPS;

    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 1; i < 4 * kept; i++) {
      loop.add(i * 1000L);
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(allocated).isBetween(7L * kept, 9L * kept);
  }

  /** Up to its middle a ramp from 0 brings a quarter of its arrivals. */
  @Test
  void aRampThatIsCutShortHasTheBinsOfItsRescaledTime() {
    SendInstants loop = new SendInstants(new ArrivalRate(0, 100, 0, 80 * SECOND), 1);
    IntStream.range(0, 4_000).forEach(i -> loop.add(i * SECOND / 100));

    ArrivalPattern achieved = AchievedArrivals.of(List.of(loop), 40 * SECOND);

    assertThat(achieved.perSecond().orElseThrow().bins()).isEqualTo(20);
    assertThat(achieved.perTenSeconds().orElseThrow().bins()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void tooFewSendsHaveNoVariation(int sent) {
    SendInstants loop = new SendInstants(1);
    IntStream.range(0, sent).forEach(i -> loop.add(i * SECOND));

    ArrivalPattern achieved = AchievedArrivals.of(List.of(loop), 15 * SECOND);

    assertThat(achieved.count()).isEqualTo(sent);
    assertThat(achieved.gapVariation()).isEmpty();
    assertThat(achieved.perSecond().isPresent()).isEqualTo(sent > 0);
    assertThat(achieved.perTenSeconds()).isEmpty();
  }

  @Test
  void sendsOfOneInstantHaveNoVariation() {
    SendInstants loop = new SendInstants(1);
    IntStream.range(0, 5).forEach(i -> loop.add(SECOND));

    assertThat(AchievedArrivals.of(List.of(loop), 3 * SECOND).gapVariation()).isEmpty();
  }

  @Test
  void aWindowOfManyHoursIsCounted() {
    SendInstants loop = new SendInstants(1);
    for (int second = 0; second < 10_000; second++) {
      for (int i = 0; i <= second % 2; i++) {
        loop.add(second * SECOND);
      }
    }

    ArrivalPattern achieved = AchievedArrivals.of(List.of(loop), 10_000 * SECOND);

    assertThat(achieved.count()).isEqualTo(15_000);
    // Counts are 1 and 2 in turn: variance ¼, mean 1½.
    assertThat(achieved.perSecond().orElseThrow().index()).isCloseTo(1.0 / 6, within(1e-4));
    assertThat(achieved.perTenSeconds().orElseThrow().index()).isZero();
  }

  private static List<SendInstants> loops(Law law, long seed) {
    return IntStream.range(0, LOOPS)
        .mapToObj(i -> {
          SendInstants loop = new SendInstants(law.rate(), LOOPS);
          long[] share =
              ArrivalLaws.take(law.process(seed).share(i, LOOPS), ArrivalLaws.ARRIVALS / LOOPS);
          LongStream.of(share).forEach(loop::add);
          return loop;
        })
        .toList();
  }
}
