package dev.loadline.runner.http;

/** What all connections of one event loop share to read answers. */
final class AnswerTools {
  private static final int SCRATCH = 64 << 10;

  private final ChunkParser parser = new ChunkParser();
  private final byte[] scratch = new byte[SCRATCH];
  private final Redactor redactor;
  private final AnswerBudget budget;

  /** The tools for answers of this endpoint, which together may take so much memory. */
  AnswerTools(Endpoint endpoint, AnswerBudget budget) {
    this.budget = budget;
    redactor = new Redactor(new Secrets(endpoint.secrets()));
  }

  /** Reads JSON. */
  ChunkParser parser() {
    return parser;
  }

  /** Cleans what the server says. */
  Redactor redactor() {
    return redactor;
  }

  /** What the answers may take together. */
  AnswerBudget budget() {
    return budget;
  }

  /** Bytes that are used within one call only. */
  byte[] scratch() {
    return scratch;
  }
}
