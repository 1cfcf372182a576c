package dev.loadline.runner.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.loadline.runner.drive.HealthReadings.Reading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class HealthReadingsTest {
  private static final String STAT =
      """
      cpu  100 20 30 800 10 5 5 30 40 0
      cpu0 50 10 15 400 5 2 3 15 20 0
      intr 12345
      """;

  @TempDir Path folder;

  @Test
  void readsThisProcess() {
    long self = Thread.currentThread().threadId();
    HealthReadings readings = new HealthReadings(List.of(self));
    Reading before = readings.now();
    assertThat(before.cpuNanos().orElseThrow()).isPositive();
    assertThat(before.gcMillis()).isNotNegative();
    assertThat(before.loopNanos())
        .singleElement()
        .satisfies(nanos -> assertThat(nanos).isPositive());
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInSameThread()
        .until(() -> readings.now().loopNanos().getFirst() > before.loopNanos().getFirst());
  }

  @Test
  void readsStolenTimeWithoutThatOfGuests() {
    HostCpu earlier = HostCpu.of(STAT).orElseThrow();
    assertThat(earlier).isEqualTo(new HostCpu(30, 1_000));
    HostCpu later =
        HostCpu.of(STAT.replace("800", "850").replace(" 30 40", " 80 40")).orElseThrow();
    assertThat(later.stolenShareSince(earlier)).isCloseTo(0.5, within(1e-9));
    assertThat(earlier.stolenShareSince(earlier)).isZero();
    assertThat(earlier.stolenShareSince(later)).isZero();
  }

  @Test
  void aSystemThatDoesNotTellStolenTimeHasNone() {
    assertThat(HostCpu.of("cpu  100 20 30 800\n")).isEmpty();
    assertThat(HostCpu.of("")).isEmpty();
    assertThat(HostCpu.of("cpu a b c d e f g h\n")).isEmpty();
  }

  @Test
  void whatMayNotBeReadIsAbsent() throws IOException {
    Files.writeString(folder.resolve("stat"), STAT);
    CgroupCpu none = new CgroupCpu(folder, folder.resolve("missing"));
    long noThread = Long.MAX_VALUE;
    HealthReadings restricted =
        new HealthReadings(none, folder.resolve("missing"), List.of(noThread));
    assertThat(restricted.now().host()).isEmpty();
    assertThat(restricted.now().throttled()).isEmpty();
    assertThat(restricted.now().loopNanos()).isEmpty();
    assertThat(new HealthReadings(none, folder.resolve("stat"), List.of()).now().host())
        .hasValue(new HostCpu(30, 1_000));
  }

  @Test
  void hearsOfThePausesOfThisJvm() {
    try (GcPauses pauses = GcPauses.listen()) {
      long before = GcPauses.millisIn(0);
      pauses.opens(before);
      long countBefore = collections();
      System.gc();
      assertThat(collections()).isGreaterThan(countBefore);
      await().atMost(Duration.ofSeconds(30)).until(() -> pauses.heard() > 0);
      assertThat(pauses.longestMillis().orElseThrow())
          .isBetween(0L, GcPauses.millisIn(0) - before + 1);
    }
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(collector -> collector.getCollectionCount())
        .sum();
  }

  @Test
  void aLongPauseIsNotForgottenHoweverManyShortOnesFollow() {
    try (GcPauses pauses = GcPauses.listen()) {
      pauses.opens(1_000_000_000);
      pauses.paused(1_000_000_000, 1_000_000_500);
      for (int i = 0; i < 20_000; i++) {
        pauses.paused(1_000_001_000, 1_000_001_001);
      }
      assertThat(pauses.longestMillis()).hasValue(500);
    }
  }

  /** From 1,000 to 2,000 ms; notifications come late, so both edges may be past already. */
  @ParameterizedTest
  @CsvSource({
    "990, 999, 0",
    "990, 1000, 10",
    "990, 1005, 15",
    "1990, 2010, 20",
    "2000, 2010, 10",
    "2001, 2010, 0",
  })
  void aPauseThatBeganOrEndedInTheWindowIsOneOfIts(long start, long end, long longest) {
    long jvm = 1_000_000_000;
    try (GcPauses pauses = GcPauses.listen()) {
      pauses.opens(jvm + 1_000);
      pauses.closes(jvm + 2_000);
      pauses.paused(jvm + start, jvm + end);
      assertThat(pauses.longestMillis()).hasValue(longest);
    }
  }

  @Test
  void onlyTheThreadThatAskedIsNiceToOthers() throws Exception {
    String before = nice();
    CompletableFuture<String> lowered = new CompletableFuture<>();
    Thread.ofPlatform()
        .start(() -> lowered.complete(LowPriority.ofThisThread() ? nice() : "not lowered"));
    assertThat(lowered.get(30, TimeUnit.SECONDS)).isEqualTo("5");
    assertThat(nice()).isEqualTo(before);
  }

  /** The 19th field of a thread's {@code stat}, which begins after the name in brackets. */
  private static String nice() {
    try {
      String stat = Files.readString(Path.of("/proc/thread-self/stat"));
      return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
