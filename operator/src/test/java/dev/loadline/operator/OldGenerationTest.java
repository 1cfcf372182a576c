package dev.loadline.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.contract.JvmOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class OldGenerationTest {
  private static final long MEBIBYTE = 1 << 20;

  /** Objects that live until 16 MiB of others have come: they grow old and die. */
  static final class Burst {
    private static final int PIECE = 1 << 10;
    private static final int LIVE = 16 << 10;
    private static final int ALL = 512 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final MemoryPoolMXBean OLD =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getName().equals("Tenured Gen"))
            .findFirst()
            .orElseThrow();

    private Burst() {}

    /** Prints the peak of the old generation in bytes; with an argument it is kept small. */
    public static void main(String[] arguments) {
      boolean small = arguments.length > 0;
      if (small) {
        OldGeneration.keepSmall();
      }
      Queue<byte[]> living = new ArrayDeque<>();
      for (int i = 0; i < ALL; i++) {
        living.add(new byte[PIECE]);
        if (living.size() > LIVE) {
          living.remove();
        }
        if (small) {
          awaitCollection();
        }
      }
      System.out.println(OLD.getPeakUsage().getUsed());
    }

    /** The JVM tells of the threshold on a thread of its own, which is late on a busy machine. */
    private static void awaitCollection() {
      long start = System.nanoTime();
      while (OLD.isUsageThresholdExceeded()) {
        if (System.nanoTime() - start > PATIENCE.toNanos()) {
          throw new IllegalStateException("not collected: " + OLD.getUsage());
        }
        Thread.onSpinWait();
      }
    }
  }

  /** In a JVM as in the operator's pod. */
  private static long peakBytes(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JvmOptions.beside(Main.class));
    command.addAll(List.of("-XX:MaxRAM=512m", "-cp", System.getProperty("java.class.path")));
    command.add(Burst.class.getName());
    command.addAll(List.of(arguments));
    Process java = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(said).containsOnlyDigits();
    return Long.parseLong(said);
  }

  @Test
  void growsToTheHeapsLimitWhereNothingKeepsItSmall() throws IOException {
    assertThat(peakBytes()).isGreaterThan(150 * MEBIBYTE);
  }

  @Test
  void staysNearWhatLives() throws IOException {
    assertThat(peakBytes("small")).isLessThan(64 * MEBIBYTE);
  }

  @Test
  void isCollectedWhenItHasGrownByAQuarter() {
    assertThat(OldGeneration.threshold(100 * MEBIBYTE, -1)).isEqualTo(125 * MEBIBYTE);
    assertThat(OldGeneration.threshold(MEBIBYTE, -1)).isEqualTo(24 * MEBIBYTE);
    assertThat(OldGeneration.threshold(200 * MEBIBYTE, 236 * MEBIBYTE)).isEqualTo(236 * MEBIBYTE);
  }
}
