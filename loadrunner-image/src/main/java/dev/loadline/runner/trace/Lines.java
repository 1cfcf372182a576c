package dev.loadline.runner.trace;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The lines of a UTF-8 text, ended by LF or CRLF, a byte order mark passed over. No more than the
 * longest line that is allowed is in memory.
 */
final class Lines implements Closeable {
  static final int LONGEST = 1 << 20;

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final InputStream bytes;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int end;
  private byte[] line = new byte[1 << 10];
  private long number;

  Lines(InputStream bytes) {
    this.bytes = bytes;
  }

  /** The number of the line read last, from 1. */
  long number() {
    return number;
  }

  /**
   * The next line, without its end; absent after the last one.
   *
   * @throws RowException if it is too long or not UTF-8; the next call reads the line after it
   */
  Optional<String> next() throws IOException, RowException {
    if (position == end && !fill()) {
      return Optional.empty();
    }
    number++;
    int length = 0;
    boolean ended = false;
    while (!ended && (position < end || fill())) {
      int start = position;
      while (position < end && buffer[position] != '\n') {
        position++;
      }
      length = append(start, position - start, length);
      ended = position < end;
      position += ended ? 1 : 0;
    }
    if (length > LONGEST) {
      throw new RowException("the line is longer than 1 MiB, shorten it");
    }
    return Optional.of(text(length));
  }

  private boolean fill() throws IOException {
    position = 0;
    end = Math.max(0, bytes.read(buffer));
    return end > 0;
  }

  /** Appends to the line; what is beyond the longest one is counted up to one byte, and dropped. */
  private int append(int start, int count, int length) {
    int total = (int) Math.min((long) length + count, LONGEST + 1L);
    if (total > line.length) {
      line = Arrays.copyOf(line, Math.max(total, Math.min(2 * line.length, LONGEST + 1)));
    }
    System.arraycopy(buffer, start, line, length, total - length);
    return total;
  }

  private String text(int length) throws RowException {
    int from = number == 1 && startsWithMark(length) ? BYTE_ORDER_MARK.length : 0;
    int to = length > from && line[length - 1] == '\r' ? length - 1 : length;
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(line, from, to - from))
          .toString();
    } catch (CharacterCodingException e) {
      throw new RowException("the line is not UTF-8, convert the file");
    }
  }

  private boolean startsWithMark(int length) {
    return length >= BYTE_ORDER_MARK.length
        && Arrays.equals(
            line, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length);
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
