package dev.loadline.runner.http;

import java.util.Optional;

/** What one event of an answer says, as a test that wrote or parsed it knows it. */
sealed interface Said {
  /** A chunk of the answer; {@code tokenIds} is how many came with it. */
  record Chunk(
      boolean choices,
      boolean output,
      boolean reasoning,
      int tokenIds,
      boolean finished,
      Optional<Usage> usage)
      implements Said {
    boolean bearsTokens() {
      return output || reasoning;
    }
  }

  /** The server's counts, negative where it gave none that can be believed. */
  record Usage(int input, int output, int cached, int reasoning) {}

  /** An error inside the answer. */
  record Failed() implements Said {}

  /** {@code [DONE]}. */
  record Done() implements Said {}

  /** Nothing but blanks. */
  record Nothing() implements Said {}

  /** Something that is no JSON object. */
  record NoJson() implements Said {}

  /**
   * An event where it stands.
   *
   * @param end the byte of the body that ends it, or the body's length if the body's end does
   */
  record At(Said said, int end, boolean terminated) {}
}
