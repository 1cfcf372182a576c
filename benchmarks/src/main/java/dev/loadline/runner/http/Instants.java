package dev.loadline.runner.http;

import io.netty.buffer.ByteBuf;

/** The true instant of an event's write, as 16 hexadecimal digits in the id of the event. */
public final class Instants {
  /** Stands where an instant will be put. */
  public static final String PLACE = "~0000000000000000";

  /** From the brace that begins an event to its instant. */
  static final int OFFSET = "{\"id\":\"chatcmpl-".length();

  private static final byte FIRST = 'f';
  private static final byte LATER = 'l';
  private static final int DIGITS = 16;
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private Instants() {}

  /** Puts an instant in its place. */
  public static void put(ByteBuf event, int at, long nanos, boolean first) {
    event.setByte(at, first ? FIRST : LATER);
    long left = nanos;
    for (int i = DIGITS; i > 0; i--) {
      event.setByte(at + i, HEX[(int) (left & 15)]);
      left >>>= 4;
    }
  }

  /** How many bytes an instant takes. */
  static int length() {
    return PLACE.length();
  }

  /** Whether the instant at this place is that of an answer's first token. */
  static boolean isFirst(ByteBuf bytes, int at) {
    return bytes.getByte(at) == FIRST;
  }

  /** Whether there is an instant at this place; all of it must have come. */
  static boolean isAt(ByteBuf bytes, int at) {
    return bytes.getByte(at) == FIRST || bytes.getByte(at) == LATER;
  }

  /** The instant at this place. */
  static long get(ByteBuf bytes, int at) {
    long nanos = 0;
    for (int i = 1; i <= DIGITS; i++) {
      nanos = nanos << 4 | Character.digit(bytes.getByte(at + i), 16);
    }
    return nanos;
  }
}
