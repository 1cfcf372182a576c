package dev.loadline.runner.simulator;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The words that answers are made of; one word is one token, its number is its place. */
final class Vocabulary {
  private static final List<byte[]> WORDS =
      List.of(
              "the", "sea", "is", "calm", "and", "a", "small", "boat", "goes", "out", "with", "two",
              "people", "who", "look", "for", "fish", "under", "grey", "clouds", "while", "wind",
              "turns", "north", "over", "low", "hills", "where", "sheep", "stand", "near", "old",
              "walls", "of", "stone", "that", "nobody", "built", "again", "after", "winter", "came",
              "early", "this", "year", "so", "they", "wait", "until", "morning", "light", "falls",
              "on", "water", "then", "turn", "back", "home", "slowly", "past", "rocks", "in",
              "deep", "silence")
          .stream()
          .map(word -> (" " + word).getBytes(StandardCharsets.US_ASCII))
          .toList();

  private Vocabulary() {}

  /** How many words there are. */
  static int size() {
    return WORDS.size();
  }

  /** The word with a space before it. */
  static byte[] word(int token) {
    return WORDS.get(token);
  }
}
