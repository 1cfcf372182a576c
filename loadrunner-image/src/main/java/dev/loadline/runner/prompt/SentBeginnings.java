package dev.loadline.runner.prompt;

import java.util.BitSet;
import java.util.List;

/**
 * What the prompts of a run have begun with so far, so that it is known how much of the next one a
 * prefix cache may hold because the workload itself has sent it: an instruction that many records
 * of a dataset begin with. Counted in blocks of {@value #BLOCK} bytes. Takes 4 MiB, whatever is
 * sent: of a beginning that is new no more than 4 KiB are noted, and of one that is known so much
 * more, so that a long one is known when it has come a few times; of each block only 25 bits of a
 * hash of all that stands before its end, so that now and then a new block is taken for a known
 * one. Thread-safe.
 */
final class SentBeginnings {
  private static final int BLOCK = 64;
  private static final int NEW_BLOCKS = 64;
  private static final int HASH_BITS = 25;

  private final BitSet sent = new BitSet();

  /** Notes another prompt; with how many bytes of it one before it has begun, in whole blocks. */
  synchronized int add(List<Message> messages) {
    Blocks blocks = new Blocks();
    for (Message message : messages) {
      blocks.next(message.role().apiName().hashCode());
      for (int i = 0; i < message.text().length() && !blocks.enough(); i++) {
        blocks.next(message.text().at(i));
      }
    }
    return blocks.known * BLOCK;
  }

  /** The blocks of one prompt. */
  private final class Blocks {
    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private long hash = OFFSET;
    private int inBlock;
    private int known;
    private int added;

    boolean enough() {
      return added == NEW_BLOCKS + known;
    }

    /** FNV-1a of all so far; its place is what its multiple has in front. */
    void next(int part) {
      hash = (hash ^ part) * PRIME;
      if (++inBlock == BLOCK) {
        inBlock = 0;
        end((int) ((hash * SPREAD) >>> (Long.SIZE - HASH_BITS)));
      }
    }

    private void end(int place) {
      if (added == 0 && sent.get(place)) {
        known++;
      } else if (!enough()) {
        sent.set(place);
        added++;
      }
    }
  }
}
