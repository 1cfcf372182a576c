package dev.loadline.runner.measure;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Memory for the gaps of all requests in flight on one loop: blocks of 1 KiB that a request takes
 * as its answer grows and gives back when it has ended, so that there are as many as were needed at
 * once, however long the longest answer is. Used on that loop only.
 */
final class GapBlocks {
  static final int LENGTH = 256;

  private final ArrayDeque<int[]> idle = new ArrayDeque<>();
  private long unmade;

  /** As many blocks as fit into so many bytes. */
  GapBlocks(long bytes) {
    unmade = bytes / (LENGTH * Integer.BYTES);
  }

  /** A block with anything in it; nothing if all are taken. */
  int @Nullable [] take() {
    int[] block = idle.pollFirst();
    if (block == null && unmade > 0) {
      unmade--;
      block = new int[LENGTH];
    }
    return block;
  }

  void giveBack(List<int[]> blocks) {
    idle.addAll(blocks);
  }
}
