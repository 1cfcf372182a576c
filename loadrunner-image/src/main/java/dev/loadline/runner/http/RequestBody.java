package dev.loadline.runner.http;

/**
 * The body of one request as bytes, and where the texts of its messages lie in them, so that a
 * server's error message which quotes one of them can be cut there. Immutable by convention: nobody
 * writes to the arrays.
 */
public final class RequestBody {
  private final byte[] json;
  private final int[] texts;

  /** A body; the texts by the first byte of each and the one behind its last, in their order. */
  RequestBody(byte[] json, int[] texts) {
    this.json = json;
    this.texts = texts;
  }

  /** Length in bytes. */
  public int length() {
    return json.length;
  }

  /** The JSON text in UTF-8, not to be written to. */
  byte[] json() {
    return json;
  }

  /** How many messages it has. */
  int messages() {
    return texts.length / 2;
  }

  /** First byte of a message's (escaped) text. */
  int textFrom(int message) {
    return texts[2 * message];
  }

  /** Behind the last byte of a message's text. */
  int textTo(int message) {
    return texts[2 * message + 1];
  }
}
