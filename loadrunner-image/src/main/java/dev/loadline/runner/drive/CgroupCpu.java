package dev.loadline.runner.drive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * How often the kernel has throttled this process's cgroup for its CPU limit: {@code nr_throttled}
 * of {@code cpu.stat}, of cgroup v2 and v1.
 */
final class CgroupCpu {
  private static final String FIELD = "nr_throttled ";

  private final Path root;
  private final Path membership;

  /** The cgroups of this process on a usual system. */
  CgroupCpu() {
    this(Path.of("/sys/fs/cgroup"), Path.of("/proc/self/cgroup"));
  }

  /**
   * Elsewhere.
   *
   * @param root where cgroups are mounted
   * @param membership the file that names this process's cgroups
   */
  CgroupCpu(Path root, Path membership) {
    this.root = root;
    this.membership = membership;
  }

  /** Periods throttled so far; absent where nobody counts them. */
  OptionalLong throttledPeriods() {
    try {
      for (String file : statFiles(Files.readString(membership))) {
        Path path = root.resolve(file);
        if (Files.isReadable(path)) {
          OptionalLong throttled = throttled(Files.readString(path));
          if (throttled.isPresent()) {
            return throttled;
          }
        }
      }
      return OptionalLong.empty();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /** The value of {@code nr_throttled} in a {@code cpu.stat}. */
  static OptionalLong throttled(String cpuStat) {
    return cpuStat
        .lines()
        .filter(line -> line.startsWith(FIELD))
        .map(line -> line.substring(FIELD.length()).strip())
        .filter(value -> value.matches("\\d{1,18}"))
        .mapToLong(Long::parseLong)
        .findFirst();
  }

  /**
   * Where {@code cpu.stat} may be, relative to the mount, best first. A container that does not see
   * its cgroup's real path has it mounted at the top.
   */
  static List<String> statFiles(String membership) {
    List<String> own = new ArrayList<>();
    List<String> top = new ArrayList<>();
    for (String line : membership.lines().toList()) {
      String[] parts = line.split(":", 3);
      if (parts.length < 3) {
        continue;
      }
      String path = parts[2].equals("/") ? "" : parts[2];
      if (parts[1].isEmpty()) {
        own.add((path + "/cpu.stat").substring(1));
        top.add("cpu.stat");
      } else if (List.of(parts[1].split(",", -1)).contains("cpu")) {
        for (String mount : List.of(parts[1], "cpu")) {
          own.add(mount + path + "/cpu.stat");
          top.add(mount + "/cpu.stat");
        }
      }
    }
    own.addAll(top);
    return own.stream().distinct().toList();
  }
}
