package dev.loadline.runner.simulator;

import java.util.LinkedHashMap;
import java.util.Map;

/** The blocks of prompts seen so far, the longest unused forgotten first. */
final class PrefixCache {
  private static final int MOST_BLOCKS = 1 << 18;

  private final Map<Long, Boolean> blocks = new LinkedHashMap<>(1024, 0.75f, true);

  /**
   * Looks a prompt up and remembers it.
   *
   * @return the tokens of the longest known prefix in whole blocks; at least one token of a prompt
   *     is always computed
   */
  int lookUp(PromptDigest prompt) {
    int known = 0;
    boolean prefix = true;
    for (Long block : prompt.blocks()) {
      boolean seen = blocks.put(block, true) != null;
      prefix = prefix && seen;
      known += prefix ? PromptDigest.BLOCK : 0;
    }
    while (blocks.size() > MOST_BLOCKS) {
      blocks.remove(blocks.keySet().iterator().next());
    }
    return known == prompt.tokens() && known > 0 ? known - PromptDigest.BLOCK : known;
  }
}
