package dev.loadline.runner.prompt;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Bytes of which no more are read than are allowed: all, until told otherwise. */
final class BoundedInput extends FilterInputStream {
  private long left = Long.MAX_VALUE;

  BoundedInput(InputStream bytes) {
    super(bytes);
  }

  /** More than the allowed bytes are wanted. */
  static final class ExceededException extends IOException {
    private static final long serialVersionUID = 1;
  }

  /** So many more may be read from here on. */
  void allow(long bytes) {
    left = bytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int from, int length) throws IOException {
    if (left == 0) {
      throw new ExceededException();
    }
    int count = super.read(target, from, (int) Math.min(length, left));
    left -= Math.max(0, count);
    return count;
  }
}
