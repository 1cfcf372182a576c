package dev.loadline.runner.http;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** The little of DER (X.690) that certificates and keys need and the JDK does not offer. */
final class Der {
  static final int INTEGER = 0x02;
  static final int BITS = 0x03;
  static final int OCTETS = 0x04;
  static final int OID = 0x06;
  static final int UTF8 = 0x0c;
  static final int UTC_TIME = 0x17;
  static final int SEQUENCE = 0x30;
  static final int SET = 0x31;
  static final int CONTEXT_0 = 0xa0;

  private final byte[] bytes;
  private final int to;
  private int at;

  /** Reads the values in these bytes one after the other. */
  Der(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private Der(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.to = to;
  }

  /** Tag, length, contents. */
  static byte[] of(int tag, byte[]... contents) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : contents) {
      content.writeBytes(part);
    }
    int length = content.size();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (length >= 0x80) {
      int lengthBytes = length < 0x100 ? 1 : length < 0x1_0000 ? 2 : 3;
      out.write(0x80 | lengthBytes);
      for (int i = lengthBytes - 1; i > 0; i--) {
        out.write(length >> (8 * i));
      }
    }
    out.write(length);
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }

  /** An object identifier whose encoded contents these are. */
  static byte[] oid(int... encoded) {
    byte[] content = new byte[encoded.length];
    for (int i = 0; i < encoded.length; i++) {
      content[i] = (byte) encoded[i];
    }
    return of(OID, content);
  }

  /** True if the next value has this tag. */
  boolean nextIs(int tag) {
    return at < to && (bytes[at] & 0xff) == tag;
  }

  /**
   * The values within the next one.
   *
   * @throws IllegalArgumentException if the next value has another tag or is cut
   */
  Der enter(int tag) {
    if (!nextIs(tag) || at + 1 >= to) {
      throw new IllegalArgumentException("another value than expected");
    }
    int begin = at + 2;
    int length = bytes[at + 1] & 0xff;
    if (length >= 0x80) {
      int lengthBytes = length & 0x7f;
      length = 0;
      for (int i = 0; i < lengthBytes && i < 3 && begin < to; i++) {
        length = (length << 8) | (bytes[begin++] & 0xff);
      }
    }
    if (length > to - begin) {
      throw new IllegalArgumentException("a value that is cut");
    }
    at = begin + length;
    return new Der(bytes, begin, at);
  }

  /** What is left to be read, as it stands. */
  byte[] rest() {
    return Arrays.copyOfRange(bytes, at, to);
  }
}
