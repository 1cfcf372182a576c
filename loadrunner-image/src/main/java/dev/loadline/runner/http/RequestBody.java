package dev.loadline.runner.http;

/**
 * The body of one request as bytes, and where its prompt lies in them, so that a server's error
 * message which quotes the prompt can be cut there. Immutable by convention: nobody writes to the
 * array.
 */
public final class RequestBody {
  private final byte[] json;
  private final int promptFrom;
  private final int promptTo;

  RequestBody(byte[] json, int promptFrom, int promptTo) {
    this.json = json;
    this.promptFrom = promptFrom;
    this.promptTo = promptTo;
  }

  /** Length in bytes. */
  public int length() {
    return json.length;
  }

  /** The JSON text in UTF-8, not to be written to. */
  byte[] json() {
    return json;
  }

  /** First byte of the (escaped) prompt. */
  int promptFrom() {
    return promptFrom;
  }

  /** Behind the last byte of the prompt. */
  int promptTo() {
    return promptTo;
  }
}
