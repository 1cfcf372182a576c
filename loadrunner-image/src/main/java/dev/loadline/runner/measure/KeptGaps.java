package dev.loadline.runner.measure;

import java.util.ArrayList;
import java.util.List;

/**
 * The gaps of one request and the tokens that ended them, in four bytes each: 26 bits for the
 * microseconds, 6 for the tokens. What does not fit into those, a gap of a minute or 64 tokens,
 * takes twelve.
 */
final class KeptGaps {
  private static final int MICROS_BITS = 26;
  private static final int MICROS_MASK = (1 << MICROS_BITS) - 1;
  private static final int MOST_TOKENS = 63;

  /** The gap and its tokens are the next two; no gap that fits is written so. */
  private static final int LARGE = -1;

  private final GapBlocks memory;
  private final List<int[]> blocks = new ArrayList<>();
  private int length;

  KeptGaps(GapBlocks memory) {
    this.memory = memory;
  }

  /** Takes what was kept, in its order. */
  interface Taker {
    void gap(long micros, int tokens);
  }

  /**
   * Keeps one more; false if there is no memory for it.
   *
   * @param micros at most 2³² − 1, which is 71 minutes and more than a histogram holds
   */
  boolean add(long micros, int tokens) {
    boolean large = micros >= MICROS_MASK || tokens > MOST_TOKENS;
    if (!hasRoom(large ? 3 : 1)) {
      return false;
    }
    if (large) {
      put(LARGE);
      put((int) micros);
      put(tokens);
    } else {
      put(tokens << MICROS_BITS | (int) micros);
    }
    return true;
  }

  private boolean hasRoom(int more) {
    if (length + more > blocks.size() * GapBlocks.LENGTH) {
      int[] block = memory.take();
      if (block == null) {
        return false;
      }
      blocks.add(block);
    }
    return true;
  }

  private void put(int value) {
    blocks.get(length / GapBlocks.LENGTH)[length % GapBlocks.LENGTH] = value;
    length++;
  }

  private int at(int index) {
    return blocks.get(index / GapBlocks.LENGTH)[index % GapBlocks.LENGTH];
  }

  /** Hands all of them to the taker. */
  void forEach(Taker taker) {
    for (int i = 0; i < length; i++) {
      int kept = at(i);
      if (kept == LARGE) {
        taker.gap(Integer.toUnsignedLong(at(i + 1)), at(i + 2));
        i += 2;
      } else {
        taker.gap(kept & MICROS_MASK, kept >>> MICROS_BITS);
      }
    }
  }

  /** Forgets them and gives their memory back. */
  void clear() {
    memory.giveBack(blocks);
    blocks.clear();
    length = 0;
  }
}
