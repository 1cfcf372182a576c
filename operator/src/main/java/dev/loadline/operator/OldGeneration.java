package dev.loadline.operator;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import javax.management.NotificationEmitter;

/**
 * Keeps the heap near what lives on it. The serial collector leaves the old generation alone until
 * the heap's limit is reached, and a burst of runs fills it with versions of objects that live for
 * seconds; so it is collected whenever it has grown by a quarter, by a usage threshold as {@link
 * MemoryPoolMXBean} describes it.
 */
final class OldGeneration {
  /** Bytes below which a collection would not be worth its pause. */
  private static final long LEAST = 24L << 20;

  private final MemoryPoolMXBean pool;

  private OldGeneration(MemoryPoolMXBean pool) {
    this.pool = pool;
  }

  /** Collects it now, and from now on whenever it has grown. */
  static void keepSmall() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP && pool.isUsageThresholdSupported())
        .map(OldGeneration::new)
        .findFirst()
        .ifPresent(old -> {
          old.collect();
          ((NotificationEmitter) memory)
              .addNotificationListener((grown, ignored) -> old.collect(), null, null);
        });
  }

  private void collect() {
    System.gc();
    pool.setUsageThreshold(threshold(pool.getUsage().getUsed(), pool.getUsage().getMax()));
  }

  /**
   * A quarter more than lives, in bytes.
   *
   * @param live after a collection
   * @param max the pool's limit; -1 for none
   */
  static long threshold(long live, long max) {
    long grown = Math.max(LEAST, live + live / 4);
    return max < 0 ? grown : Math.min(grown, max);
  }
}
