package dev.loadline.benchmark;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The machine, and the two of its CPUs that are used.
 *
 * @param serverCpu where the server runs
 * @param clientCpu where the clients run
 * @param cpus how many there are for this process
 */
record Machine(String serverCpu, String clientCpu, int cpus) {
  private static final String ALLOWED = "Cpus_allowed_list:";

  /** This one; an empty list of problems is not part of it, see {@link Requirements}. */
  static Machine read() throws IOException {
    List<String> cpus = allowed();
    return new Machine(cpus.getFirst(), cpus.getLast(), cpus.size());
  }

  private static List<String> allowed() throws IOException {
    String list = field(Path.of("/proc/self/status"), ALLOWED);
    List<String> cpus = new ArrayList<>();
    for (String range : list.split(",", -1)) {
      String[] ends = range.split("-", -1);
      int last = Integer.parseInt(ends[ends.length - 1]);
      for (int cpu = Integer.parseInt(ends[0]); cpu <= last; cpu++) {
        cpus.add(Integer.toString(cpu));
      }
    }
    return cpus;
  }

  /** Model, kernel and JDK. */
  String describe() throws IOException {
    return "%d CPUs of %s, Linux %s, JDK %s"
        .formatted(
            cpus,
            field(Path.of("/proc/cpuinfo"), "model name").replaceFirst("^:\\s*", ""),
            System.getProperty("os.version"),
            Runtime.version());
  }

  /** The load average of the last minute. */
  static double loadAverage() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  /**
   * CPU time of the whole machine since it was started.
   *
   * @param busySeconds used by whatever process, or taken away
   * @param stolenSeconds taken away by the hypervisor
   */
  record CpuTime(double busySeconds, double stolenSeconds) {
    /** Now. */
    static CpuTime now() throws IOException {
      List<Double> ticks =
          Stream.of(field(Path.of("/proc/stat"), "cpu ").split("\\s+", -1))
              .map(Double::valueOf)
              .toList();
      double used = ticks.get(0) + ticks.get(1) + ticks.get(2) + ticks.get(5) + ticks.get(6);
      return new CpuTime((used + ticks.get(7)) / 100, ticks.get(7) / 100);
    }
  }

  private static String field(Path file, String name) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(name.length()).strip())
          .findFirst()
          .orElse("");
    }
  }
}
