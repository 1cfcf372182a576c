package dev.loadline.runner.simulator;

/** How the lines of an event stream end. */
public enum LineEnding {
  /** Line feed, as most servers. */
  LF("\n"),
  /** Carriage return and line feed. */
  CRLF("\r\n");

  private final String text;

  LineEnding(String text) {
    this.text = text;
  }

  /** The characters themselves. */
  String text() {
    return text;
  }
}
