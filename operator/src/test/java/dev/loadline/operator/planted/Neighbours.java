package dev.loadline.operator.planted;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * What other processes want of the machine, and a hypervisor takes from it, beside this process and
 * the children that it has waited for: of {@code /proc/stat} and {@code /proc/self/stat}, see
 * proc(5). Interrupts are nobody's.
 */
final class Neighbours {
  /** Above this share of the machine's CPU time a verdict may be the neighbours' doing. */
  static final double BUSY = 0.03;

  private static final Pattern WORDS = Pattern.compile("\\s+");

  private final Ticks start = Ticks.now();

  /** Watches from now on. */
  Neighbours() throws IOException {}

  /** Clock ticks of the machine since its start, of all its processes, and of this one's family. */
  private record Ticks(long all, long used, long own) {
    static Ticks now() throws IOException {
      long[] machine = numbers(Files.readString(Path.of("/proc/stat")), 1, 8);
      String self = Files.readString(Path.of("/proc/self/stat"));
      long[] own = numbers(self.substring(self.lastIndexOf(')')), 12, 4);
      long used = machine[0] + machine[1] + machine[2] + machine[7];
      return new Ticks(Arrays.stream(machine).sum(), used, Arrays.stream(own).sum());
    }
  }

  /** Some words of a text, from this one on. */
  private static long[] numbers(String text, int from, int count) {
    return WORDS.splitAsStream(text).skip(from).limit(count).mapToLong(Long::parseLong).toArray();
  }

  /** Their share of the machine's CPU time until now, 0 to 1. */
  double share() throws IOException {
    Ticks now = Ticks.now();
    long others = now.used() - start.used() - (now.own() - start.own());
    return Math.clamp((double) others / Math.max(1, now.all() - start.all()), 0, 1);
  }
}
