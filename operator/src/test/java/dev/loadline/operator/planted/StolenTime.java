package dev.loadline.operator.planted;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A machine whose hypervisor gives a tenth of its CPU time to others, by its own account: the
 * runner sees in place of {@code /proc/stat} a file that says so, as in containers under LXCFS.
 */
final class StolenTime {
  private static final String TENTH =
      "/^cpu / { for (i = 2; i <= 9; i++) all += $i; $9 += int(all / 9); print }";

  private final Path stat;

  /**
   * A file for it is made in this folder.
   *
   * @throws CannotPlant where {@code /proc/stat} cannot be replaced
   */
  StolenTime(Path folder) throws IOException {
    stat = folder.resolve("stat");
    try {
      Program.run("sh", "-c", write());
      Program.run("unshare", "--mount", "sh", "-c", mount());
    } catch (IOException e) {
      throw new CannotPlant("another /proc/stat", e);
    }
  }

  /** In one piece and never shorter than before, since the runner may read at any time. */
  private String write() {
    return "awk '%s' /proc/stat | dd of='%s' conv=notrunc status=none".formatted(TENTH, stat);
  }

  private String mount() {
    return "mount --bind '%s' /proc/stat".formatted(stat);
  }

  /** The program that starts another one with it. */
  String[] launcher() {
    return new String[] {"unshare", "--mount", "sh", "-c", mount() + " && exec \"$@\"", "sh"};
  }

  /** The shell script that lets its time pass. */
  String report() {
    return "while sleep 0.1; do " + write() + "; done";
  }
}
