package dev.loadline.runner.drive;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the counters that tell a generator's health; what the system does not say is absent. */
final class HealthReadings {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final CgroupCpu cgroup;
  private final Path stat;
  private final List<Long> loopThreads;

  /** Of this process on a usual system. */
  HealthReadings(List<Long> loopThreads) {
    this(new CgroupCpu(), Path.of("/proc/stat"), loopThreads);
  }

  /**
   * Elsewhere.
   *
   * @param stat the file with the machine's CPU time
   * @param loopThreads identifiers of the event loops' threads
   */
  HealthReadings(CgroupCpu cgroup, Path stat, List<Long> loopThreads) {
    this.cgroup = cgroup;
    this.stat = stat;
    this.loopThreads = List.copyOf(loopThreads);
  }

  /**
   * Counters at one instant.
   *
   * @param gcMillis time spent in garbage collection
   * @param cpuNanos CPU time of this process
   * @param loopNanos CPU time of each event loop's thread; empty where the system does not say
   * @param host CPU time of the machine
   * @param throttled periods in which the cgroup was throttled
   */
  record Reading(
      long gcMillis,
      OptionalLong cpuNanos,
      List<Long> loopNanos,
      Optional<HostCpu> host,
      OptionalLong throttled) {
    /** Copies the list. */
    Reading {
      loopNanos = List.copyOf(loopNanos);
    }
  }

  /** The counters as they are now. */
  Reading now() {
    return new Reading(
        GcPauses.totalMillis(), processNanos(), loopNanos(), host(), cgroup.throttledPeriods());
  }

  private static OptionalLong processNanos() {
    return ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean system
            && system.getProcessCpuTime() >= 0
        ? OptionalLong.of(system.getProcessCpuTime())
        : OptionalLong.empty();
  }

  private List<Long> loopNanos() {
    if (!THREADS.isThreadCpuTimeSupported() || !THREADS.isThreadCpuTimeEnabled()) {
      return List.of();
    }
    List<Long> nanos = loopThreads.stream().map(THREADS::getThreadCpuTime).toList();
    return nanos.stream().allMatch(time -> time >= 0) ? nanos : List.of();
  }

  private Optional<HostCpu> host() {
    try {
      return HostCpu.of(Files.readString(stat));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
