package dev.loadline.operator.planted;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A cgroup with a CPU limit, as a container's: of version 2 where it has the CPU, else of 1. */
final class CpuLimit implements AutoCloseable {
  private static final int PERIOD_MICROS = 100_000;
  private static final Path MOUNT = Path.of("/sys/fs/cgroup");

  private final Path folder;

  /**
   * One that allows this share of a core.
   *
   * @throws CannotPlant where cgroups cannot be made
   */
  CpuLimit(double share) throws IOException {
    int quota = (int) (share * PERIOD_MICROS);
    Path controllers = MOUNT.resolve("cgroup.controllers");
    boolean second = Files.exists(controllers) && Files.readString(controllers).contains("cpu");
    String name = "loadline-planted-" + ProcessHandle.current().pid();
    try {
      folder = Files.createDirectories(MOUNT.resolve(second ? "" : "cpu").resolve(name));
      if (second) {
        Files.writeString(folder.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
      } else {
        Files.writeString(folder.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_MICROS));
        Files.writeString(folder.resolve("cpu.cfs_quota_us"), Integer.toString(quota));
      }
    } catch (IOException e) {
      throw new CannotPlant("a cgroup with a CPU limit", e);
    }
  }

  /** The program that starts another one in it. */
  String[] launcher() {
    String enter = "echo $$ > " + folder.resolve("cgroup.procs") + " && exec \"$@\"";
    return new String[] {"sh", "-c", enter, "sh"};
  }

  /** Removes it; the processes in it must have ended. */
  @Override
  public void close() throws IOException {
    Files.delete(folder);
  }
}
