package dev.loadline.runner.http;

import java.util.Arrays;

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
  /** Longest event in bytes: far above any real one, far below what hurts. */
  static final int MAX_EVENT = 8 << 20;

  private static final int KEPT_BUFFER = 16 << 10;
  private static final byte LF = '\n';
  private static final byte CR = '\r';
  private static final byte[] NONE = {};

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
    /** One that the server names an error. */
    ERROR,
    /** The last one of a body that ended without its blank line: may be cut short. */
    UNTERMINATED
  }

  private final Sink sink;
  private byte[] line = NONE;
  private int lineLength;
  private byte[] data = NONE;
  private int dataLength;
  private int dataFrom;
  private int dataTo;
  private boolean hasData;
  private boolean inPlace;
  private boolean error;
  private boolean afterCr;
  private boolean firstLine = true;
  private boolean unknownLines;
  private boolean tooLong;

  SseFramer(Sink sink) {
    this.sink = sink;
  }

  /** Begins a new body. */
  void reset() {
    lineLength = 0;
    line = line.length > KEPT_BUFFER ? NONE : line;
    data = data.length > KEPT_BUFFER ? NONE : data;
    afterCr = false;
    firstLine = true;
    unknownLines = false;
    tooLong = false;
    clearEvent();
  }

  /** Takes the next bytes of the body; false if an event is absurdly long, for good. */
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
    if (lineLength > 0) {
      endLine(NONE, 0, 0);
    }
    dispatch(NONE, Kind.UNTERMINATED);
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
    int length = lineLength + to - from;
    if (length > MAX_EVENT) {
      tooLong = true;
      return;
    }
    line = room(line, lineLength, length);
    System.arraycopy(bytes, from, line, lineLength, to - from);
    lineLength = length;
  }

  private void endLine(byte[] bytes, int from, int to) {
    if (lineLength == 0) {
      line(bytes, from, to, true);
      return;
    }
    if (inPlace) {
      copyData(bytes);
    }
    appendToLine(bytes, from, to);
    int length = lineLength;
    lineLength = 0;
    if (!tooLong) {
      line(line, 0, length, false);
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
    int separator = onNewLine ? 1 : 0;
    int length = dataLength + separator + to - from;
    if (length > MAX_EVENT) {
      tooLong = true;
      return;
    }
    data = room(data, dataLength, length);
    if (onNewLine) {
      data[dataLength] = LF;
    }
    System.arraycopy(bytes, from, data, dataLength + separator, to - from);
    dataLength = length;
  }

  private static byte[] room(byte[] buffer, int used, int wanted) {
    if (wanted <= buffer.length) {
      return buffer;
    }
    int length = Math.max(512, Math.max(wanted, Math.min(MAX_EVENT, 2 * buffer.length)));
    return used == 0 ? new byte[length] : Arrays.copyOf(buffer, length);
  }

  private void dispatch(byte[] bytes, Kind kind) {
    if (inPlace && dataFrom < dataTo) {
      sink.event(bytes, dataFrom, dataTo, kind);
    } else if (!inPlace && dataLength > 0) {
      sink.event(data, 0, dataLength, kind);
    }
    clearEvent();
  }

  private void clearEvent() {
    hasData = false;
    inPlace = false;
    error = false;
    dataLength = 0;
  }
}
