package dev.loadline.runner.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.loadline.runner.contract.RunResult.Generator;
import dev.loadline.runner.contract.StageResult.Health;
import dev.loadline.runner.drive.HealthReadings.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeneratorHealthTest {
  private static final long SECOND = 1_000_000_000;

  @TempDir Path root;

  private final GcPauses pauses = GcPauses.listen();

  @AfterEach
  void close() {
    pauses.close();
  }

  private static Reading reading(long gcMillis, long cpuMillis, long throttled) {
    return new Reading(
        gcMillis,
        OptionalLong.of(cpuMillis * 1_000_000),
        List.of(cpuMillis * 600_000, cpuMillis * 400_000),
        Optional.of(new HostCpu(cpuMillis / 100, cpuMillis)),
        OptionalLong.of(throttled));
  }

  private static final Reading UNTOLD =
      new Reading(0, OptionalLong.empty(), List.of(), Optional.empty(), OptionalLong.empty());

  private static Health window(GeneratorHealth health, Histogram... loopDelays) {
    return health.window(SECOND, UNTOLD, UNTOLD, List.of(loopDelays));
  }

  @Test
  void sumsTheRiseOfEachCounterButTellsTheBusiestWindowsCpu() {
    GeneratorHealth health = new GeneratorHealth(2, pauses);
    health.window(SECOND, reading(10, 500, 7), reading(13, 1_500, 8), List.of());
    health.window(3 * SECOND, reading(50, 9_000, 20), reading(54, 9_600, 22), List.of());
    Generator generator = health.result();
    assertThat(generator.loops()).isEqualTo(2);
    assertThat(generator.gcPauseMillis()).isEqualTo(7);
    assertThat(generator.cpuShare().orElseThrow()).isCloseTo(0.5, within(1e-9));
    assertThat(generator.busyShare().orElseThrow()).isCloseTo(0.6, within(1e-9));
    assertThat(generator.stealShare().orElseThrow()).isCloseTo(0.01, within(1e-9));
    assertThat(generator.throttledPeriods()).hasValue(3);
    assertThat(generator.loopDelayP99Micros()).isEmpty();
  }

  /** Both versions of cgroups, as trees of files that change between the window's two readings. */
  @ParameterizedTest
  @CsvSource({
    "'0::/kubepods/pod1', kubepods/pod1/cpu.stat",
    "'0::/', cpu.stat",
    "'4:memory:/x\n3:cpu,cpuacct:/docker/x', 'cpu,cpuacct/docker/x/cpu.stat'",
    "'1:cpu:/\n0::/', cpu/cpu.stat",
  })
  void periodsThrottledInTheWindowAreReadFromTheOwnCgroup(String membership, String stat)
      throws IOException {
    Path file = root.resolve(stat);
    Files.createDirectories(file.getParent());
    Path memberships = Files.writeString(root.resolve("membership"), membership);
    HealthReadings readings =
        new HealthReadings(new CgroupCpu(root, memberships), Path.of("/proc/stat"), List.of());
    GeneratorHealth health = new GeneratorHealth(1, pauses);
    Files.writeString(file, "nr_periods 90\nnr_throttled 4\n");
    Reading opening = readings.now();
    Files.writeString(file, "nr_periods 99\nnr_throttled 11\n");
    health.window(SECOND, opening, readings.now(), List.of());
    assertThat(health.result().throttledPeriods()).hasValue(7);
  }

  /** Of 100 ticks between the two readings 7 were stolen. */
  @Test
  void timeStolenInTheWindowIsReadFromTheMachinesStatistics() throws IOException {
    Path stat = root.resolve("stat");
    HealthReadings readings =
        new HealthReadings(new CgroupCpu(root, root.resolve("none")), stat, List.of());
    GeneratorHealth health = new GeneratorHealth(1, pauses);
    Files.writeString(stat, "cpu  400 0 100 500 0 0 0 30 0 0\nintr 7\n");
    Reading opening = readings.now();
    Files.writeString(stat, "cpu  450 0 110 533 0 0 0 37 0 0\nintr 9\n");
    health.window(SECOND, opening, readings.now(), List.of());
    assertThat(health.result().stealShare().orElseThrow()).isCloseTo(0.07, within(1e-9));
  }

  @Test
  void aLoopIsNeverBusierThanAllTheTime() {
    GeneratorHealth health = new GeneratorHealth(2, pauses);
    health.window(SECOND, reading(0, 0, 0), reading(0, 1_700, 0), List.of());
    assertThat(health.result().busyShare()).hasValue(1);
  }

  @Test
  void theLongestPauseIsThatOfAllWindowsAndOfNothingBetweenThem() {
    GeneratorHealth health = new GeneratorHealth(1, pauses);
    pauses.opens(1_000_000_101);
    pauses.paused(1_000_000_090, 1_000_000_100);
    pauses.paused(1_000_000_195, 1_000_000_202);
    pauses.closes(1_000_000_200);
    pauses.paused(1_000_000_300, 1_000_000_350);
    assertThat(window(health).longestGcPauseMillis()).hasValue(7);
    pauses.opens(1_000_000_400);
    pauses.paused(1_000_000_410, 1_000_000_414);
    pauses.closes(1_000_000_500);
    assertThat(window(health).longestGcPauseMillis()).hasValue(4);
    pauses.opens(1_000_000_600);
    pauses.closes(1_000_000_700);
    assertThat(window(health).longestGcPauseMillis()).hasValue(0);
    assertThat(health.result().longestGcPauseMillis()).hasValue(7);
  }

  @Test
  void whatOneReadingLacksIsAbsent() {
    GeneratorHealth health = new GeneratorHealth(1, GcPauses.UNKNOWN);
    health.window(SECOND, reading(0, 0, 0), reading(0, 0, 0), List.of());
    health.window(SECOND, reading(0, 0, 0), UNTOLD, List.of());
    Generator generator = health.result();
    assertThat(generator.cpuShare()).isEmpty();
    assertThat(generator.busyShare()).isEmpty();
    assertThat(generator.stealShare()).isEmpty();
    assertThat(generator.longestGcPauseMillis()).isEmpty();
    assertThat(generator.throttledPeriods()).isEmpty();
  }

  @Test
  void withoutAWindowThereIsNothingToTell() {
    Generator generator = new GeneratorHealth(1, pauses).result();
    assertThat(generator.cpuShare()).isEmpty();
    assertThat(generator.busyShare()).isEmpty();
    assertThat(generator.longestGcPauseMillis()).isEmpty();
    assertThat(generator.throttledPeriods()).isEmpty();
    assertThat(generator.loopDelayP99Micros()).isEmpty();
    assertThat(generator.longestLoopDelayMicros()).isEmpty();
    assertThat(generator.portsExhausted()).isFalse();
  }

  @Test
  void quietLoopsDoNotHideTheDelaysOfAnother() {
    GeneratorHealth health = new GeneratorHealth(8, pauses);
    Histogram quiet = LoopDelay.newHistogram();
    quiet.recordValueWithCount(100, 1_000);
    Histogram late = LoopDelay.newHistogram();
    late.recordValueWithCount(100, 980);
    late.recordValueWithCount(5_000, 19);
    late.recordValue(45_000);
    Health shown = window(health, quiet, quiet, quiet, late, quiet, quiet, quiet, quiet);
    assertThat(shown.loopDelayP99Micros().orElseThrow()).isBetween(5_000L, 5_003L);
    assertThat(health.result().loopDelayP99Micros()).isEqualTo(shown.loopDelayP99Micros());
    assertThat(health.result().longestLoopDelayMicros().orElseThrow()).isBetween(45_000L, 45_031L);
  }

  @Test
  void eachWindowTellsItsOwnBusiestLoop() {
    GeneratorHealth health = new GeneratorHealth(2, pauses);
    for (long cpuMillis : new long[] {1_000, 200}) {
      Health shown = health.window(SECOND, reading(0, 0, 0), reading(0, cpuMillis, 0), List.of());
      assertThat(shown.busyShare().orElseThrow()).isCloseTo(cpuMillis * 6e-4, within(1e-9));
    }
    assertThat(health.result().busyShare().orElseThrow()).isCloseTo(0.6, within(1e-9));
  }

  @Test
  void aQuietStageDoesNotHideTheDelaysOfAnother() {
    GeneratorHealth health = new GeneratorHealth(1, pauses);
    for (long micros : new long[] {100, 5_000, 200}) {
      Histogram delays = LoopDelay.newHistogram();
      delays.recordValueWithCount(micros, micros == 5_000 ? 10 : 100_000);
      assertThat(window(health, delays).loopDelayP99Micros().orElseThrow())
          .isBetween(micros, micros + 3);
    }
    assertThat(health.result().loopDelayP99Micros().orElseThrow()).isBetween(5_000L, 5_003L);
    assertThat(health.result().longestLoopDelayMicros().orElseThrow()).isBetween(5_000L, 5_003L);
  }
}
