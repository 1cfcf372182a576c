package dev.loadline.runner.http;

/**
 * Cuts a body of server-sent events into events, however the network has cut it. Lines end in LF,
 * CR or CRLF; a byte order mark is skipped; several {@code data} lines of an event are joined by
 * LF; {@code id}, {@code retry} and comments are skipped. The common event, one {@code data} line
 * within one read, is handed on where it lies, without a copy or an allocation.
 *
 * <p>Beyond the standard: a field {@code error} (llama.cpp) is data of an error event, and the end
 * of the body ends an open event, marked as such, since some servers leave out the last blank line.
 */
final class SseFramer {
  private static final byte LF = '\n';
  private static final byte CR = '\r';
  private static final byte[] NONE = {};
  private static final byte[] NEW_LINE = {LF};

  /** Takes the events. */
  interface Sink {
    /**
     * One event with data.
     *
     * @param bytes holds the data; valid within this call
     * @param from first byte of the data
     * @param to behind its last byte
     * @param kind what is known of the event beside its data
     */
    void event(byte[] bytes, int from, int to, Kind kind);
  }

  /** What is known of an event beside its data. */
  enum Kind {
    /** An ordinary one. */
    DATA,
    /** One that the server names an error, its blank line may be missing. */
    ERROR,
    /** The last one of a body that ended without its blank line: may be cut short. */
    UNTERMINATED
  }

  private final Sink sink;
  private final AnswerBytes line;
  private final AnswerBytes data;
  private int dataFrom;
  private int dataTo;
  private boolean hasData;
  private boolean inPlace;
  private boolean error;
  private boolean afterCr;
  private boolean firstLine = true;
  private boolean unknownLines;
  private boolean tooLong;

  /** A framer whose open events count against the budget. */
  SseFramer(Sink sink, AnswerBudget budget) {
    this.sink = sink;
    line = new AnswerBytes(budget);
    data = new AnswerBytes(budget);
  }

  /** Begins a new body. */
  void reset() {
    release();
    afterCr = false;
    firstLine = true;
    unknownLines = false;
    tooLong = false;
    clearEvent();
  }

  /** Forgets what is open; {@link #reset} must follow. */
  void release() {
    line.release();
    data.release();
  }

  /** Takes the next bytes of the body; false if an event has become too long, for good. */
  boolean feed(byte[] bytes, int from, int to) {
    int lineFrom = from;
    int at = from;
    while (at < to && !tooLong) {
      byte c = bytes[at];
      if (c == LF) {
        if (!afterCr) {
          endLine(bytes, lineFrom, at);
        }
        lineFrom = at + 1;
        afterCr = false;
      } else if (c == CR) {
        endLine(bytes, lineFrom, at);
        lineFrom = at + 1;
        afterCr = true;
      } else {
        afterCr = false;
        at = lastOfText(bytes, at, to);
      }
      at++;
    }
    keep(bytes, lineFrom, to);
    return !tooLong;
  }

  /** The body has ended: hands on what is still open. */
  void end() {
    if (tooLong) {
      return;
    }
    if (line.length() > 0) {
      endLine(NONE, 0, 0);
    }
    dispatch(NONE, error ? Kind.ERROR : Kind.UNTERMINATED);
  }

  /** True if an event is too long only because the budget has nothing left. */
  boolean lacksMemory() {
    return line.lacksMemory() || data.lacksMemory();
  }

  /** True if there were lines that no event stream has: the body is something else. */
  boolean sawUnknownLines() {
    return unknownLines;
  }

  private static int lastOfText(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && bytes[at] != LF && bytes[at] != CR) {
      at++;
    }
    return at - 1;
  }

  /** Copies what must outlive this read: an open line, and data that lies in the read's bytes. */
  private void keep(byte[] bytes, int from, int to) {
    if (inPlace) {
      copyData(bytes);
    }
    if (from < to && !tooLong) {
      appendToLine(bytes, from, to);
    }
  }

  private void appendToLine(byte[] bytes, int from, int to) {
    tooLong |= !line.append(bytes, from, to);
  }

  private void endLine(byte[] bytes, int from, int to) {
    if (line.length() == 0) {
      line(bytes, from, to, true);
      return;
    }
    appendToLine(bytes, from, to);
    int length = line.length();
    line.clear();
    if (!tooLong) {
      line(line.array(), 0, length, false);
    }
  }

  private void line(byte[] bytes, int from, int to, boolean ofThisRead) {
    if (firstLine) {
      firstLine = false;
      if (startsWith(bytes, from, to, "\u00ef\u00bb\u00bf")) {
        from += 3;
      }
    }
    if (from == to) {
      dispatch(bytes, error ? Kind.ERROR : Kind.DATA);
    } else if (bytes[from] == 'd' && isField(bytes, from, to, "data")) {
      addData(bytes, value(bytes, from + 4, to), to, ofThisRead);
    } else if (isField(bytes, from, to, "error")) {
      error = true;
      addData(bytes, value(bytes, from + 5, to), to, ofThisRead);
    } else if (isField(bytes, from, to, "event")) {
      int name = value(bytes, from + 5, to);
      error = to - name == 5 && startsWith(bytes, name, to, "error");
    } else if (bytes[from] != ':'
        && !isField(bytes, from, to, "id")
        && !isField(bytes, from, to, "retry")) {
      unknownLines = true;
    }
  }

  private static boolean isField(byte[] bytes, int from, int to, String name) {
    int end = from + name.length();
    return startsWith(bytes, from, to, name) && (end == to || bytes[end] == ':');
  }

  private static boolean startsWith(byte[] bytes, int from, int to, String latin1) {
    if (to - from < latin1.length()) {
      return false;
    }
    for (int i = 0; i < latin1.length(); i++) {
      if ((bytes[from + i] & 0xff) != latin1.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Where a field's value begins, given the end of its name. */
  private static int value(byte[] bytes, int nameEnd, int to) {
    int from = Math.min(nameEnd + 1, to);
    return from < to && bytes[from] == ' ' ? from + 1 : from;
  }

  private void addData(byte[] bytes, int from, int to, boolean ofThisRead) {
    if (!hasData && ofThisRead) {
      inPlace = true;
      dataFrom = from;
      dataTo = to;
    } else {
      if (inPlace) {
        copyData(bytes);
      }
      appendToData(bytes, from, to, hasData);
    }
    hasData = true;
  }

  private void copyData(byte[] bytes) {
    inPlace = false;
    appendToData(bytes, dataFrom, dataTo, false);
  }

  private void appendToData(byte[] bytes, int from, int to, boolean onNewLine) {
    boolean fits = (!onNewLine || data.append(NEW_LINE, 0, 1)) && data.append(bytes, from, to);
    tooLong |= !fits;
  }

  private void dispatch(byte[] bytes, Kind kind) {
    if (inPlace && dataFrom < dataTo) {
      sink.event(bytes, dataFrom, dataTo, kind);
    } else if (!inPlace && data.length() > 0) {
      sink.event(data.array(), 0, data.length(), kind);
    }
    clearEvent();
  }

  private void clearEvent() {
    hasData = false;
    inPlace = false;
    error = false;
    data.clear();
  }
}
