package dev.loadline.runner.drive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupCpuTest {
  private static final String V2 =
      """
      usage_usec 91
      user_usec 60
      system_usec 31
      nr_periods 7
      nr_throttled 3
      throttled_usec 5
      """;
  private static final String V1 =
      """
      nr_periods 9
      nr_throttled 4
      throttled_time 77
      """;

  @TempDir Path root;

  private CgroupCpu cgroup(String membership) throws IOException {
    return new CgroupCpu(root, Files.writeString(root.resolve("membership"), membership));
  }

  private void stat(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  @Test
  void findsTheFieldInBothVersions() {
    assertThat(CgroupCpu.throttled(V2)).hasValue(3);
    assertThat(CgroupCpu.throttled(V1)).hasValue(4);
    assertThat(CgroupCpu.throttled("usage_usec 91\n")).isEmpty();
    assertThat(CgroupCpu.throttled("nr_throttled many\nnr_throttled_more 5\n")).isEmpty();
    assertThat(CgroupCpu.throttled("")).isEmpty();
  }

  @Test
  void looksAtItsOwnCgroupFirstAndThenAtTheTop() {
    assertThat(CgroupCpu.statFiles("0::/kubepods/pod1\n"))
        .containsExactly("kubepods/pod1/cpu.stat", "cpu.stat");
    assertThat(CgroupCpu.statFiles("0::/\n")).containsExactly("cpu.stat");
    assertThat(CgroupCpu.statFiles("4:memory:/a\n2:cpuset:/a\n3:cpu,cpuacct:/a\n"))
        .containsExactly(
            "cpu,cpuacct/a/cpu.stat", "cpu/a/cpu.stat", "cpu,cpuacct/cpu.stat", "cpu/cpu.stat");
    assertThat(CgroupCpu.statFiles("nonsense\n")).isEmpty();
  }

  @Test
  void readsVersionTwo() throws IOException {
    stat("pods/x/cpu.stat", V2);
    stat("cpu.stat", "usage_usec 91\n");
    assertThat(cgroup("0::/pods/x\n").throttledPeriods()).hasValue(3);
  }

  @Test
  void readsVersionOne() throws IOException {
    stat("cpu/cpu.stat", V1);
    assertThat(cgroup("3:cpu,cpuacct:/docker/x\n0::/\n").throttledPeriods()).hasValue(4);
  }

  @Test
  void isAbsentWhereNobodyCounts() throws IOException {
    stat("cpu.stat", "usage_usec 91\n");
    assertThat(cgroup("0::/\n").throttledPeriods()).isEmpty();
    assertThat(new CgroupCpu(root, root.resolve("missing")).throttledPeriods()).isEmpty();
  }
}
