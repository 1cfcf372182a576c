package dev.loadline.runner.simulator;

import java.util.ArrayList;
import java.util.List;

/**
 * What is kept of a prompt: how many tokens it has, one for each word between white space, and a
 * hash for each whole block of 64 words that depends on all words before as well. The text is not
 * kept.
 */
final class PromptDigest {
  /** Words in one block of the prefix cache. */
  static final int BLOCK = 64;

  private final List<Long> blocks = new ArrayList<>();
  private int tokens;
  private long hash;

  /** An empty prompt; prompts with different salts share no blocks. */
  PromptDigest(String salt) {
    hash = salt.hashCode();
  }

  /** Adds one piece of text; pieces are separate words even without white space between. */
  void add(String text) {
    int from = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean inWord = i < text.length() && !Character.isWhitespace(text.charAt(i));
      if (inWord && from < 0) {
        from = i;
      } else if (!inWord && from >= 0) {
        addToken(text.substring(from, i).hashCode());
        from = -1;
      }
    }
  }

  /** Adds one token by its number. */
  void addToken(int token) {
    hash = (hash ^ token) * 0x9E3779B97F4A7C15L;
    hash ^= hash >>> 29;
    tokens++;
    if (tokens % BLOCK == 0) {
      blocks.add(hash);
    }
  }

  /** Tokens so far. */
  int tokens() {
    return tokens;
  }

  /** Hashes of the whole blocks, in order. */
  List<Long> blocks() {
    return List.copyOf(blocks);
  }
}
